"""Every change of a table and its columns, there and back, as PostgreSQL can make it in place."""

from collections.abc import Callable, Sequence

import pytest

from pgmig.kinds import KIND_BY_NAME
from pgmig.model import Snapshot
from pgmig.plan import Plan, differences, plan
from pgmig.shadow.witness import statements
from tests.fixtures.laws import Law, read
from tests.fixtures.servers import Program

pytestmark = pytest.mark.thorough

ENUM = "CREATE TYPE e AS ENUM ('x', 'y'); CREATE TYPE f AS ENUM ('x', 'y', 'z');"
DOMAIN = "CREATE DOMAIN d AS integer CHECK (VALUE > 0); CREATE DOMAIN s AS varchar(5);"
FUNCTION = "CREATE FUNCTION f(integer) RETURNS {} IMMUTABLE LANGUAGE sql RETURN $1;"
FOREIGN = "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w;"
PARTITIONED = "CREATE TABLE p ({}) PARTITION BY LIST (a);"
METHOD = "CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler;"

CASES = {
    "columns come and go": (
        "CREATE TABLE t (a int, z text)",
        "CREATE TABLE t (a int, b text COLLATE \"C\" NOT NULL DEFAULT 'x', c numeric(5,2),"
        " d int GENERATED ALWAYS AS (a + 1) STORED, e bigint GENERATED ALWAYS AS IDENTITY);"
        "COMMENT ON COLUMN t.b IS 'b'; GRANT SELECT (b) ON t TO r_reader;"
        "ALTER TABLE t ALTER b SET STORAGE EXTERNAL, ALTER b SET STATISTICS 5",
    ),
    "types change": (
        "CREATE TABLE t (a varchar(10) COLLATE \"C\" DEFAULT 'q', b int DEFAULT 5, c text,"
        " d text[], e json, f timestamp, g numeric(10,2), i int, j text[], k text, l int[],"
        " m jsonb, n uuid, o inet, q boolean)",
        "CREATE TABLE t (a varchar(20) COLLATE \"C\" DEFAULT 'q', b bigint DEFAULT 5, c int,"
        " d int[], e jsonb, f timestamptz, g numeric(8,2), i boolean, j text, k text[],"
        " l bigint[], m text, n text, o cidr, q text)",
    ),
    "types of the schema take the place of others": (
        ENUM + DOMAIN + "CREATE TABLE t (a text DEFAULT 'x', b text[], c e DEFAULT 'x', g e[],"
        " h int DEFAULT 5, i d, j s DEFAULT 'x', k varchar(5))",
        ENUM + DOMAIN + "CREATE TABLE t (a e DEFAULT 'x', b e[], c f DEFAULT 'x', g f[],"
        " h d DEFAULT 5, i bigint, j text DEFAULT 'x', k s)",
    ),
    "a collation changes": (
        "CREATE TABLE t (a text COLLATE \"C\" DEFAULT 'x', b varchar(5))",
        "CREATE TABLE t (a text DEFAULT 'x', b varchar(5) COLLATE \"POSIX\")",
    ),
    "a type is made again under its columns": (
        "CREATE TYPE e AS ENUM ('a', 'b'); CREATE TABLE t (x e DEFAULT 'a', y e[]);"
        "CREATE INDEX ti ON t (x) WHERE x = 'a'",
        "CREATE TYPE e AS ENUM ('a'); CREATE TABLE t (x e DEFAULT 'a', y e[]);"
        "CREATE INDEX ti ON t (x) WHERE x = 'a'",
    ),
    "a type goes with the column's": (
        "CREATE TYPE e AS ENUM ('x'); CREATE TABLE t (a e DEFAULT 'x')",
        "CREATE TABLE t (a text DEFAULT 'x')",
    ),
    "defaults change": (
        "CREATE TABLE t (a int DEFAULT 1, b text DEFAULT 'x', c int)",
        "CREATE TABLE t (a int DEFAULT 2, b text, c int DEFAULT 3)",
    ),
    "a default's function is made again": (
        "CREATE FUNCTION f() RETURNS integer LANGUAGE sql RETURN 1;"
        "CREATE TABLE t (a int DEFAULT f(), b int)",
        "CREATE FUNCTION f() RETURNS bigint LANGUAGE sql RETURN 1;"
        "CREATE TABLE t (a int DEFAULT f(), b int)",
    ),
    "a parent's default is the children's no more": (
        PARTITIONED.format("a int, d int DEFAULT 0")
        + "CREATE TABLE p1 PARTITION OF p (d DEFAULT 10) FOR VALUES IN (1)",
        PARTITIONED.format("a int, d int DEFAULT 5")
        + "CREATE TABLE p1 PARTITION OF p (d DEFAULT 10) FOR VALUES IN (1)",
    ),
    "columns lose and gain NOT NULL": (
        "CREATE TABLE t (a int NOT NULL, b int, c int PRIMARY KEY)",
        "CREATE TABLE t (a int, b int NOT NULL, c int)",
    ),
    "generated columns": (
        "CREATE TABLE t (a int, b int, g int GENERATED ALWAYS AS (a + 1) STORED,"
        " h int GENERATED ALWAYS AS (a * 2) STORED, i bigint GENERATED ALWAYS AS (b) STORED)",
        "CREATE TABLE t (a int, b bigint, g int GENERATED ALWAYS AS (a + 2) STORED,"
        " h int, i bigint GENERATED ALWAYS AS (b) STORED)",
    ),
    "a generated column reads no more what goes": (
        "CREATE TABLE t (a int, b int, g int GENERATED ALWAYS AS (a + b) STORED)",
        "CREATE TABLE t (a int, g int GENERATED ALWAYS AS (a) STORED)",
    ),
    "a generated column's function is made again": (
        FUNCTION.format("integer")
        + "CREATE TABLE t (a int, g int GENERATED ALWAYS AS (f(a)) STORED,"
        " n int GENERATED ALWAYS AS (f(a)) STORED NOT NULL, z int); CREATE VIEW v AS"
        " SELECT g, n FROM t; CREATE INDEX i ON t (n)",
        FUNCTION.format("bigint")
        + "CREATE TABLE t (a int, g int GENERATED ALWAYS AS (f(a)) STORED,"
        " n int GENERATED ALWAYS AS (f(a)) STORED NOT NULL, z int); CREATE VIEW v AS"
        " SELECT g, n FROM t; CREATE INDEX i ON t (n)",
    ),
    "serial becomes identity": (
        "CREATE TABLE t (id serial PRIMARY KEY)",
        "CREATE TABLE t (id int GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY)",
    ),
    "serials come and grow": (
        "CREATE TABLE t (a int, id serial)",
        "CREATE TABLE t (a serial, id bigserial, c serial)",
    ),
    "identities change": (
        "CREATE TABLE t (a int NOT NULL, b int GENERATED ALWAYS AS IDENTITY,"
        " c bigint GENERATED BY DEFAULT AS IDENTITY (INCREMENT 2 START 5 CACHE 3))",
        "CREATE TABLE t (a int GENERATED BY DEFAULT AS IDENTITY, b int NOT NULL,"
        " c int GENERATED ALWAYS AS IDENTITY (MINVALUE 3 MAXVALUE 77 CYCLE));"
        "COMMENT ON SEQUENCE t_c_seq IS 'x'; GRANT USAGE ON SEQUENCE t_c_seq TO r_reader;"
        "ALTER SEQUENCE t_a_seq RENAME TO other",
    ),
    "an owner changes what belongs to the table too": (
        "CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY, b int); CREATE TABLE u (id serial);"
        "GRANT USAGE ON SEQUENCE t_a_seq TO r_reader; GRANT SELECT (b) ON t TO r_reader",
        "CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY, b int); CREATE TABLE u (id serial);"
        "GRANT USAGE, SELECT ON SEQUENCE t_a_seq TO r_reader;"
        "GRANT SELECT (b), UPDATE (b) ON t TO r_reader;"
        "ALTER TABLE t OWNER TO r_owner; ALTER TABLE u OWNER TO r_owner",
    ),
    "a privilege of the table becomes one of a column": (
        "CREATE TABLE t (a int); GRANT SELECT, UPDATE ON t TO r_reader",
        "CREATE TABLE t (a int); GRANT SELECT ON t TO r_reader; GRANT UPDATE (a) ON t TO r_reader",
    ),
    "how values are stored and sampled": (
        "CREATE TABLE t (a text, b text, c numeric, d int, e text[], g inet)",
        "CREATE TABLE t (a text, b text, c numeric, d int, e text[], g inet);"
        "ALTER TABLE t ALTER a SET STORAGE EXTERNAL, ALTER c SET STORAGE PLAIN,"
        " ALTER b SET COMPRESSION pglz, ALTER d SET STATISTICS 55, ALTER d SET (n_distinct = 3),"
        " ALTER e SET STORAGE MAIN, ALTER g SET STORAGE EXTERNAL; COMMENT ON COLUMN t.a IS 'q'",
    ),
    "storage parameters": (
        "CREATE TABLE t (a text) WITH (fillfactor=70, toast.autovacuum_enabled=off)",
        "CREATE TABLE t (a text) WITH (autovacuum_enabled=false)",
    ),
    "persistence, row security and replica identity": (
        "CREATE UNLOGGED TABLE t (a int GENERATED ALWAYS AS IDENTITY)",
        "CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY); ALTER TABLE t REPLICA IDENTITY FULL;"
        "ALTER TABLE t ENABLE ROW LEVEL SECURITY; ALTER TABLE t FORCE ROW LEVEL SECURITY",
    ),
    "a row type elsewhere forbids defaults in ADD COLUMN": (
        "CREATE TABLE t (a int); CREATE TABLE u (x t[])",
        "CREATE TABLE t (a int, b int DEFAULT 1, c text DEFAULT 'x'); CREATE TABLE u (x t[])",
    ),
    "a type of rows is followed": (
        "CREATE TYPE c AS (a int); CREATE TABLE t OF c; CREATE TABLE u (a int)",
        "CREATE TYPE c AS (a int, z text); CREATE TABLE t OF c; CREATE TABLE u (a int, z text)",
    ),
    "a table becomes one of a type": (
        "CREATE TYPE c AS (a int, b text); CREATE TABLE t (a int, b text)",
        "CREATE TYPE c AS (a int, b text); CREATE TABLE t OF c",
    ),
    "a partition leaves": (
        PARTITIONED.format("a int NOT NULL, b int")
        + "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1)",
        PARTITIONED.format("a int NOT NULL, b int") + "CREATE TABLE p1 (a int NOT NULL, b int)",
    ),
    "a bound changes": (
        PARTITIONED.format("a int") + "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1)",
        PARTITIONED.format("a int") + "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1, 2)",
    ),
    "a table becomes a partition": (
        PARTITIONED.format("a int, b int") + "CREATE TABLE p1 (a int, b bigint, c int)",
        PARTITIONED.format("a int, b bigint")
        + "CREATE TABLE p1 PARTITION OF p (b DEFAULT 4) FOR VALUES IN (1)",
    ),
    "a partition outlives its table": (
        PARTITIONED.format("a int, b int") + "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1)",
        "CREATE TABLE p1 (a int, b int)",
    ),
    "columns of partitions follow": (
        PARTITIONED.format("a int, b int, c varchar(5)")
        + "CREATE TABLE a1 PARTITION OF p FOR VALUES IN (1); CREATE TABLE p2 PARTITION OF p"
        " (a NOT NULL) DEFAULT; CREATE INDEX ON a1 (b, c)",
        PARTITIONED.format("a int NOT NULL, c varchar(9), d int NOT NULL DEFAULT 4, f int")
        + "CREATE TABLE a1 PARTITION OF p (f DEFAULT 4) FOR VALUES IN (1);"
        "CREATE TABLE p2 PARTITION OF p (d DEFAULT 7) DEFAULT; CREATE INDEX ON a1 (c);"
        "CREATE VIEW v AS SELECT d, f FROM a1",
    ),
    "what reads a child's column moves with its parent's": (
        "CREATE TABLE p (a int, b int); CREATE TABLE a1 () INHERITS (p);"
        "CREATE MATERIALIZED VIEW m AS SELECT count(b) FROM a1; CREATE POLICY o ON a1"
        " USING (b > 1); CREATE INDEX i ON a1 ((b + 1))",
        "CREATE TABLE p (a int, b bigint); CREATE TABLE a1 () INHERITS (p);"
        "CREATE MATERIALIZED VIEW m AS SELECT count(b) FROM a1; CREATE POLICY o ON a1"
        " USING (b > 1); CREATE INDEX i ON a1 ((b + 1))",
    ),
    "columns of children follow": (
        "CREATE TABLE p (a int, b int, c varchar(5)); CREATE TABLE c (z int) INHERITS (p);"
        "CREATE TABLE own (b int) INHERITS (p)",
        "CREATE TABLE p (a int NOT NULL, c varchar(9), d int DEFAULT 4);"
        "CREATE TABLE c (z int) INHERITS (p); CREATE TABLE own (b int) INHERITS (p)",
    ),
    "a generated column of a parent": (
        "CREATE TABLE p (a int, g int GENERATED ALWAYS AS (a + 1) STORED);"
        "CREATE TABLE c () INHERITS (p)",
        "CREATE TABLE p (a bigint, g int GENERATED ALWAYS AS (a + 2) STORED);"
        "CREATE TABLE c () INHERITS (p)",
    ),
    "an identity of a parent": (
        "CREATE TABLE p (a int NOT NULL, b int); CREATE TABLE c () INHERITS (p)",
        "CREATE TABLE p (a int GENERATED ALWAYS AS IDENTITY, b int,"
        " c bigint GENERATED BY DEFAULT AS IDENTITY); CREATE TABLE c () INHERITS (p)",
    ),
    "parents come, go and change places": (
        "CREATE TABLE a (x int); CREATE TABLE b (x int, y int);"
        "CREATE TABLE c (x int) INHERITS (a); CREATE TABLE d (x int, y int) INHERITS (a, b)",
        "CREATE TABLE a (x int); CREATE TABLE b (x int, y int) INHERITS (a);"
        "CREATE TABLE c (x int); CREATE TABLE d (x int, y int) INHERITS (b, a)",
    ),
    "a foreign table": (
        FOREIGN + "CREATE FOREIGN TABLE t (a int OPTIONS (n 'x'), b text, c int NOT NULL,"
        " g int GENERATED ALWAYS AS (a + 1) STORED) SERVER s OPTIONS (n 'q')",
        FOREIGN + "CREATE FOREIGN TABLE t (a bigint OPTIONS (n 'y', z '1'), c int DEFAULT 4,"
        " g int GENERATED ALWAYS AS (a + 2) STORED,"
        " d text OPTIONS (k 'v') COLLATE \"C\" NOT NULL) SERVER s OPTIONS (n 'z');"
        "ALTER FOREIGN TABLE t ALTER d SET STATISTICS 5; COMMENT ON COLUMN t.a IS 'c'",
    ),
    "a foreign table under a parent": (
        FOREIGN + PARTITIONED.format("a int, b int") + "CREATE TABLE q (a int);"
        "CREATE FOREIGN TABLE t (a int, b int) SERVER s;"
        "CREATE FOREIGN TABLE u () INHERITS (q) SERVER s",
        FOREIGN + PARTITIONED.format("a int, b bigint") + "CREATE TABLE q (a bigint, c int);"
        "CREATE FOREIGN TABLE t PARTITION OF p (b DEFAULT 4) FOR VALUES IN (1) SERVER s;"
        "CREATE FOREIGN TABLE u () INHERITS (q) SERVER s",
    ),
    "names that must be quoted": (
        'CREATE SCHEMA "S ""q"; CREATE TABLE "S ""q"."T.1" ("a b" int, "sel""ect" text)',
        'CREATE SCHEMA "S ""q"; CREATE TABLE "S ""q"."T.1" ("a b" bigint NOT NULL DEFAULT 4,'
        ' "sel""ect" varchar(4) COLLATE "C", "order" "char");'
        'COMMENT ON COLUMN "S ""q"."T.1"."a b" IS \'x\';'
        'GRANT SELECT ("a b") ON "S ""q"."T.1" TO PUBLIC',
    ),
}

