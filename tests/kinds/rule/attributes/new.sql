-- Rules of tables and views: several actions, conditions, states, comments.
CREATE SCHEMA "S-1";
CREATE TABLE "S-1".t (id integer PRIMARY KEY, a text);
CREATE TABLE "S-1".audit (id integer, what text, at timestamptz DEFAULT now());
CREATE VIEW "S-1"."V" AS SELECT id, a FROM "S-1".t;

CREATE RULE "V ins" AS ON INSERT TO "S-1"."V"
    DO INSTEAD INSERT INTO "S-1".t VALUES (new.id, new.a) RETURNING id, a;
CREATE RULE upd AS ON UPDATE TO "S-1"."V" WHERE old.a IS DISTINCT FROM new.a
    DO ALSO (INSERT INTO "S-1".audit VALUES (old.id, 'a;b'); DELETE FROM "S-1".audit WHERE id < 0);
CREATE RULE upd_all AS ON UPDATE TO "S-1"."V" DO INSTEAD NOTHING;
CREATE RULE del AS ON DELETE TO "S-1"."V" DO INSTEAD SELECT 1;
COMMENT ON RULE "V ins" ON "S-1"."V" IS 'it''s a rule';

CREATE RULE off AS ON DELETE TO "S-1".t DO INSTEAD NOTHING;
ALTER TABLE "S-1".t DISABLE RULE off;
CREATE RULE replica AS ON UPDATE TO "S-1".t DO ALSO NOTIFY "T changed", 'x';
ALTER TABLE "S-1".t ENABLE REPLICA RULE replica;
CREATE RULE always AS ON INSERT TO "S-1".t WHERE (new.id < 0) DO INSTEAD NOTHING;
ALTER TABLE "S-1".t ENABLE ALWAYS RULE always;
COMMENT ON RULE off ON "S-1".t IS 'switched off';
