"""Rows of every type go out into files and scripts, and come back equal.

The witness is the binary form of COPY, which says what the server holds whatever the session's
settings; both databases are copies of one, so that the OIDs in it are the same.
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import LiteralString, cast

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from psycopg.errors import FeatureNotSupported
from psycopg.sql import Identifier, Literal

from pgmig import db
from pgmig.commands.snapshot_data import snapshot_data
from pgmig.db.execute import run
from pgmig.seeds.files import find
from pgmig.seeds.initial import write_initial
from pgmig.seeds.names import TableName
from pgmig.seeds.rules import Rules
from pgmig.seeds.sync import sync
from pgmig.seeds.table import read_tables
from tests.fixtures.servers import Made, Program, Server

NASTY = (
    "",
    " ",
    "NULL",
    "null",
    '""',
    "'",
    '"',
    ",",
    '"a","b"',
    "\\",
    "\\N",
    "\\.",
    "a\n\\.\nb",
    "\n",
    "\r",
    "\r\n",
    "a\rb\r\nc\n",
    "\t",
    " lead and trail ",
    '{a,"b"}',
    "(a,b)",
    "{}",
    "-- pgmig: batch=7 key=id",
    "$$;$q$",
    "%s {x} :v :'v'",
    "\u00e9\u4e16\U0001f600",
    "\u200b\ufeff",
    "E'\\x'",
    "t",
    "x" * 3000,
)

# Values of each type of pg_catalog that a column can have, the odd ones first.
SAMPLES: dict[str, Sequence[str]] = {
    "bool": ("t", "f"),
    "bytea": ("\\x", "\\x00ff5c27220d0a", "a\\\\b"),
    "char": ("a", "", "'", "\\377"),
    "name": ("n", "", 'a "b", c'),
    "int8": ("-9223372036854775808", "9223372036854775807", "0"),
    "int2": ("-32768", "32767"),
    "int4": ("-2147483648", "2147483647"),
    "regproc": ("now", "0", "-"),
    "text": NASTY,
    "oid": ("4294967295", "0"),
    "tid": ("(0,1)", "(4294967295,65535)"),
    "xid": ("3", "4294967295"),
    "cid": ("0", "4294967295"),
    "json": ("null", '{"a" : 1, "a":[ ]}', '"\\n\\u00e9"', " [1]\n"),
    "xml": ("<a b='c'>&amp;</a>", "no document, <b/>", ""),
    "point": ("(0.1,-0)", "(Infinity,NaN)"),
    "lseg": ("[(1,2),(3,4)]",),
    "path": ("((1,2),(3,4))", "[(1e-300,2)]"),
    "box": ("(3,4),(1,2)",),
    "polygon": ("((1,2),(3,4),(0.1,0.2))",),
    "line": ("{1,-1,0.1}",),
    "cidr": ("10.0.0.0/8", "::/0"),
    "float4": ("-0", "NaN", "-Infinity", "1e-45", "3.4028235e+38", "0.1"),
    "float8": ("-0", "NaN", "Infinity", "5e-324", "0.1", "1e+15", "123456789.12345678"),
    "circle": ("<(1,2),0.1>",),
    "macaddr8": ("08:00:2b:01:02:03:04:05",),
    "money": ("-$1,234.56", "92233720368547758.07"),
    "macaddr": ("08:00:2b:01:02:03",),
    "inet": ("10.1.2.3/8", "::ffff:1.2.3.4", "0.0.0.0"),
    "aclitem": ("postgres=arwdDxt/postgres", "=r/postgres"),
    "bpchar": ("a  ", "", "  a"),
    "varchar": ("a  ", "", "NULL"),
    "date": ("0044-03-15 BC", "infinity", "-infinity", "5874897-12-31", "2001-02-03"),
    "time": ("24:00:00", "00:00:00.000001"),
    "timestamp": ("4714-11-24 00:00:00 BC", "infinity", "294276-12-31 23:59:59.999999"),
    "timestamptz": ("2001-02-03 04:05:06.7+05:30", "-infinity", "0001-01-01 00:00:00+00 BC"),
    "interval": (
        "-1 year +2 mons -3 days +04:05:06.789",
        "1 mon",
        "00:00:00",
        "-00:00:00.000001",
        "-178000000 years",
        "-1 days",
        "1 day -1 us",
    ),
    "timetz": ("24:00:00-15:59:59", "04:05:06.7+05:30"),
    "bit": ("0",),
    "varbit": ("", "0101"),
    "numeric": ("NaN", "Infinity", "-0.00", "1.500", "1e400", "-1e-300", "7"),
    "refcursor": ("c",),
    "regprocedure": ("lower(text)", "0"),
    "regoper": ("||/",),
    "regoperator": ("+(integer,integer)",),
    "regclass": ("pg_class", 'law."every, thing"', "0"),
    "regtype": ("law.mood[]", "bit varying"),
    "uuid": ("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",),
    "txid_snapshot": ("10:20:10,14,15",),
    "pg_lsn": ("0/0", "FFFFFFFF/FFFFFFFF"),
    "tsvector": ("'a':1A,2 'it''s' '\\\\ ,'", ""),
    "tsquery": ("'a':AB & !'b,' <2> 'c'", ""),
    "regconfig": ("simple",),
    "regdictionary": ("simple",),
    "jsonb": ('{"a": [1.50, null, "\\n,\\"", {}], "": -0}', '"\\\\"', "1e400"),
    "int4range": ("empty", "(,)", "[1,5)"),
    "numrange": ("[-Infinity,1.50]", "(,NaN)"),
    "tsrange": ("[0044-03-15 00:00:00 BC,infinity]",),
    "tstzrange": ("[2001-02-03 04:05:06+01,)",),
    "daterange": ("[2001-02-03,infinity)", "empty"),
    "int8range": ("[-9223372036854775808,)",),
    "jsonpath": ('$."a b"[*] ? (@ > 1.5 && @ like_regex "^,")',),
    "regnamespace": ("law", "pg_catalog"),
    "regrole": ("postgres",),
    "regcollation": ('"C"',),
    "int4multirange": ("{}", "{[1,2),[5,)}"),
    "nummultirange": ("{(,1.5],[2,3]}",),
    "tsmultirange": ("{[2001-02-03,2002-01-01)}",),
    "tstzmultirange": ("{(,2001-02-03 04:05:06+01)}",),
    "datemultirange": ("{[2001-02-03,infinity)}",),
    "int8multirange": ("{(,)}",),
    "pg_snapshot": ("10:20:10,14,15",),
    "xid8": ("18446744073709551615",),
    "int2vector": ("1 2", ""),
    "oidvector": ("1 4294967295", ""),
    "law.mood": ('so, "so"', "it's", "", "\\", "NULL"),
    "law.word": ('a,"b"', " ", "NULL"),
    "law.pair": ('("a,""b""\n",1.50)', "(,)", '("",)', '("\\\\",NaN)'),
    "law.nest": (
        '("(""x,y"",-0.0)","{""(a,1)"",NULL,""(,)""}","so, \\"so\\"")',
        "(,{},)",
    ),
    "law.moods": ('{"so, \\"so\\"",NULL,"NULL",""}', "{}", "[0:0]={it's}"),
    "law.pairs": ("(a,1.0)", "(,)"),
    "law.span": ('["a,""b\\"","c)"]', "empty", '["",)'),
    "law.span_multirange": ('{["a,","b"],["c","d"]}', "{}"),
}

# Nobody can put a value into a column of these: their input functions refuse all.
NEVER = frozenset(
    [
        *("pg_node_tree", "pg_ndistinct", "pg_dependencies", "pg_mcv_list", "gtsvector"),
        *("pg_brin_bloom_summary", "pg_brin_minmax_multi_summary"),
    ]
)

PRELUDE: LiteralString = """
CREATE SCHEMA law;
CREATE TYPE law.mood AS ENUM ('so, "so"', 'it''s', '', E'\\\\', 'NULL');
CREATE DOMAIN law.word AS text CHECK (VALUE <> '') NOT NULL;
ALTER DOMAIN law.word DROP NOT NULL;
CREATE TYPE law.pair AS (a text, b numeric);
CREATE TYPE law.nest AS (p law.pair, ps law.pair[], m law.mood);
CREATE DOMAIN law.moods AS law.mood[];
CREATE DOMAIN law.pairs AS law.pair CHECK ((VALUE).b <> 7);
CREATE TYPE law.span AS RANGE (SUBTYPE = text, COLLATION = "C");
"""

# What may be set for a database or a role and changes how values are printed and read.
HOSTILE = (
    """DateStyle='SQL, DMY'; IntervalStyle=sql_standard; TimeZone='Asia/Kolkata';
    extra_float_digits=-15; bytea_output=escape; standard_conforming_strings=off;
    xmloption=document; array_nulls=off; search_path=law,pg_catalog""",
    """DateStyle='German, MDY'; IntervalStyle=iso_8601; TimeZone='America/St_Johns';
    extra_float_digits=0; bytea_output=escape; escape_string_warning=off; search_path=nowhere;
    quote_all_identifiers=on; transform_null_equals=on""",
    """DateStyle='Postgres, MDY'; IntervalStyle=sql_standard; TimeZone='Pacific/Kiritimati';
    extra_float_digits=3; standard_conforming_strings=off; xmloption=document; array_nulls=off""",
)

TYPES: LiteralString = """
SELECT typname::text FROM pg_type
 WHERE typnamespace = 'pg_catalog'::regnamespace AND typtype IN ('b', 'r', 'm')
   AND (typcategory <> 'A' OR typname IN ('int2vector', 'oidvector'))
 ORDER BY oid