SINCE: dict[int, dict[str, tuple[str, str]]] = {
    15: {
        "an access method": (
            METHOD + "CREATE TABLE t (a int)",
            METHOD + "CREATE TABLE t (a int) USING heap2",
        ),
    },
    17: {
        "an access method of a partitioned table": (
            METHOD + PARTITIONED.format("a int"),
            METHOD + PARTITIONED.format("a int").replace(";", " USING heap2;"),
        ),
        "an identity of a partitioned table": (
            PARTITIONED.format("a int NOT NULL") + "CREATE TABLE p1 PARTITION OF p DEFAULT",
            PARTITIONED.format("a int GENERATED ALWAYS AS IDENTITY")
            + "CREATE TABLE p1 PARTITION OF p DEFAULT",
        ),
    },
    18: {
        "a NOT NULL is renamed": (
            "CREATE TABLE t (a int CONSTRAINT n NOT NULL); CREATE TABLE u () INHERITS (t)",
            "CREATE TABLE t (a int CONSTRAINT o NOT NULL); CREATE TABLE u () INHERITS (t)",
        ),
        "a NOT NULL is not valid": (
            "CREATE TABLE t (a int, b int CONSTRAINT q NOT NULL)",
            "CREATE TABLE t (a int, b int); ALTER TABLE t ADD CONSTRAINT x NOT NULL a NOT VALID;"
            "ALTER TABLE t ADD CONSTRAINT q NOT NULL b NOT VALID;"
            "COMMENT ON CONSTRAINT q ON t IS 'c'",
        ),
        "a NOT NULL is not inherited": (
            "CREATE TABLE t (a int, b int CONSTRAINT q NOT NULL); CREATE TABLE u () INHERITS (t)",
            "CREATE TABLE t (a int CONSTRAINT n NOT NULL NO INHERIT, b int CONSTRAINT q NOT NULL"
            " NO INHERIT); CREATE TABLE u () INHERITS (t)",
        ),
        "virtual columns": (
            "CREATE TABLE t (a int, g int GENERATED ALWAYS AS (a + 1) VIRTUAL NOT NULL,"
            " h int GENERATED ALWAYS AS (1) VIRTUAL, i int GENERATED ALWAYS AS (2) VIRTUAL)",
            "CREATE TABLE t (a bigint, g int GENERATED ALWAYS AS (a + 1) VIRTUAL NOT NULL,"
            " h int, i int GENERATED ALWAYS AS (2) STORED)",
        ),
    },
}

