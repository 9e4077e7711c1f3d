CREATE SCHEMA "S-1";
ALTER SCHEMA "S-1" OWNER TO postgres;

CREATE TABLE "S-1"."T" (
  id integer,
  "Owner" name,
  secret boolean
);
ALTER TABLE ONLY "S-1"."T"
ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE "S-1"."T" OWNER TO postgres;

CREATE TABLE "S-1".members (
  who name,
  team integer
);
ALTER TABLE "S-1".members OWNER TO postgres;

CREATE VIEW "S-1".seen AS
 SELECT id
   FROM "S-1"."T";
ALTER VIEW "S-1".seen OWNER TO postgres;

CREATE POLICY "Read" ON "S-1"."T" FOR SELECT TO postgres, r_owner, r_reader
USING ((("Owner" = CURRENT_USER) OR (secret IS NOT TRUE)));
COMMENT ON POLICY "Read" ON "S-1"."T" IS 'own rows; it''s simple';

CREATE POLICY add ON "S-1"."T" FOR INSERT TO PUBLIC
WITH CHECK ((("Owner" = 'it''s'::name) AND (id > 0)));

CREATE POLICY bare ON "S-1"."T" FOR ALL TO PUBLIC;

CREATE POLICY change ON "S-1"."T" AS RESTRICTIVE FOR UPDATE TO r_reader
USING ((EXISTS ( SELECT
   FROM "S-1".members m
  WHERE ((m.who = "T"."Owner") AND (m.team = "T".id)))))
WITH CHECK (secret);

CREATE POLICY every ON "S-1"."T" AS RESTRICTIVE FOR ALL TO PUBLIC
USING ((id IN ( SELECT seen.id
   FROM "S-1".seen)));

CREATE POLICY remove ON "S-1"."T" FOR DELETE TO r_owner
USING (true);

CREATE POLICY waiting ON "S-1".members FOR ALL TO PUBLIC
USING ((who = SESSION_USER));

CREATE POLICY writes ON "S-1"."T" FOR ALL TO r_owner
WITH CHECK ((id > 1));
