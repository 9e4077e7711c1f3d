-- What many databases that come from PostgreSQL 14 have.
GRANT CREATE ON SCHEMA public TO PUBLIC;
COMMENT ON SCHEMA public IS NULL;
