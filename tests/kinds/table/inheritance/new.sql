CREATE TABLE animal (id integer NOT NULL, name text DEFAULT 'x', legs integer DEFAULT 4,
    CONSTRAINT has_legs CHECK (legs >= 0), CONSTRAINT here_only CHECK (id > 0) NO INHERIT);
CREATE TABLE tagged (tag text, CONSTRAINT tag_set CHECK (tag <> ''));
CREATE TABLE dog (breed text) INHERITS (animal);
ALTER TABLE dog ALTER legs SET DEFAULT 3, ALTER name SET NOT NULL, ALTER name DROP DEFAULT;
CREATE TABLE tagged_dog (extra integer) INHERITS (dog, tagged);
CREATE TABLE bird (id integer NOT NULL, name text, legs integer, wings integer,
    CONSTRAINT has_legs CHECK (legs >= 0));
ALTER TABLE bird INHERIT animal;
ALTER TABLE dog ADD CONSTRAINT own CHECK (breed <> '');
CREATE INDEX ON dog (breed);
