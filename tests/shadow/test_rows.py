"""Synthetic rows: every table gets some, and what becomes of them is told."""

from collections.abc import Callable
from contextlib import closing

import pytest

from pgmig import catalog, db
from pgmig.shadow.rows import Filled, Loss, Lost, Rows, fill, lost, values
from pgmig.shadow.witness import restorable
from tests.fixtures.servers import Program, Server

Load = Callable[[str], str]


@pytest.fixture
def load(database: str, psql: Program) -> Load:
    """Loads a schema and gives the URL of its database."""

    def run(text: str) -> str:
        psql(database, input=text)
        return database

    return run


def filled(url: str, *, rows: int = 3) -> Filled:
    with closing(db.connect(url)) as conn:
        return fill(conn, catalog.read(conn), rows=rows)


def held(url: str) -> Rows:
    with closing(db.connect(url)) as conn:
        return values(conn)


def after(
    url: str, psql: Program, text: str, *renamed: tuple[tuple[str, str, str | None], str]
) -> tuple[Lost, ...]:
    """What is lost when psql runs `text` in a filled database."""
    assert filled(url).unfilled == ()
    before = held(url)
    psql(url, input=text)
    with closing(db.connect(url)) as conn:
        return lost(before, conn, renamed=renamed)


def asked(url: str, psql: Program, query: str) -> str:
    return psql(url, "-Atc", query).stdout.strip()


FAMILIES = """
CREATE TYPE mood AS ENUM ('sad', 'it''s', 'so "so"', 'glad', 'a,b');
CREATE TYPE place AS (street text, "house no" varchar(4), town varchar(10)[], mood mood);
CREATE TYPE addressed AS (place place, at timestamptz);
CREATE DOMAIN tags AS text[] CHECK (array_length(VALUE, 1) <= 2);
CREATE DOMAIN code AS varchar(8) NOT NULL CHECK (VALUE ~ '^[A-Z]{2}-\\d+$');
CREATE DOMAIN home AS place CHECK ((VALUE).street <> '');
CREATE TYPE span AS RANGE (subtype = time);
CREATE TYPE words AS RANGE (subtype = text, collation = "C");
CREATE TABLE earlier (a int, b text);
CREATE TABLE families (
  b bool, i2 int2, i4 int4, i8 int8, f4 float4, f8 float8, n numeric, n82 numeric(8, 2),
  n22 numeric(2, 2), n5 numeric(5), m money, t text, v varchar, v10 varchar(10), v2 varchar(2),
  c char, c5 char(5), ch "char", na name, by bytea, d date, ti time, ti0 time(0), tz timetz,
  ts timestamp, ts3 timestamp(3), tst timestamptz, iv interval, ivy interval year to month,
  u uuid, j json, jb jsonb, jp jsonpath, x xml, ip inet, ci cidr, ma macaddr, m8 macaddr8,
  bi bit, b7 bit(7), vb varbit, vb3 varbit(3), tv tsvector, tq tsquery, po point, li line,
  ls lseg, bo box, pa path, pg polygon, cc circle, oi oid, xi xid, x8 xid8, cd cid, td tid,
  lsn pg_lsn, sn pg_snapshot, rc regclass, rt regtype, rp regproc, rpc regprocedure, ro regoper,
  rop regoperator, rr regrole, rn regnamespace, rcf regconfig, rd regdictionary, rco regcollation,
  i2v int2vector, oiv oidvector, cur refcursor,
  i4r int4range, i8r int8range, nr numrange, dr daterange, tsr tsrange, tstr tstzrange,
  i4m int4multirange, dm datemultirange, mo mood, pl place, ad addressed, ta tags, co code,
  ho home, sp span, spm span_multirange, wo words, ia int[], va varchar(3)[], ma2 mood[],
  pla place[], coa code[], boa box[], ja jsonb[], da date[], whole earlier
);
"""


