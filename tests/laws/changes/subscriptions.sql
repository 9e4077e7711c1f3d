-- Subscriptions, without a publisher. The connection string is a secret: its change is not seen.
CREATE SUBSCRIPTION sub CONNECTION 'host=nowhere password=secret' PUBLICATION p
    WITH (connect = false, slot_name = NONE, enabled = false);
-- CHANGES
-- pg_subscription
ALTER SUBSCRIPTION sub SET PUBLICATION q WITH (refresh = false)
ALTER SUBSCRIPTION sub SET PUBLICATION q, "R" WITH (refresh = false)
ALTER SUBSCRIPTION sub SET (binary = true)
ALTER SUBSCRIPTION sub SET (streaming = on) -- 14..15
ALTER SUBSCRIPTION sub SET (streaming = on) -- 16..17
ALTER SUBSCRIPTION sub SET (streaming = off) -- 16
ALTER SUBSCRIPTION sub SET (streaming = parallel) -- 16
ALTER SUBSCRIPTION sub SET (synchronous_commit = 'local')
ALTER SUBSCRIPTION sub SET (disable_on_error = true) -- 15
ALTER SUBSCRIPTION sub SET (password_required = false) -- 16
ALTER SUBSCRIPTION sub SET (run_as_owner = true) -- 16
ALTER SUBSCRIPTION sub SET (origin = none) -- 16
UPDATE pg_subscription SET subtwophasestate = 'e' -- 15
UPDATE pg_subscription SET subtwophasestate = 'd' -- 15
UPDATE pg_subscription SET subfailover = true -- 17
ALTER SUBSCRIPTION sub SET (slot_name = 'slot')
UPDATE pg_subscription SET subowner = 'r_owner'::regrole
COMMENT ON SUBSCRIPTION sub IS 'x'
ALTER SUBSCRIPTION sub RENAME TO sub2
UPDATE pg_subscription SET subenabled = true
UPDATE pg_subscription SET subenabled = false
ALTER SUBSCRIPTION sub2 SET (slot_name = NONE)
INSERT INTO pg_seclabel SELECT oid, 'pg_subscription'::regclass, 0, 'guard', 'secret' FROM pg_subscription WHERE subname = 'sub2'
DROP SUBSCRIPTION sub2
