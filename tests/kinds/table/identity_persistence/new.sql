-- The sequence of an identity that is logged where its table is not, and the other way round.
CREATE UNLOGGED TABLE both_not (id integer GENERATED ALWAYS AS IDENTITY);
CREATE UNLOGGED TABLE table_not (id integer GENERATED ALWAYS AS IDENTITY);
ALTER SEQUENCE table_not_id_seq SET LOGGED;
CREATE TABLE sequence_not (id integer GENERATED ALWAYS AS IDENTITY);
ALTER SEQUENCE sequence_not_id_seq SET UNLOGGED;