def test_every_family_of_types_gets_values_that_come_back_from_a_dump(
    load: Load,
    psql: Program,
    pg_dump: Callable[..., str],
    make_database: Callable[[], str],
) -> None:
    url = load(FAMILIES)
    can_xml = psql(url, "-c", "SELECT '<a/>'::xml", check=False).returncode == 0
    made = filled(url)
    assert made.unfilled == ()
    assert made.tables["public", "families"] >= 5
    columns = asked(
        url, psql, "SELECT string_agg(attname, ' ') FROM pg_attribute WHERE attnum > 0 "
        "AND attrelid = 'families'::regclass"
    ).split()  # fmt: skip
    for column in columns:
        told = asked(url, psql, f"SELECT count(*), count({column}) FROM families").split("|")
        assert int(told[1]) >= 2 or (column == "x" and not can_xml), column
        assert int(told[1]) < int(told[0]) or column == "co", column
    copy = make_database()
    psql(copy, input=restorable(pg_dump(url)))
    with closing(db.connect(copy)) as conn:
        assert lost(held(url), conn) == ()


def test_the_rows_hold_the_extremes_and_every_label(load: Load, psql: Program) -> None:
    url = load(FAMILIES)
    filled(url)
    found = asked(
        url,
        psql,
        """
        SELECT max(length(v10)) = 10, bool_or(t = ''), bool_or(t ~ '[^ -~]'), bool_or(t ~ ''''),
               min(i4) = -2147483648, max(i4) = 2147483646, bool_or(n = 'NaN'),
               bool_or(d = 'infinity'), bool_or(f8 = '-infinity'), max(n82) >= 999998.99,
               count(DISTINCT mo) = 5, bool_or(array_position(ia, NULL) IS NOT NULL),
               bool_or(pl IS NOT DISTINCT FROM NULL), max(length(va[1])) = 3
          FROM families""",
    )
    assert found == "|".join("t" * 14)


CONDITIONS = """
CREATE TABLE ends (a date NOT NULL, b date NOT NULL, CHECK (b > a));
CREATE TABLE one_of (a int, b text, c uuid, CONSTRAINT one CHECK (num_nonnulls(a, b, c) = 1));
CREATE TABLE sold (state text NOT NULL CHECK (state IN ('open', 'sold')), at date,
  CHECK ((state = 'sold') = (at IS NOT NULL)));
CREATE TABLE shapes (
  mail text NOT NULL CHECK (mail ~* '^[a-z0-9._%+-]+@[a-z0-9.-]+\\.[a-z]{2,}$'),
  slug varchar(20) NOT NULL UNIQUE CHECK (slug ~ '^[a-z]+(-[a-z]+)*$' AND length(slug) > 4),
  hash text NOT NULL CHECK (length(hash) = 40), grade int NOT NULL CHECK (grade BETWEEN 41 AND 44),
  path text NOT NULL CHECK (path LIKE '/srv/%'), doc jsonb NOT NULL CHECK (doc ? 'name'),
  sum bytea NOT NULL CHECK (octet_length(sum) = 32), year int CHECK (year > 1900 AND year < 1999),
  first date NOT NULL CHECK (extract(day FROM first) = 1), pct numeric(5, 2) CHECK (pct <= 1));
CREATE TABLE inverse (a int NOT NULL CHECK (1 / a < 5), b text NOT NULL CHECK (b::int > 0));
CREATE FUNCTION fine(text) RETURNS bool LANGUAGE sql AS 'SELECT $1 = upper($1)';
CREATE TABLE by_function (a text NOT NULL CHECK (fine(a)), whole int);
ALTER TABLE by_function ADD CHECK ((by_function.*) IS NOT NULL OR whole IS NULL);
CREATE TABLE rooms (room int, during tsrange NOT NULL,
  EXCLUDE USING gist (int4range(room, room, '[]') WITH &&, during WITH &&));
CREATE TABLE made (a int NOT NULL, b numeric(6, 2), c numeric GENERATED ALWAYS AS (a * b) STORED,
  d text GENERATED ALWAYS AS (100 / nullif(a, 0)) STORED UNIQUE);
CREATE TABLE ident (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, s serial, d text DEFAULT 'x');
CREATE TABLE few (b bool NOT NULL UNIQUE);
CREATE TABLE later (a int UNIQUE DEFERRABLE INITIALLY DEFERRED, b numeric(3, 0), UNIQUE (b)
  DEFERRABLE, EXCLUDE USING btree (a WITH =) DEFERRABLE);
CREATE TABLE nothing ();
CREATE TABLE lower_mail (m text NOT NULL);
CREATE UNIQUE INDEX ON lower_mail (lower(left(m, 3)));
CREATE UNIQUE INDEX ON lower_mail ((1)) WHERE length(m) > 11;
"""


