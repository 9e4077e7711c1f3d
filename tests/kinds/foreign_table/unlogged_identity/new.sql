-- The sequence of an identity may be unlogged where its table cannot.
CREATE FOREIGN DATA WRAPPER w;
CREATE SERVER s FOREIGN DATA WRAPPER w;
CREATE FOREIGN TABLE far (id integer GENERATED ALWAYS AS IDENTITY) SERVER s;
ALTER SEQUENCE far_id_seq SET UNLOGGED;
