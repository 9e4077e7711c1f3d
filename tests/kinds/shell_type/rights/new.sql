-- Privileges on a type that was only announced.
CREATE TYPE announced;
REVOKE USAGE ON TYPE announced FROM PUBLIC;
GRANT USAGE ON TYPE announced TO r_reader WITH GRANT OPTION;