def test_conditions_keys_and_exclusions_are_met(load: Load, psql: Program) -> None:
    made = filled(load(CONDITIONS))
    assert made.unfilled == ()
    few = {"few": 2, "later": 1, "nothing": 1, "lower_mail": 2, "inverse": 1, "by_function": 2}
    for (_, name), count in made.tables.items():
        assert count >= few.get(name, 3), name


def test_foreign_keys_hold_in_circles_and_to_the_table_itself(
    load: Load,
    psql: Program,
    pg_dump: Callable[..., str],
    make_database: Callable[[], str],
) -> None:
    url = load(
        """
        CREATE TABLE branch (id int PRIMARY KEY, boss int);
        CREATE TABLE person (id int PRIMARY KEY, branch int NOT NULL REFERENCES branch,
          mentor int REFERENCES person, CHECK (mentor <> id));
        ALTER TABLE branch ADD FOREIGN KEY (boss) REFERENCES person DEFERRABLE;
        CREATE TABLE egg (id int PRIMARY KEY, hen int NOT NULL);
        CREATE TABLE hen (id int PRIMARY KEY, egg int NOT NULL REFERENCES egg);
        ALTER TABLE egg ADD FOREIGN KEY (hen) REFERENCES hen DEFERRABLE INITIALLY DEFERRED;
        CREATE TABLE root (id int PRIMARY KEY, up int NOT NULL REFERENCES root);
        CREATE TABLE tenant (id int PRIMARY KEY);
        CREATE TABLE project (tenant int REFERENCES tenant, id int, PRIMARY KEY (tenant, id));
        CREATE TABLE member (tenant int REFERENCES tenant, id int, PRIMARY KEY (tenant, id));
        CREATE TABLE works (tenant int NOT NULL, project int, member int NOT NULL,
          FOREIGN KEY (tenant, project) REFERENCES project,
          FOREIGN KEY (tenant, member) REFERENCES member (tenant, id),
          UNIQUE (tenant, project, member));
        CREATE TABLE whole (a int, b int,
          FOREIGN KEY (a, b) REFERENCES project (tenant, id) MATCH FULL);
        CREATE TABLE short (code varchar(3) PRIMARY KEY);
        CREATE TABLE refers (code text REFERENCES short, n int4 UNIQUE);
        CREATE TABLE wide (n int8 REFERENCES refers (n));
        """
    )
    made = filled(url)
    assert made.unfilled == ()
    assert asked(url, psql, "SELECT count(boss) > 0 FROM branch") == "t"
    assert asked(url, psql, "SELECT count(mentor) > 0 FROM person") == "t"
    assert asked(url, psql, "SELECT count(*) > 0, bool_or(project IS NULL) FROM works") == "t|t"
    psql(make_database(), input=restorable(pg_dump(url)))  # it makes the foreign keys anew


