-- Settings of functions: lists, empty lists, names with dots, values that need quotes.
CREATE FUNCTION empty_path() RETURNS integer LANGUAGE sql SET search_path = '' AS 'SELECT 1';
CREATE FUNCTION path() RETURNS integer LANGUAGE sql
    SET search_path = "$user", public, "My, Schema", "with ""quotes""" AS 'SELECT 1';
CREATE FUNCTION path_of_one() RETURNS integer LANGUAGE sql SET search_path = 'a, b' AS 'SELECT 1';
SET search_path = "$user",public,  pg_temp;
CREATE FUNCTION public.current_path() RETURNS integer LANGUAGE sql SET search_path FROM CURRENT
    AS 'SELECT 1';
SET search_path = public;
SELECT set_config('search_path', 'pg_catalog,"public"  ,  "X"', false);
CREATE FUNCTION public.odd_path() RETURNS integer LANGUAGE sql SET search_path FROM CURRENT
    AS 'SELECT 1';
RESET search_path;
CREATE FUNCTION many() RETURNS integer LANGUAGE sql
    SET statement_timeout = '5s' SET "my.Setting" = 'it''s' SET datestyle = 'ISO, DMY'
    SET timezone = 'Europe/Berlin' SET "app.empty" = '' SET enable_seqscan = off
    SET application_name = E'a\\b' SET random_page_cost = 1.1 SET role = r_owner
    SET lock_timeout FROM CURRENT SET temp_tablespaces = '' SET client_min_messages TO DEFAULT
    AS 'SELECT 1';
CREATE PROCEDURE proc() LANGUAGE sql SET work_mem = '1MB' SET search_path = pg_catalog, pg_temp
    AS 'SELECT 1';
