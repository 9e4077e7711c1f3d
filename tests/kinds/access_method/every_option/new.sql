-- For indexes and tables, and what uses them.
CREATE ACCESS METHOD "Heap-2" TYPE TABLE HANDLER heap_tableam_handler;
CREATE SCHEMA s;
CREATE FUNCTION s.handler(internal) RETURNS index_am_handler LANGUAGE internal AS 'bthandler';
CREATE ACCESS METHOD btree2 TYPE INDEX HANDLER s.handler;
CREATE OPERATOR CLASS s.ops DEFAULT FOR TYPE integer USING btree2 AS
    OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
    FUNCTION 1 btint4cmp(integer, integer);
CREATE TABLE s.t (a integer) USING "Heap-2";
CREATE MATERIALIZED VIEW s.m USING "Heap-2" AS SELECT a FROM s.t;
COMMENT ON ACCESS METHOD "Heap-2" IS 'it''s heap again';