LATER = [
    pytest.param(*pair, id=name, marks=pytest.mark.pg(f">= {major}"))
    for major, cases in SINCE.items()
    for name, pair in cases.items()
]


def run(psql: Program, url: str, made: Plan) -> None:
    """Run a plan, each of its scripts in a transaction of its own."""
    for part in made.parts:
        psql(url, "-1", input="".join(f"{each.sql};\n" for each in part))


def told(old: Snapshot, new: Snapshot) -> Sequence[str]:
    """What differs besides the order of columns."""
    return [
        str(each)
        for each in differences(old, new)
        if each.field != "columns" or {*each.old} != {*each.new}
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [*(pytest.param(*pair, id=name) for name, pair in CASES.items()), *LATER],
)
def test_a_table_is_altered_there_and_back(
    one: str, other: str, law: Law, psql: Program, pg_dump: Callable[..., str]
) -> None:
    url, goals = law.load(one), (law.load(other), law.load(one))
    for goal in goals:
        wanted = read(goal)
        made = plan(read(url), wanted)
        names = {f"DROP TABLE {key.schema}.{key.name}" for key in wanted.objects}
        assert not names & {each.sql for each in made.statements}
        run(psql, url, made)
        assert told(read(url), wanted) == []
        if not made.notes:
            assert statements(pg_dump(url, "-s")) == statements(pg_dump(goal, "-s"))


