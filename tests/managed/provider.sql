-- What the provider puts into template1, and so into each database that its customers make.
CREATE SCHEMA provider;
REVOKE ALL ON SCHEMA provider FROM PUBLIC;
GRANT USAGE ON SCHEMA provider TO provider_pooler;

-- Its own bookkeeping, which customers may not even read.
CREATE TABLE provider.backup (taken timestamptz PRIMARY KEY, bytes bigint NOT NULL);
CREATE SEQUENCE provider.number;
CREATE VIEW provider.last_backup AS SELECT max(taken) AS taken FROM provider.backup;
ALTER TABLE provider.backup ENABLE ROW LEVEL SECURITY;

-- PgBouncer asks here for the secret that it checks a client's password with.
CREATE FUNCTION provider.secret_of(wanted text) RETURNS TABLE (role text, secret text)
LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
    SELECT a.rolname::text, a.rolpassword
    FROM pg_catalog.pg_authid AS a
    WHERE a.rolname = wanted AND a.rolcanlogin AND NOT a.rolsuper
$$;
REVOKE ALL ON FUNCTION provider.secret_of(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION provider.secret_of(text) TO provider_pooler;

-- Extensions that customers may have.
CREATE FUNCTION provider.refuse_extensions() RETURNS event_trigger
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    made record;
BEGIN
    FOR made IN
        SELECT e.extname AS name
        FROM pg_catalog.pg_event_trigger_ddl_commands() AS c
        JOIN pg_catalog.pg_extension AS e ON e.oid = c.objid
        WHERE c.classid = 'pg_catalog.pg_extension'::pg_catalog.regclass
            AND e.extname <> ALL (ARRAY['btree_gist', 'citext', 'pg_trgm', 'pgcrypto'])
    LOOP
        RAISE EXCEPTION 'extension "%" is not on the allow list of this service', made.name
            USING ERRCODE = 'insufficient_privilege',
                HINT = 'Allowed are btree_gist, citext, pg_trgm and pgcrypto.';
    END LOOP;
END
$$;
CREATE EVENT TRIGGER provider_extensions ON ddl_command_end
    WHEN TAG IN ('CREATE EXTENSION') EXECUTE FUNCTION provider.refuse_extensions();
