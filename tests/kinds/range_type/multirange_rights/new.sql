-- The multirange type has a name and a comment of its own, and until 16 privileges.
CREATE TYPE r AS RANGE (SUBTYPE = float8, MULTIRANGE_TYPE_NAME = "Many");
ALTER TYPE r OWNER TO r_owner;
REVOKE USAGE ON TYPE r FROM PUBLIC;
DO $$ BEGIN
    IF current_setting('server_version_num')::integer < 170000 THEN
        GRANT USAGE ON TYPE "Many" TO r_reader WITH GRANT OPTION;
        REVOKE USAGE ON TYPE "Many" FROM PUBLIC;
    END IF;
END $$;
COMMENT ON TYPE r IS 'one';
COMMENT ON TYPE "Many" IS 'it''s many';
