CREATE TABLE a (id serial PRIMARY KEY, n bigserial);
CREATE TABLE b (id integer DEFAULT nextval('a_id_seq'));
CREATE SEQUENCE moved OWNED BY b.id;
CREATE TABLE "Mixed" ("Id" smallserial);
ALTER TABLE a OWNER TO r_owner;
GRANT SELECT ON SEQUENCE a_id_seq TO r_reader;
