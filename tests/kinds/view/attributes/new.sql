-- Options, defaults, comments and privileges down to the column, on names that need quotes.
CREATE SCHEMA "S-1";
GRANT USAGE ON SCHEMA "S-1" TO r_reader;
CREATE TABLE "S-1"."S-1" ("Id" integer PRIMARY KEY, label varchar(20) COLLATE "C", amount numeric(10,2));

CREATE VIEW "S-1"."Open" WITH (security_barrier) AS
    SELECT "Id", label, amount FROM "S-1"."S-1" WHERE amount > 0
    WITH LOCAL CHECK OPTION;
ALTER VIEW "S-1"."Open" ALTER COLUMN label SET DEFAULT E'it''s \\ a\nlabel';
ALTER VIEW "S-1"."Open" ALTER COLUMN amount SET DEFAULT 1 + 1;
COMMENT ON VIEW "S-1"."Open" IS 'what is still open';
COMMENT ON COLUMN "S-1"."Open"."Id" IS 'the number; it''s "quoted"';
ALTER VIEW "S-1"."Open" OWNER TO r_owner;
GRANT SELECT ON "S-1"."Open" TO r_reader WITH GRANT OPTION;
GRANT INSERT ("Id", label) ON "S-1"."Open" TO r_reader;
GRANT UPDATE (amount) ON "S-1"."Open" TO PUBLIC;
REVOKE DELETE ON "S-1"."Open" FROM r_owner;
SET ROLE r_reader;
GRANT SELECT ON "S-1"."Open" TO PUBLIC;
RESET ROLE;

CREATE VIEW "S-1"."select" WITH (security_barrier = off, check_option = cascaded) AS
    SELECT * FROM "S-1"."Open";
