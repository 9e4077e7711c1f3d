CREATE SCHEMA "S-1";
ALTER SCHEMA "S-1" OWNER TO postgres;

CREATE TABLE "S-1".audit (
  id integer,
  what text,
  at timestamp with time zone DEFAULT now()
);
ALTER TABLE "S-1".audit OWNER TO postgres;

CREATE TABLE "S-1".t (
  id integer NOT NULL,
  a text
);
ALTER TABLE "S-1".t OWNER TO postgres;

ALTER TABLE "S-1".t ADD CONSTRAINT t_pkey PRIMARY KEY (id);

CREATE VIEW "S-1"."V" AS
 SELECT id,
    a
   FROM "S-1".t;
ALTER VIEW "S-1"."V" OWNER TO postgres;

CREATE RULE "V ins" AS
    ON INSERT TO "S-1"."V" DO INSTEAD  INSERT INTO "S-1".t (id, a)
  VALUES (new.id, new.a)
  RETURNING t.id,
    t.a;
COMMENT ON RULE "V ins" ON "S-1"."V" IS 'it''s a rule';

CREATE RULE always AS
    ON INSERT TO "S-1".t
   WHERE (new.id < 0) DO INSTEAD NOTHING;
ALTER TABLE "S-1".t ENABLE ALWAYS RULE always;

CREATE RULE del AS
    ON DELETE TO "S-1"."V" DO INSTEAD  SELECT 1 AS "?column?";

CREATE RULE off AS
    ON DELETE TO "S-1".t DO INSTEAD NOTHING;
ALTER TABLE "S-1".t DISABLE RULE off;
COMMENT ON RULE off ON "S-1".t IS 'switched off';

CREATE RULE replica AS
    ON UPDATE TO "S-1".t DO
 NOTIFY "T changed", 'x';
ALTER TABLE "S-1".t ENABLE REPLICA RULE replica;

CREATE RULE upd AS
    ON UPDATE TO "S-1"."V"
   WHERE (old.a IS DISTINCT FROM new.a) DO ( INSERT INTO "S-1".audit (id, what)
  VALUES (old.id, 'a;b'::text);
 DELETE FROM "S-1".audit
  WHERE (audit.id < 0);
);

CREATE RULE upd_all AS
    ON UPDATE TO "S-1"."V" DO INSTEAD NOTHING;
