SET LOCAL statement_timeout = '10s';
SELECT set_config('shop.leakproof', 'x', true);
ALTER ROLE CURRENT_USER RESET search_path;
CREATE TABLE shop.checked (id bigint PRIMARY KEY, leakproof boolean, pg_ls_dir text);
CREATE VIEW shop.tight AS SELECT leakproof, pg_ls_dir FROM shop.checked;
