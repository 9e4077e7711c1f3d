CREATE TABLE items (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    done integer NOT NULL DEFAULT 0
);
CREATE TABLE counted (id integer NOT NULL);
CREATE TABLE copies (id integer NOT NULL);
CREATE FUNCTION count_it() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO counted VALUES (new.id);
    RETURN new;
END
$$;
CREATE TRIGGER counted AFTER UPDATE ON items FOR EACH ROW EXECUTE FUNCTION count_it();
INSERT INTO items (done) SELECT 0 FROM generate_series(1, 600);
