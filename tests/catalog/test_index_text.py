"""What pgmig puts together of plain indexes is what the server would print."""

from contextlib import closing

from benchmarks.schema import schema
from pgmig import catalog, db
from pgmig.kinds.index import Index
from tests.fixtures.servers import Program

TABLE = """
CREATE TYPE mood AS ENUM ('glad', 'sad');
CREATE DOMAIN age AS integer;
CREATE DOMAIN word AS varchar(10);
CREATE TABLE t (
    i integer, b bigint, t text, v varchar(10), w varchar, c char(3), n numeric(5,2), na name,
    m mood, a age, d word, ar integer[], ts timestamptz, u uuid, j jsonb, bo boolean, o oid,
    "Odd ""na""me" integer, "select" text, tc text COLLATE "C", vc varchar COLLATE "C", ip inet,
    f float8, r int4range, bi bit(3), x bytea, iv interval, tz timetz, mo money, ci cidr);
CREATE MATERIALIZED VIEW mv AS SELECT i, v FROM t;
CREATE INDEX ON mv (i, v);
CREATE TABLE p (i integer, d date) PARTITION BY RANGE (d);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE INDEX ON p (i, d);
CREATE INDEX ON t (v, i DESC);
CREATE INDEX ON t (i NULLS FIRST);
CREATE INDEX ON t (t COLLATE "C");
CREATE INDEX ON t (tc COLLATE "default");
CREATE INDEX ON t (t text_pattern_ops, i);
CREATE INDEX ON t (v varchar_pattern_ops);
CREATE INDEX ON t (v varchar_ops);
CREATE INDEX ON t (v text_ops);
CREATE INDEX ON t (c bpchar_pattern_ops);
CREATE INDEX ON t (ar array_ops);
CREATE INDEX ON t (i) INCLUDE (b, v);
CREATE UNIQUE INDEX ON t (i, v);
CREATE INDEX ON t (lower(v), i);
CREATE INDEX ON t (i, b) WHERE v <> '';
CREATE INDEX ON t (i) WITH (fillfactor = 70) WHERE b > 1;
CREATE INDEX ON t USING hash (v);
CREATE INDEX ON t USING gin (j);
CREATE INDEX ON t USING gist (r);
CREATE INDEX ON t USING brin (i, ts);
"""
COLUMNS = (
    *("i", "b", "t", "v", "w", "c", "n", "na", "m", "a", "d", "ar", "ts", "u", "bo", "o", "ip"),
    *('"Odd ""na""me"', '"select"', "tc", "vc", "f", "r", "bi", "x", "iv", "tz", "mo", "ci"),
)

# Not the order of the system's class, so that which of them serves a type can be told.
OWN = """
CREATE FUNCTION later(varchar, varchar) RETURNS integer LANGUAGE sql IMMUTABLE
    AS 'SELECT bttextcmp($2::text, $1::text)';
CREATE OPERATOR CLASS backwards DEFAULT FOR TYPE varchar USING btree AS
    OPERATOR 1 > (text, text), OPERATOR 2 >= (text, text), OPERATOR 3 = (text, text),
    OPERATOR 4 <= (text, text), OPERATOR 5 < (text, text),
    FUNCTION 1 (varchar, varchar) later(varchar, varchar);
CREATE TABLE t (v varchar, w text, i integer);
CREATE INDEX ON t (v);
CREATE INDEX ON t (v text_ops);
CREATE INDEX ON t (w, i);
"""

PRINTED = """
SELECT n.nspname, x.relname, pg_get_indexdef(x.oid)
  FROM pg_class x JOIN pg_namespace n ON n.oid = x.relnamespace WHERE x.relkind IN ('i', 'I')
"""


def test_every_type_of_column_and_form_of_index(database: str, psql: Program) -> None:
    plain = "".join(f"CREATE INDEX ON t ({column});" for column in COLUMNS)
    psql(database, input=TABLE + plain)
    _agrees(database)


def test_a_class_of_ones_own_may_be_the_default(database: str, psql: Program) -> None:
    psql(database, input=OWN)
    _agrees(database)


def test_a_schema_as_large_ones_are(database: str, psql: Program) -> None:
    psql(database, input="".join(f"{text};" for text in schema(40)))
    _agrees(database)


def _agrees(url: str) -> None:
    with closing(db.connect(url)) as conn:
        found = [each for each in catalog.read(conn).objects.values() if isinstance(each, Index)]
        conn.execute("SET search_path = ''")
        printed = {(schema, name): text for schema, name, text in conn.execute(PRINTED).fetchall()}
    assert found
    for each in found:
        text = printed[each.schema, each.name]
        _, using, definition = text.partition("USING ")
        rest = (using + definition).removeprefix(each.definition)
        assert rest != using + definition, text
        assert rest.startswith((" WITH (", " WHERE (")) or not rest, text
