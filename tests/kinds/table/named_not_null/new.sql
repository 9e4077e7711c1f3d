CREATE TABLE t (a integer CONSTRAINT nn NOT NULL, b integer NOT NULL, c integer,
    d integer CONSTRAINT only_here NOT NULL NO INHERIT);
ALTER TABLE t ADD CONSTRAINT later NOT NULL c NOT VALID;
COMMENT ON CONSTRAINT nn ON t IS 'named';
CREATE TABLE child (a integer CONSTRAINT mine NOT NULL) INHERITS (t);
CREATE TABLE v (a integer, g integer GENERATED ALWAYS AS (a + 1) VIRTUAL);
CREATE TABLE p (id integer GENERATED ALWAYS AS IDENTITY, k integer CONSTRAINT pk NOT NULL)
    PARTITION BY LIST (k);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);

-- LIKE copies the name, and then no default name is free for the original when it comes second.
CREATE TABLE original (a integer NOT NULL);
CREATE TABLE copied (LIKE original);
