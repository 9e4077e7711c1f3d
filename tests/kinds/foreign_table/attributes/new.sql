CREATE SCHEMA "S 1";
CREATE TYPE mood AS ENUM ('good');
CREATE FOREIGN DATA WRAPPER w;
CREATE SERVER "Odd server" FOREIGN DATA WRAPPER w;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION twice(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1 * 2';
CREATE FOREIGN TABLE plain (a integer) SERVER "Odd server";
CREATE FOREIGN TABLE none () SERVER "Odd server" OPTIONS (query 'SELECT 1');
CREATE FOREIGN TABLE "S 1"."Odd table" (
    id integer OPTIONS ("Mixed Case" 'it''s', column_name 'ID') NOT NULL,
    "B b" varchar(5) OPTIONS (x '') COLLATE "C" DEFAULT 'x',
    n numeric(5, 2) DEFAULT twice(3),
    g integer GENERATED ALWAYS AS (id + 1) STORED,
    m mood[] DEFAULT '{good}',
    gone integer,
    t text,
    CONSTRAINT positive CHECK (id > 0),
    CHECK ("B b" <> '') NO INHERIT
) SERVER "Odd server" OPTIONS (table_name 'it''s', schema_name 'far', "user" 'a=b');
ALTER FOREIGN TABLE "S 1"."Odd table" DROP COLUMN gone;
ALTER FOREIGN TABLE "S 1"."Odd table" ALTER COLUMN t SET STORAGE EXTERNAL;
ALTER FOREIGN TABLE "S 1"."Odd table" ALTER COLUMN t SET STATISTICS 7;
ALTER FOREIGN TABLE "S 1"."Odd table" ALTER COLUMN t SET (n_distinct = 5);
ALTER FOREIGN TABLE "S 1"."Odd table" ADD CONSTRAINT later CHECK (n > 0) NOT VALID;
CREATE TRIGGER touched BEFORE INSERT OR UPDATE OF t ON "S 1"."Odd table"
    FOR EACH ROW WHEN (NEW.id > 5) EXECUTE FUNCTION touch();
CREATE TRIGGER stopped AFTER DELETE ON "S 1"."Odd table" EXECUTE FUNCTION touch();
ALTER FOREIGN TABLE "S 1"."Odd table" DISABLE TRIGGER stopped;
CREATE VIEW v AS SELECT id, "B b" FROM "S 1"."Odd table";
CREATE TABLE holds (far "S 1"."Odd table", many plain[]);
COMMENT ON FOREIGN TABLE "S 1"."Odd table" IS 'it''s odd';
COMMENT ON COLUMN "S 1"."Odd table"."B b" IS 'a column';
COMMENT ON CONSTRAINT positive ON "S 1"."Odd table" IS 'a check';
COMMENT ON TRIGGER touched ON "S 1"."Odd table" IS 'a trigger';
GRANT USAGE ON FOREIGN SERVER "Odd server" TO r_owner;
GRANT CREATE, USAGE ON SCHEMA "S 1" TO r_owner;
ALTER FOREIGN TABLE "S 1"."Odd table" OWNER TO r_owner;
GRANT SELECT, INSERT ON "S 1"."Odd table" TO r_reader;
GRANT UPDATE (id, "B b") ON "S 1"."Odd table" TO r_reader WITH GRANT OPTION;
REVOKE DELETE ON plain FROM CURRENT_USER;
