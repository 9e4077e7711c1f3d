-- Roles and memberships: what the objects of this database name.
CREATE ROLE changes_a;
CREATE ROLE changes_b;
CREATE ROLE changes_c;
CREATE ROLE changes_e;
CREATE SCHEMA s AUTHORIZATION changes_a;
CREATE SCHEMA t AUTHORIZATION changes_b;
CREATE SCHEMA u AUTHORIZATION changes_c;
-- CHANGES
-- pg_authid
ALTER ROLE changes_a SUPERUSER
ALTER ROLE changes_a NOINHERIT
ALTER ROLE changes_a CREATEROLE
ALTER ROLE changes_a CREATEDB
ALTER ROLE changes_a LOGIN
ALTER ROLE changes_a REPLICATION
ALTER ROLE changes_a BYPASSRLS
ALTER ROLE changes_a CONNECTION LIMIT 5
ALTER ROLE changes_a VALID UNTIL '2044-05-06 00:00:00+00'
ALTER ROLE changes_b RENAME TO changes_d
GRANT USAGE ON SCHEMA s TO changes_e
-- pg_shdescription, pg_shseclabel
COMMENT ON ROLE changes_a IS 'x'
COMMENT ON ROLE changes_a IS 'y'
INSERT INTO pg_shseclabel SELECT oid, 'pg_authid'::regclass, 'guard', 'x' FROM pg_authid WHERE rolname = 'changes_a'
UPDATE pg_shseclabel SET label = 'y'
DELETE FROM pg_shseclabel
-- pg_db_role_setting
ALTER ROLE changes_a SET work_mem = '9MB'
ALTER ROLE changes_a SET work_mem = '8MB'
ALTER ROLE changes_a SET search_path = a, b
DO $$ BEGIN EXECUTE format('ALTER ROLE changes_a IN DATABASE %I SET work_mem = ''7MB''', current_database()); END $$
DO $$ BEGIN EXECUTE format('ALTER ROLE changes_a IN DATABASE %I SET work_mem = ''6MB''', current_database()); END $$
-- pg_auth_members
GRANT changes_a TO changes_c
GRANT changes_a TO changes_c WITH ADMIN OPTION
GRANT changes_a TO changes_d WITH ADMIN OPTION
GRANT changes_a TO changes_c WITH INHERIT FALSE -- 16
GRANT changes_a TO changes_c WITH SET FALSE -- 16
GRANT changes_a TO changes_c GRANTED BY changes_d -- 16
REVOKE changes_a FROM changes_c GRANTED BY changes_d -- 16
REVOKE ADMIN OPTION FOR changes_a FROM changes_c