def altered(law: Law, psql: Program, one: str, other: str, rows: str, look: str) -> str:
    """What `look` shows once a table with rows went from one schema to the other."""
    url = law.load(f"{one}; {rows}")
    run(psql, url, plan(read(url), read(law.load(other))))
    return psql(url, "-At", "-c", look).stdout.strip()


def test_values_stay_when_a_type_changes(law: Law, psql: Program) -> None:
    one = ENUM + "CREATE TABLE t (a text, b e, c text[], d e[], i int, j json, n numeric)"
    other = ENUM + "CREATE TABLE t (a int, b f, c f[], d text[], i boolean, j jsonb, n text)"
    rows = "INSERT INTO t VALUES ('5', 'y', '{x,y}', '{x}', 1, '{\"a\": 1}', 1.50)"
    found = altered(law, psql, one, other, rows, "TABLE t")
    assert found == '5|y|{x,y}|{x}|t|{"a": 1}|1.50'


def test_a_removed_label_leaves_the_other_values(law: Law, psql: Program) -> None:
    one = "CREATE TYPE e AS ENUM ('a', 'b'); CREATE TABLE t (x e, y e[])"
    other = "CREATE TYPE e AS ENUM ('b'); CREATE TABLE t (x e, y e[])"
    rows = "INSERT INTO t VALUES ('b', '{b,NULL}'), (NULL, NULL)"
    assert altered(law, psql, one, other, rows, "TABLE t") == "b|{b,NULL}\n|"


