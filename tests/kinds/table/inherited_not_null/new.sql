-- From 18 on a NOT NULL is a constraint that a child's own column may have from its parent.
CREATE TABLE base (a integer NOT NULL DEFAULT 1, b text);
CREATE TABLE other (a integer DEFAULT 1, d text);
CREATE TABLE all_own (a integer) INHERITS (base, other);
CREATE TABLE some_own (a integer, f integer) INHERITS (base);
CREATE TABLE grandchild () INHERITS (some_own);
CREATE TABLE own_too (a integer NOT NULL, b text) INHERITS (base);

CREATE TABLE later (a integer, b integer);
CREATE TABLE later_child (a integer, b integer);
ALTER TABLE later_child INHERIT later;
ALTER TABLE later ALTER COLUMN b SET NOT NULL;

CREATE TABLE twice (a integer, g integer GENERATED ALWAYS AS (a * 2) STORED);
CREATE TABLE twice_known () INHERITS (twice);
ALTER TABLE twice_known ALTER g SET NOT NULL;
