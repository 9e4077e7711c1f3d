-- From 18 on a NOT NULL that a child has of its own keeps its name, also on an inherited column.
CREATE TABLE n (d integer, g integer GENERATED ALWAYS AS (d + 1) STORED);
CREATE TABLE n2 (d integer NOT NULL);

CREATE TABLE own (CONSTRAINT own_d NOT NULL d) INHERITS (n);
CREATE TABLE own_and_inherited (CONSTRAINT own_too NOT NULL d) INHERITS (n2);
CREATE TABLE own_default_name (NOT NULL d) INHERITS (n2);
CREATE TABLE made_own () INHERITS (n2);
ALTER TABLE made_own ALTER d SET NOT NULL;
CREATE TABLE stays_here (e integer DEFAULT 3) INHERITS (n);
ALTER TABLE stays_here ADD CONSTRAINT stays NOT NULL d NO INHERIT, ALTER d SET DEFAULT 2;
CREATE TABLE stays_default_name () INHERITS (n);
ALTER TABLE stays_default_name ADD NOT NULL d NO INHERIT;
CREATE TABLE of_generated (CONSTRAINT of_g NOT NULL g) INHERITS (n);
CREATE TABLE unchecked () INHERITS (n);
ALTER TABLE unchecked ADD CONSTRAINT unchecked_d NOT NULL d NOT VALID;
CREATE TABLE under_own () INHERITS (own);
COMMENT ON CONSTRAINT own_d ON own IS 'the child''s';

CREATE FOREIGN DATA WRAPPER w;
CREATE SERVER s FOREIGN DATA WRAPPER w;
CREATE FOREIGN TABLE far (CONSTRAINT far_d NOT NULL d) INHERITS (n2) SERVER s;