@pytest.mark.parametrize("is_back", [False, True])
def test_an_identity_and_a_serial_go_on_counting(law: Law, psql: Program, is_back: bool) -> None:  # noqa: FBT001 - a parameter
    serial = "CREATE TABLE t (id serial, n text)"
    identity = "CREATE TABLE t (id int GENERATED BY DEFAULT AS IDENTITY, n text)"
    one, other = (identity, serial) if is_back else (serial, identity)
    rows = "INSERT INTO t VALUES (DEFAULT, 'a'), (7, 'b')"
    look = "INSERT INTO t VALUES (DEFAULT, 'c'); SELECT id FROM t ORDER BY id"
    assert altered(law, psql, one, other, rows, look) == "1\n7\n8"


def test_not_null_does_not_stop_a_live_table(law: Law, psql: Program) -> None:
    url = law.load("CREATE TABLE t (a int, b int); INSERT INTO t VALUES (1, 2)")
    wanted = read(law.load("CREATE TABLE t (a int NOT NULL, b int NOT NULL)"))
    made = plan(read(url), wanted, is_online=True)
    is_named = wanted.major >= 18
    assert [part[0].mode for part in made.parts] == (
        ["", "validate"] if is_named else ["", "validate", "after"]
    )
    assert not any("CHECK" in each.sql for each in made.statements) or not is_named
    for part in made.parts:
        psql(url, "-1", input="".join(f"{each.sql};\n" for each in part))
        # Between two scripts the table works, and takes no row that the end refuses.
        assert "null" in psql(url, "-c", "INSERT INTO t (a) VALUES (1)", check=False).stderr
    assert told(read(url), wanted) == []


