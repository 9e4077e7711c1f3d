CREATE TYPE person AS (name text, born date, height numeric(4, 1));
CREATE TABLE people OF person (name WITH OPTIONS NOT NULL PRIMARY KEY, born DEFAULT '2000-01-01');
CREATE TABLE plain OF person;
COMMENT ON COLUMN people.height IS 'in centimetres';