PARTITIONS = """
CREATE TABLE measured (at date NOT NULL, n int, k text) PARTITION BY RANGE (at);
CREATE TABLE measured_old PARTITION OF measured FOR VALUES FROM (MINVALUE) TO ('1987-05-03');
CREATE TABLE measured_new (n int, k text, gone int, at date NOT NULL);
ALTER TABLE measured_new DROP COLUMN gone;
ALTER TABLE measured ATTACH PARTITION measured_new FOR VALUES FROM ('2031-01-01') TO ('2031-02-01');
CREATE TABLE measured_rest PARTITION OF measured DEFAULT PARTITION BY LIST (k);
CREATE TABLE measured_rest_a PARTITION OF measured_rest (CHECK (n > 5)) FOR VALUES IN ('a', 'Zoë');
CREATE TABLE measured_rest_null PARTITION OF measured_rest FOR VALUES IN (NULL);
CREATE TABLE hashed (id int PRIMARY KEY, v text) PARTITION BY HASH (id);
CREATE TABLE hashed_0 PARTITION OF hashed FOR VALUES WITH (MODULUS 3, REMAINDER 0);
CREATE TABLE hashed_1 PARTITION OF hashed FOR VALUES WITH (MODULUS 3, REMAINDER 1);
CREATE TABLE hashed_2 PARTITION OF hashed FOR VALUES WITH (MODULUS 3, REMAINDER 2);
CREATE TABLE by_two (a int, b text) PARTITION BY RANGE (a, lower(b));
CREATE TABLE by_two_1 PARTITION OF by_two FOR VALUES FROM (5, 'm') TO (5, 'q');
CREATE TABLE points (id int REFERENCES hashed);
CREATE TABLE base (a int CHECK (a <> 7));
CREATE TABLE child (b text) INHERITS (base);
"""


def test_every_partition_gets_a_row(load: Load, psql: Program) -> None:
    url = load(PARTITIONS)
    made = filled(url)
    assert made.unfilled == ()
    for name in (
        *("measured_old", "measured_new", "measured_rest_a", "measured_rest_null"),
        *("hashed_0", "hashed_1", "hashed_2", "by_two_1", "points", "ONLY base", "child"),
    ):
        assert asked(url, psql, f"SELECT count(*) > 0 FROM {name}") == "t", name


def test_a_partition_that_is_a_foreign_table_is_named_and_never_asked(
    load: Load, psql: Program
) -> None:
    url = load(
        """
        CREATE FOREIGN DATA WRAPPER none; CREATE SERVER s FOREIGN DATA WRAPPER none;
        CREATE FOREIGN TABLE away (a int) SERVER s;
        CREATE TABLE p (a int) PARTITION BY LIST (a);
        CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
        CREATE FOREIGN TABLE p2 PARTITION OF p FOR VALUES IN (2) SERVER s;
        """
    )
    made = filled(url)
    assert made.unfilled == ((("public", "p2"), "it is a foreign table"),)
    assert list(made.tables) == [("public", "p")]
    before = held(url)
    psql(url, "-c", "DELETE FROM p1")
    with closing(db.connect(url)) as conn:
        assert {one.what for one in lost(before, conn)} == {Loss.ROW}


@pytest.mark.pg(">= 18")
def test_what_18_brought_is_met(load: Load, psql: Program) -> None:
    url = load(
        """
        CREATE EXTENSION btree_gist;
        CREATE TABLE room (id int, at daterange, PRIMARY KEY (id, at WITHOUT OVERLAPS));
        CREATE TABLE stay (room int NOT NULL, at daterange NOT NULL,
          FOREIGN KEY (room, PERIOD at) REFERENCES room (id, PERIOD at));
        CREATE TABLE lax (a int NOT NULL, CHECK (a < 0 AND a > 0) NOT ENFORCED);
        CREATE TABLE doubled (a int, b int GENERATED ALWAYS AS (a * 2) VIRTUAL, CHECK (b < 100));
        """
    )
    made = filled(url)
    assert made.unfilled == ()
    assert asked(url, psql, "SELECT count(*) > 0 FROM stay NATURAL JOIN room r (room, at)") == "t"


def test_no_trigger_or_rule_fires_and_none_changes(
    load: Load, psql: Program, pg_dump: Callable[..., str]
) -> None:
    url = load(
        """
        CREATE TABLE t (a int); CREATE TABLE p (a int) PARTITION BY LIST (a);
        CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); CREATE TABLE log (a int);
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql
          AS 'BEGIN RAISE ''fired''; END';
        CREATE TRIGGER origin BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION refuse();
        CREATE TRIGGER always BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION refuse();
        CREATE TRIGGER replica BEFORE INSERT ON p FOR EACH ROW EXECUTE FUNCTION refuse();
        ALTER TABLE t ENABLE ALWAYS TRIGGER always;
        ALTER TABLE p ENABLE REPLICA TRIGGER replica;
        CREATE RULE o AS ON INSERT TO log DO INSTEAD NOTHING;
        CREATE RULE a AS ON INSERT TO log DO INSTEAD NOTHING;
        ALTER TABLE log ENABLE ALWAYS RULE a;
        ALTER TABLE t ENABLE ROW LEVEL SECURITY; ALTER TABLE t FORCE ROW LEVEL SECURITY;
        """
    )
    schema = ("-s", "--restrict-key=x")
    dumped = pg_dump(url, *schema)
    made = filled(url)
    assert made.unfilled == ()
    assert set(made.tables) == {("public", name) for name in ("t", "p", "log")}
    assert pg_dump(url, *schema) == dumped