"""

# Where the server knows it: small letters before capitals, accents beside their letters.
LINGUISTIC: LiteralString = "SELECT collname::text FROM pg_collation WHERE collname = 'und-x-icu'"

EVERYTHING = 'law."every, thing"'


def _hostile(url: str, number: int) -> None:
    """Give every later session in the database the settings."""
    with closing(db.connect(url)) as conn:
        name = Identifier(conn.info.dbname).as_string(conn)
        for setting in HOSTILE[number].split(";"):
            run(conn, f"ALTER DATABASE {name} SET {setting.strip()}")


def _settle(url: str) -> None:
    with closing(db.connect(url)) as conn:
        run(conn, f"ALTER DATABASE {Identifier(conn.info.dbname).as_string(conn)} RESET ALL")


def _image(url: str, table: str, *, without: Sequence[str] = ()) -> tuple[bytes, bytes]:
    """What the server holds, in the order of the keys, as text and as bytes.

    Args:
        url: the database.
        table: its name.
        without: columns whose type has no binary form.
    """
    with closing(db.connect(url)) as conn, conn.cursor() as cursor:
        run(conn, "SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET bytea_output = hex")
        run(conn, "SET IntervalStyle = postgres; SET extra_float_digits = 1; SET search_path = ''")
        run(conn, "SET quote_all_identifiers = off")
        columns = [
            column.name for column in cursor.execute(f"TABLE {table}".encode()).description or ()
        ]
        binary = ", ".join(Identifier(name).as_string() for name in columns if name not in without)
        found: list[bytes] = []
        for listed, form in (("*", "text"), (binary, "binary")):
            query = f"COPY (SELECT {listed} FROM {table} ORDER BY id) TO STDOUT (FORMAT {form})"
            with cursor.copy(query.encode()) as rows:
                found.append(b"".join(bytes(block) for block in rows))
    return found[0], found[1]


def _through_files(source: str, target: str, folder: Path) -> None:
    """Rows go out, come in, and go out again as the same bytes; a second time nothing changes."""
    snapshot_data(source, folder, ["law.*"], Rules())
    with closing(db.connect(target)) as conn:
        sync(conn, find(folder), Rules())
        again = sync(conn, find(folder), Rules())
    assert [each for each in again if not each.is_nothing] == []
    done = snapshot_data(target, folder, ["law.*"], Rules())
    assert {each.change for each in done.tables} == {"same"}


def _script(source: str, *names: str) -> str:
    """What a baseline has of the rows."""
    script = BytesIO()
    with closing(db.connect(source)) as conn, db.reading(conn):
        tables = read_tables(conn, {TableName("law", name): "here" for name in names})
        write_initial(conn, tables, Rules(), script)
    return script.getvalue().decode()


def _make_everything(conn: db.Connection) -> list[str]:
    """A table with a column of every type and one of its arrays; the types.

    A type that is not known here fails: it needs samples.
    """
    run(conn, PRELUDE)
    found = [name for (name,) in conn.execute(TYPES)]
    assert {*found} - NEVER - SAMPLES.keys() == set()
    types = [name for name in SAMPLES if name in found or name.startswith("law.")]
    if not _has_xml(conn):
        types.remove("xml")
    columns = [f'"{name}, \'x" {_sql(name)}' for name in types]
    columns += [f'"{name}[]" {_sql(name)}[]' for name in types]
    run(conn, f"CREATE TABLE {EVERYTHING} (id int PRIMARY KEY, {', '.join(columns)})")
    return types


def _has_xml(conn: db.Connection) -> bool:
    """Whether the server was built with libxml."""
    try:
        conn.execute("SELECT '<a/>'::xml")
    except FeatureNotSupported:
        return False
    return True


def _put(conn: db.Connection, number: int, types: Sequence[str]) -> None:
    """A row: of each type one sample, and an array of all, of none, of NULLs, of arrays."""
    scalars: list[str] = []
    arrays: list[str] = []
    for name in types:
        cast, samples = _sql(name), [Literal(each).as_string(conn) for each in SAMPLES[name]]
        scalars.append(f"{samples[number]}::{cast}" if number < len(samples) else "NULL")
        odd = samples[0]
        forms = (
            f"ARRAY[{', '.join(samples)}, NULL]",
            "'{}'",
            "ARRAY[NULL]",
            f"ARRAY[[{odd}, NULL], [NULL, {odd}]]",
            f"array_fill(NULL::{cast}, '{{2}}', '{{-1}}')",
            "NULL",
        )
        arrays.append(f"{forms[number % len(forms)]}::{cast}[]")
    run(conn, f"INSERT INTO {EVERYTHING} VALUES ({number}, {', '.join([*scalars, *arrays])})")


def _sql(name: str) -> str:
    return name if name.startswith("law.") else f'pg_catalog."{name}"'


def test_a_row_of_every_type_goes_out_and_comes_back_equal(
    make_database: Callable[..., str],
    psql: Program,
    pg_dump: Callable[..., str],
    tmp_path: Path,
) -> None:
    source = make_database()
    with closing(db.connect(source)) as conn:
        types = _make_everything(conn)
    by_file, by_script = make_database(source), make_database(source)
    with closing(db.connect(source)) as conn:
        for number in range(max(len(SAMPLES[name]) for name in types) + 1):
            _put(conn, number, types)
    without = ("aclitem, 'x", "aclitem[]")
    wanted, dump = _image(source, EVERYTHING, without=without), pg_dump(source, "-a")
    for number, url in enumerate((source, by_file, by_script)):
        _hostile(url, number)
    _through_files(source, by_file, tmp_path)
    assert _image(by_file, EVERYTHING, without=without) == wanted
    _settle(by_file)
    assert _rows(pg_dump(by_file, "-a")) == _rows(dump)
    script = _script(source, "every, thing")
    assert "INSERT INTO" in script
    psql(by_script, "-1", input=script)
    assert _image(by_script, EVERYTHING, without=without) == wanted
    psql(source, "-c", f"CREATE RULE r AS ON INSERT TO {EVERYTHING} DO ALSO NOTHING")
    script = _script(source, "every, thing")
    assert "FROM stdin" in script
    psql(by_script, "-c", f"TRUNCATE {EVERYTHING}")
    psql(by_script, "-1", input=script)
    assert _image(by_script, EVERYTHING, without=without) == wanted


def _rows(dump: str) -> list[str]:
    """What pg_dump says without its secret of the day; rows come in the order of their pages."""
    return sorted(
        line for line in dump.splitlines() if not line.startswith(("\\restrict", "\\unrestrict"))
    )


_TEXTS = st.one_of(
    st.sampled_from(NASTY),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12),
    st.lists(st.sampled_from(["\\", "\n", "\r", ",", '"', "'", ".", " ", "{", ")", "a", "N"])).map(
        "".join
    ),
)
_NUMBERS = st.one_of(
    st.decimals(allow_infinity=False, min_value=-(10**30), max_value=10**30).map(str),
    st.floats().map(str),
)
_WHEN = st.datetimes().map(str)
_MOODS = st.sampled_from(['so, "so"', "it's", "", "\\", "NULL"])

# Numbers as their text: one NaN is as good as another, but they have not the same bits.
# A column, its type, what is drawn for it, and the SQL that makes it of what is drawn.
ODD: dict[str, tuple[str, st.SearchStrategy[object], str]] = {
    "a text": ("text", _TEXTS, "%s"),
    "b": ("varchar(4000)", _TEXTS, "%s"),
    "c": ("char(4000)", _TEXTS, "%s"),
    "d": ("law.word", _TEXTS.filter(bool), "%s"),
    "e": ("law.mood[]", st.lists(_MOODS | st.none()), "%s::text[]::law.mood[]"),
    "f": ("text[]", st.lists(_TEXTS | st.none()), "%s::text[]"),
    "g": ("law.pair", st.tuples(_TEXTS | st.none(), _NUMBERS | st.none()), "ROW({})"),
    "h": ("law.pair[]", st.tuples(_TEXTS, _NUMBERS), "ARRAY[NULL, ROW({})]::law.pair[]"),
    "i": ("bytea", st.binary(max_size=20), "%s::bytea"),
    "j": ("float8", st.floats().map(str), "%s::float8"),
    "k": ("float4", st.floats(width=32).map(str), "%s::float4"),
    "l": ("numeric", _NUMBERS, "%s"),
    "m": ("numeric(40,7)", st.decimals(-(10**30), 10**30, places=7).map(str), "%s"),
    "n": ("bigint", st.integers(-(2**63), 2**63 - 1), "%s"),
    "o": ("boolean", st.booleans(), "%s"),
    "p": ("timestamptz", _WHEN, "%s::timestamptz"),
    "q": ("timestamp(3)", _WHEN, "%s::timestamp"),
    "r": (
        "interval",
        st.tuples(*[st.integers(-(10**6), 10**6)] * 3),
        "make_interval(0, %s, 0, %s, 0, 0, %s / 1000.0)",
    ),
    "s": ("tstzrange", st.tuples(_WHEN, _WHEN), "tstzrange(least(%s::timestamptz, %s), NULL)"),
    "t": ("law.span_multirange", _TEXTS, "law.span_multirange(law.span(%s, NULL))"),
    "u": ("jsonb", st.recursive(_TEXTS | st.none(), st.lists, max_leaves=4).map(json.dumps), "%s"),
    "v": ("varbit", st.text("01", max_size=20), "%s::varbit"),
    "w": ("date", st.integers(-2451545, 2145031948), "date '2000-01-01' + %s::int"),
}


@st.composite
def _rows_of_odd(draw: st.DrawFn) -> list[dict[str, object]]:
    count = draw(st.integers(1, 10))
    return [
        {name: draw(drawn) if draw(_IS_GIVEN) else None for name, (_, drawn, _) in ODD.items()}
        for _ in range(count)
    ]


_IS_GIVEN = st.sampled_from([True, True, True, False])
_EXAMPLES = 200 if os.environ.get("PGMIG_TEST_EVERY") else 6
_SHRINK = [Phase.shrink] if os.environ.get("PGMIG_TEST_EVERY") else []  # it takes minutes


@dataclass(frozen=True)
class Odd:
    """Three databases with the table law.odd, empty, and under hostile settings all."""

    source: str
    by_file: str
    by_script: str

    def fill(self, rows: Sequence[Mapping[str, object]]) -> None:
        with closing(db.connect(self.source)) as conn:
            # Only our own words are to be read here, not what settings make of them.
            run(conn, "SET DateStyle = 'ISO, YMD'; SET array_nulls = on; TRUNCATE law.odd")
            for number, row in enumerate(rows):
                given = [*_given(row)]
                words = ", ".join(word for word, _ in given)
                values = [value for _, them in given for value in them]
                conn.execute(f"INSERT INTO law.odd VALUES ({number}, {words})".encode(), values)

    def empty(self) -> None:
        for url in (self.by_file, self.by_script):
            with closing(db.connect(url)) as conn:
                run(conn, "TRUNCATE law.odd")


def _given(row: Mapping[str, object]) -> Iterator[tuple[str, tuple[object, ...]]]:
    """The SQL of each value, with what it is made of."""
    for name, (type_, _, sql) in ODD.items():
        value = row[name]
        if value is None:
            yield "NULL", ()
            continue
        values = cast("tuple[object, ...]", value) if isinstance(value, tuple) else (value,)
        yield sql.replace("{}", ", ".join(["%s"] * len(values))).join("()") + f"::{type_}", values


@pytest.fixture
def odd(make_database: Callable[..., str]) -> Odd:
    source = make_database()
    columns = ", ".join(f'"{name}" {type_}' for name, (type_, _, _) in ODD.items())
    with closing(db.connect(source)) as conn:
        run(conn, f"{PRELUDE}; CREATE TABLE law.odd (id int PRIMARY KEY, {columns})")
    urls = (source, make_database(source), make_database(source))
    for number, url in enumerate(urls):
        _hostile(url, number)
    return Odd(*urls)


def test_values_that_nobody_thought_of_go_out_and_come_back_equal(
    odd: Odd, tmp_path_factory: pytest.TempPathFactory
) -> None:
    @settings(
        max_examples=_EXAMPLES,
        deadline=None,
        phases=(Phase.explicit, Phase.reuse, Phase.generate, *_SHRINK),
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(_rows_of_odd())
    def hold(rows: list[dict[str, object]]) -> None:
        odd.fill(rows)
        odd.empty()
        wanted = _image(odd.source, "law.odd")
        _through_files(odd.source, odd.by_file, tmp_path_factory.mktemp("seeds"))
        assert _image(odd.by_file, "law.odd") == wanted
        with closing(db.connect(odd.by_script)) as conn:
            run(conn, f"BEGIN; {_script(odd.source, 'odd')} COMMIT")
        assert _image(odd.by_script, "law.odd") == wanted

    hold()


def test_a_database_of_another_encoding_and_collation_gets_and_gives_the_same_file(
    server: Server, make_database: Callable[..., str], made: Made, tmp_path: Path
) -> None:
    source = make_database()
    made.admin.execute(
        "CREATE DATABASE test_rows_latin1 TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'"
    )
    made.databases.append("test_rows_latin1")
    latin1 = server.url("test_rows_latin1")
    for url in (source, latin1):
        with closing(db.connect(url)) as conn:
            run(conn, "CREATE SCHEMA law; CREATE TABLE law.t (k text PRIMARY KEY, v text[])")
    with closing(db.connect(source)) as conn:
        run(conn, "INSERT INTO law.t VALUES ('\u00fc', '{\u00e9}'), ('z', NULL), ('Z', '{}')")
        for (name,) in conn.execute(LINGUISTIC).fetchall():
            run(conn, f'ALTER TABLE law.t ALTER k TYPE text COLLATE "{name}"')
    _through_files(source, latin1, tmp_path)
    assert (tmp_path / "law.t.csv").read_text() == "k,v\nZ,{}\nz,\n\u00fc,{\u00e9}\n"
