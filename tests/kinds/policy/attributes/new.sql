-- Every clause of CREATE POLICY; expressions that read other tables and functions.
CREATE SCHEMA "S-1";
CREATE TABLE "S-1"."T" (id integer, "Owner" name, secret boolean);
CREATE TABLE "S-1".members (who name, team integer);
CREATE VIEW "S-1".seen AS SELECT id FROM "S-1"."T";
ALTER TABLE "S-1"."T" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "S-1"."T" FORCE ROW LEVEL SECURITY;

CREATE POLICY bare ON "S-1"."T";
CREATE POLICY "Read" ON "S-1"."T" FOR SELECT TO r_reader, r_owner, CURRENT_USER
    USING ("Owner" = current_user OR secret IS NOT TRUE);
CREATE POLICY "add" ON "S-1"."T" FOR INSERT TO PUBLIC WITH CHECK ("Owner" = 'it''s' AND id > 0);
CREATE POLICY change ON "S-1"."T" AS RESTRICTIVE FOR UPDATE TO r_reader
    USING (EXISTS (SELECT FROM "S-1".members m WHERE m.who = "T"."Owner" AND m.team = id))
    WITH CHECK (secret);
CREATE POLICY remove ON "S-1"."T" FOR DELETE TO r_owner USING (true);
CREATE POLICY every ON "S-1"."T" AS RESTRICTIVE USING (id IN (SELECT id FROM "S-1".seen));
CREATE POLICY writes ON "S-1"."T" FOR ALL TO r_owner WITH CHECK (id > 1);
COMMENT ON POLICY "Read" ON "S-1"."T" IS 'own rows; it''s simple';

-- Without row security enabled a policy waits.
CREATE POLICY waiting ON "S-1".members USING (who = session_user);