def test_a_table_that_takes_no_row_is_named_with_the_reason(load: Load) -> None:
    made = filled(
        load(
            """
            CREATE TABLE never (a int NOT NULL CHECK (a <> a));
            CREATE TABLE above (n int PRIMARY KEY CHECK (n > 5 AND n < 4));
            CREATE TABLE below (n int NOT NULL REFERENCES above);
            CREATE TABLE bare (a int) PARTITION BY LIST (a);
            CREATE TABLE fine (a int);
            """
        )
    )
    assert set(made.tables) == {("public", "fine")}
    told = {name: reason for (_, name), reason in made.unfilled}
    assert "never_a_check" in told["never"]
    assert "above" in told
    assert told["below"] == "its foreign key below_n_fkey finds no row to point at"
    assert told["bare"] == "it has no partition"


KEPT = """
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TYPE place AS (street text, town varchar(5));
CREATE TABLE t (id int PRIMARY KEY, v varchar(10), n numeric(8, 2), m mood, p place,
  at timestamp, g int GENERATED ALWAYS AS (id + 1) STORED, c char(4), j json);
CREATE TABLE other (id int REFERENCES t, "Odd name" text);
CREATE TABLE measured (at date NOT NULL, n int) PARTITION BY RANGE (at);
CREATE TABLE measured_1 PARTITION OF measured FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE measured_2 PARTITION OF measured FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
"""


@pytest.mark.parametrize(
    "change",
    [
        "SELECT",
        "ALTER TABLE t ALTER p TYPE text",
        "ALTER TABLE t ALTER v TYPE text",
        "ALTER TABLE other ALTER id TYPE bigint",
        "ALTER TABLE t ALTER n TYPE numeric(10, 3)",
        "ALTER TABLE t ALTER n TYPE numeric",
        "ALTER TABLE t ALTER m TYPE text",
        "ALTER TABLE t ALTER at TYPE timestamptz",
        "ALTER TABLE t ALTER j TYPE jsonb",
        "ALTER TABLE t ALTER c TYPE varchar(4)",
        "ALTER TABLE t ADD x int NOT NULL DEFAULT 5; ALTER TABLE t DROP g",
        "ALTER TYPE mood RENAME TO mood_old; CREATE TYPE mood AS ENUM ('glad', 'sad', 'new');"
        "ALTER TABLE t ALTER m TYPE mood USING m::text::mood; DROP TYPE mood_old",
        "ALTER TYPE place ADD ATTRIBUTE country text CASCADE",
        "ALTER TABLE measured DETACH PARTITION measured_1",
        "CREATE TABLE x (LIKE t); INSERT INTO x (id) VALUES (1)",
        "UPDATE t SET v = v; CLUSTER t USING t_pkey",
    ],
)
def test_what_keeps_the_values_loses_nothing(load: Load, psql: Program, change: str) -> None:
    told = after(load(KEPT), psql, change)
    assert [str(each) for each in told if not each.is_gone] == []


def test_an_updated_value_is_told_with_both(load: Load, psql: Program) -> None:
    told = after(load(KEPT), psql, "UPDATE t SET v = 'other' WHERE v = 'pgmig row '")
    assert told == ()
    (one,) = after_again(load, psql, "UPDATE t SET n = 1.5 WHERE n = 1")
    assert (one.what, one.table, one.column) == (Loss.VALUE, ("public", "t"), "n")
    assert (one.old, one.new) == ("1.00", "1.50")
    assert str(one) == "public.t.n: value changed: '1.00' is now '1.50'"