def test_what_is_lost_is_named(law: Law) -> None:
    old = read(
        law.load("CREATE TABLE t (a int, b text, c text, g int GENERATED ALWAYS AS (1) STORED)")
    )
    new = read(law.load("CREATE TABLE t (a smallint, c int NOT NULL)"))
    found = {(each.name, each.evidence) for each in plan(old, new).hazards}
    assert found >= {
        ("drop-column", "every value of column b (text) is lost"),
        ("narrowing", "column a: a value of integer may not be one of smallint"),
        ("narrowing", "column c: a value of text may not be one of integer"),
        ("narrowing", "column c: a row may have no value"),
    }
    assert not any("column g" in evidence for _, evidence in found)


@pytest.mark.parametrize(
    ("old", "new", "is_narrower"),
    [
        ("varchar(5)", "varchar(4)", True),
        ("varchar(5)", "varchar(6)", False),
        ("varchar(5)", "text", False),
        ("text", "varchar(5)", True),
        ("numeric(8,2)", "numeric(9,3)", False),
        ("numeric(8,2)", "numeric(8,3)", True),
        ("numeric(8,2)", "numeric", False),
        ("int", "numeric(5)", True),
        ("int", "bigint", False),
        ("bigint", "int", True),
        ("bigint", "double precision", True),
        ("s", "varchar(5)", False),
        ("s", "text", False),
        ("int", "d", True),
        ("d", "bigint", False),
        ("e", "text", False),
        ("text", "e", True),
        ("int[]", "text[]", False),
    ],
)
def test_narrowing_is_told(old: str, new: str, is_narrower: bool, law: Law) -> None:  # noqa: FBT001 - a parameter
    setup = ENUM + DOMAIN
    before, after = (read(law.load(f"{setup} CREATE TABLE t (a {type_})")) for type_ in (old, new))
    assert bool(plan(before, after).hazards) == is_narrower


def test_a_rename_keeps_everything_else(law: Law, psql: Program) -> None:
    url = law.load("CREATE TABLE t (a serial CHECK (a > 0)); CREATE VIEW v AS SELECT a FROM t")
    table = next(key for key in read(url).objects if key.kind == "table")
    record, kind = read(url).objects[table], KIND_BY_NAME["table"]
    for each in (*(kind.rename(record, "a", "b") or ()), *(kind.rename(record, "", "u") or ())):
        psql(url, "-c", each.sql)
    assert psql(url, "-At", "-c", "SELECT b FROM u").stdout == ""
