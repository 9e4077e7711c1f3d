CREATE SCHEMA "S-1";
ALTER SCHEMA "S-1" OWNER TO postgres;
GRANT USAGE ON SCHEMA "S-1" TO r_reader;

CREATE TABLE "S-1"."S-1" (
  "Id" integer NOT NULL,
  label character varying(20) COLLATE pg_catalog."C",
  amount numeric(10,2)
);
ALTER TABLE "S-1"."S-1" OWNER TO postgres;

ALTER TABLE "S-1"."S-1" ADD CONSTRAINT "S-1_pkey" PRIMARY KEY ("Id");

CREATE VIEW "S-1"."Open" WITH (security_barrier='true', check_option='local') AS
 SELECT "Id",
    label,
    amount
   FROM "S-1"."S-1"
  WHERE (amount > (0)::numeric);
ALTER VIEW "S-1"."Open"
  ALTER COLUMN label SET DEFAULT 'it''s \ a
label'::character varying,
  ALTER COLUMN amount SET DEFAULT (1 + 1);
ALTER VIEW "S-1"."Open" OWNER TO r_owner;
REVOKE DELETE ON TABLE "S-1"."Open" FROM r_owner;
GRANT SELECT ON TABLE "S-1"."Open" TO r_reader WITH GRANT OPTION;
SET LOCAL ROLE r_reader;
GRANT SELECT ON TABLE "S-1"."Open" TO PUBLIC;
RESET ROLE;
COMMENT ON VIEW "S-1"."Open" IS 'what is still open';
GRANT INSERT ("Id") ON TABLE "S-1"."Open" TO r_reader;
COMMENT ON COLUMN "S-1"."Open"."Id" IS 'the number; it''s "quoted"';
GRANT INSERT (label) ON TABLE "S-1"."Open" TO r_reader;
GRANT UPDATE (amount) ON TABLE "S-1"."Open" TO PUBLIC;

CREATE VIEW "S-1"."select" WITH (security_barrier='off', check_option='cascaded') AS
 SELECT "Id",
    label,
    amount
   FROM "S-1"."Open";
ALTER VIEW "S-1"."select" OWNER TO postgres;
