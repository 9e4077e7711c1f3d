-- The three roles of Ravel Cycles. Roles belong to the cluster, not to a database, so this file may
-- find them there already: run it as often as needed, also from two sessions at once.
--
--   cycle_owner   owns every object, cannot log in
--   cycle_app     the till and the web shop
--   cycle_reader  spreadsheets and reports; whatever it may read, the till may read too

DO $roles$
DECLARE
    wanted record;
BEGIN
    FOR wanted IN
        SELECT * FROM (VALUES
            ('cycle_owner', 'NOLOGIN'),
            ('cycle_app', 'LOGIN'),
            ('cycle_reader', 'NOLOGIN')
        ) AS r (name, login)
    LOOP
        IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = wanted.name) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I %s', wanted.name, wanted.login);
            EXCEPTION
                WHEN duplicate_object OR unique_violation THEN
                    NULL;  -- another session made it a moment ago
            END;
        END IF;
    END LOOP;

    IF NOT EXISTS (
        SELECT FROM pg_catalog.pg_auth_members
         WHERE roleid = 'cycle_reader'::regrole AND member = 'cycle_app'::regrole
    ) THEN
        BEGIN
            GRANT cycle_reader TO cycle_app;
        EXCEPTION
            WHEN unique_violation THEN
                NULL;
        END;
    END IF;
END
$roles$;
