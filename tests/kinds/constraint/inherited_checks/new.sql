-- A child's CHECK comes with the parent's; its validity and comment are its own.
CREATE TABLE whole (id integer) PARTITION BY LIST (id);
CREATE TABLE a_part PARTITION OF whole FOR VALUES IN (1);
CREATE TABLE z_part PARTITION OF whole FOR VALUES IN (2);
ALTER TABLE whole ADD CONSTRAINT positive CHECK (id > 0) NOT VALID;
ALTER TABLE a_part VALIDATE CONSTRAINT positive;
COMMENT ON CONSTRAINT positive ON a_part IS 'of the part';
COMMENT ON CONSTRAINT positive ON whole IS 'of the whole';

CREATE TABLE parent (id integer);
CREATE TABLE child () INHERITS (parent);
ALTER TABLE parent ADD CONSTRAINT few CHECK (id < 5);
COMMENT ON CONSTRAINT few ON child IS 'of the child';
