CREATE TABLE opts (a text) WITH (fillfactor = 70, autovacuum_enabled = false,
    toast.autovacuum_enabled = off, toast.autovacuum_vacuum_scale_factor = 0.10);
CREATE UNLOGGED TABLE loose (a integer GENERATED ALWAYS AS IDENTITY, b serial);
CREATE TABLE rls (a integer);
ALTER TABLE rls ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE TABLE whole (a integer);
ALTER TABLE whole REPLICA IDENTITY FULL;
CREATE TABLE none (a integer);
ALTER TABLE none REPLICA IDENTITY NOTHING;
CREATE SCHEMA "S-1";
CREATE TABLE "S-1"."S-1" ("S-1" integer);
COMMENT ON COLUMN "S-1"."S-1"."S-1" IS 'all three alike';