def after_again(load: Load, psql: Program, text: str) -> tuple[Lost, ...]:
    url = load("")
    before = held(url)
    psql(url, input=text)
    with closing(db.connect(url)) as conn:
        return lost(before, conn)


def test_deleted_added_and_truncated_rows_are_told(load: Load, psql: Program) -> None:
    told = after(load(KEPT), psql, "DELETE FROM other WHERE \"Odd name\" = ''")
    assert [one.what for one in told] == [Loss.ROW]
    assert ("Odd name", "") in told[0].row
    told = after_again(load, psql, "INSERT INTO other VALUES (NULL, 'new')")
    assert [(one.what, one.row) for one in told] == [
        (Loss.ADDED, (("id", None), ("Odd name", "new")))
    ]
    told = after_again(load, psql, "TRUNCATE other")
    assert {one.what for one in told} == {Loss.ROW}
    assert len(told) >= 3


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ("ALTER TABLE t ALTER v TYPE varchar(3) USING left(v, 3)", "v"),
        ("ALTER TABLE t ALTER v TYPE text USING v || '!'", "v"),
        ("UPDATE t SET n = 0 WHERE n = 'NaN'; ALTER TABLE t ALTER n TYPE int", "n"),
        ("ALTER TABLE t ALTER at TYPE date", "at"),
        ("ALTER TABLE t ALTER v TYPE char(12)", "v"),  # ' blank ' loses the last one
        ("ALTER TABLE t ALTER p TYPE text USING (p).street", "p"),
        ("UPDATE t SET p.town = 'x' WHERE (p).town IS NOT NULL", "p.town"),
        ("UPDATE t SET m = NULL", "m"),
    ],
)
def test_a_value_that_is_cut_or_changed_on_the_way_is_told(
    load: Load, psql: Program, change: str, column: str
) -> None:
    told = after(load(KEPT), psql, change)
    assert told
    assert {(one.what, one.column) for one in told} == {(Loss.VALUE, column)}


def test_what_is_gone_is_told_apart_from_what_is_lost(load: Load, psql: Program) -> None:
    told = after(
        load(KEPT),
        psql,
        "DROP TABLE other; ALTER TABLE t DROP v; ALTER TYPE place DROP ATTRIBUTE town CASCADE;"
        "DROP TABLE measured_1",
    )
    assert [(one.what, one.table[1], one.column) for one in told] == [
        (Loss.TABLE, "measured_1", None),
        (Loss.TABLE, "other", None),
        (Loss.COLUMN, "t", "v"),
        (Loss.COLUMN, "t", "p.town"),
    ]
    assert all(one.is_gone for one in told)
    assert told[0].rows >= 1


def test_renames_are_followed(load: Load, psql: Program) -> None:
    change = (
        'ALTER TABLE t RENAME v TO "V"; ALTER TABLE other RENAME TO others;'
        'ALTER TABLE others RENAME "Odd name" TO plain;'
        "ALTER TABLE measured_1 RENAME TO measured_first;"
    )
    hints = (
        (("public", "t", "v"), "V"),
        (("public", "other", None), "others"),
        (("public", "other", "Odd name"), "plain"),
        (("public", "measured_1", None), "measured_first"),
    )
    assert after(load(KEPT), psql, change, *hints) == ()
    told = after_again(load, psql, 'UPDATE t SET "V" = NULL')
    assert {(one.what, one.column) for one in told} == {(Loss.VALUE, "V")}


def test_a_partition_that_moves_with_a_row_less_is_told(load: Load, psql: Program) -> None:
    told = after(
        load(KEPT),
        psql,
        "ALTER TABLE measured DETACH PARTITION measured_1;"
        "DELETE FROM measured_1 WHERE at = (SELECT min(at) FROM measured_1)",
    )
    assert {one.what for one in told} == {Loss.ROW}
    assert {one.table for one in told} == {("public", "measured")}


def test_rows_of_one_are_ordinary(load: Load, server: Server) -> None:
    made = filled(load(KEPT), rows=1)
    assert made.unfilled == ()
    assert made.tables["public", "t"] == 1
    assert server.major >= 14
