"""A made-up schema of any size, with every kind of object that large databases are full of."""

from collections.abc import Iterator

ROLES = "DO $$ BEGIN CREATE ROLE bench_reader; EXCEPTION WHEN duplicate_object THEN END $$"

SHARED = """
CREATE SCHEMA app;
CREATE TYPE app.state AS ENUM ('new', 'paid', 'sent', 'gone');
CREATE DOMAIN app.email AS text CHECK (VALUE LIKE '%@%');
CREATE FUNCTION app.touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.changed := now();
    RETURN NEW;
END $$;
"""

TABLE = """
CREATE TABLE app.t{n} (
    id bigint GENERATED ALWAYS AS IDENTITY,
    parent_id bigint,
    name varchar(80) NOT NULL,
    mail app.email,
    state app.state NOT NULL DEFAULT 'new',
    amount numeric(12,2) NOT NULL DEFAULT 0,
    made timestamptz NOT NULL DEFAULT now(),
    changed timestamptz,
    CONSTRAINT t{n}_pkey PRIMARY KEY (id),
    CONSTRAINT t{n}_name_key UNIQUE (name, made),
    CONSTRAINT t{n}_amount_check CHECK (amount >= 0),
    CONSTRAINT t{n}_dates_check CHECK (changed IS NULL OR changed >= made)
);
CREATE INDEX t{n}_parent_id_idx ON app.t{n} (parent_id);
CREATE INDEX t{n}_lower_idx ON app.t{n} (lower(name)) WHERE state <> 'gone';
COMMENT ON TABLE app.t{n} IS 'table {n}';
COMMENT ON COLUMN app.t{n}.amount IS 'in euros';
GRANT SELECT, INSERT ON app.t{n} TO bench_reader;
"""
LINK = """
ALTER TABLE app.t{n} ADD CONSTRAINT t{n}_parent_fkey FOREIGN KEY (parent_id)
    REFERENCES app.t{parent} (id) ON DELETE CASCADE;
"""
TRIGGER = """
CREATE TRIGGER t{n}_touch BEFORE UPDATE ON app.t{n} FOR EACH ROW EXECUTE FUNCTION app.touch();
"""
VIEW = """
CREATE VIEW app.v{n} AS SELECT a.id, a.name, a.state, b.amount
    FROM app.t{n} a LEFT JOIN app.t{parent} b ON b.id = a.parent_id WHERE a.state <> 'gone';
GRANT SELECT ON app.v{n} TO bench_reader;
"""
FUNCTION = """
CREATE FUNCTION app.total_{n}(since timestamptz DEFAULT '-infinity') RETURNS numeric
    LANGUAGE sql STABLE AS $$ SELECT sum(amount) FROM app.t{n} WHERE made > since $$;
COMMENT ON FUNCTION app.total_{n}(timestamptz) IS 'total of table {n}';
"""
POLICY = """
ALTER TABLE app.t{n} ENABLE ROW LEVEL SECURITY;
CREATE POLICY readers ON app.t{n} FOR SELECT TO bench_reader USING (state <> 'gone');
"""
PARTITIONED = """
CREATE TABLE app.t{n} (id bigint NOT NULL, day date NOT NULL, body text DEFAULT '')
    PARTITION BY RANGE (day);
ALTER TABLE app.t{n} ADD CONSTRAINT t{n}_pkey PRIMARY KEY (id, day);
CREATE INDEX t{n}_day_idx ON app.t{n} (day);
"""
PARTITION = """
CREATE TABLE app.t{n} PARTITION OF app.t{of}
    FOR VALUES FROM ('{year}-01-01') TO ('{year}-12-31');
"""


def schema(tables: int) -> Iterator[str]:
    """Texts of SQL that make a schema of so many tables, each to run in its own transaction.

    Of twenty tables one is partitioned and three are its partitions. Of the others each has keys,
    checks, indexes, comments and grants; half have a trigger and a view, a fifth a function and a
    policy.
    """
    yield ROLES
    yield SHARED
    plain: int | None = None
    for n in range(tables):
        place = n % 20
        if place == 0:
            yield PARTITIONED.format(n=n)
        elif place < 4:
            yield PARTITION.format(n=n, of=n - place, year=2020 + place)
        else:
            yield _plain(n, n if plain is None else plain)
            plain = n


def _plain(n: int, parent: int) -> str:
    parts = [TABLE, LINK]
    if n % 2:
        parts += [TRIGGER, VIEW]
    if n % 5 == 0:
        parts += [FUNCTION, POLICY]
    return "".join(part.format(n=n, parent=parent) for part in parts)
