-- The schema that a new database has, with another owner, other privileges and another comment.
ALTER SCHEMA public OWNER TO r_owner;
REVOKE USAGE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO r_reader;
COMMENT ON SCHEMA public IS 'ours';
