-- Extensions in schemas of their own, one that needs another, comments changed and removed.
CREATE SCHEMA "X-1";
CREATE EXTENSION hstore WITH SCHEMA "X-1";
CREATE EXTENSION pg_trgm;
CREATE EXTENSION earthdistance CASCADE;
COMMENT ON EXTENSION hstore IS 'it''s ours';
COMMENT ON EXTENSION pg_trgm IS NULL;
CREATE DOMAIN attributes AS "X-1".hstore DEFAULT ''::"X-1".hstore;
CREATE FUNCTION keys("X-1".hstore) RETURNS text[] LANGUAGE sql IMMUTABLE
    RETURN "X-1".akeys($1);
