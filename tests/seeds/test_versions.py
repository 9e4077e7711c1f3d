"""Rows in versions: scripts that lead from the rows of migrations to those of files, and back."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pgmig import db, scripts
from pgmig.commands.diff_data import DataDiff, Options, diff_data
from pgmig.db import address
from pgmig.db.execute import run
from pgmig.engine import Listener, Step, run_script
from pgmig.errors import ProofFailed, StatementFailed
from pgmig.seeds.part import OnConflict
from pgmig.seeds.rules import Missing, TableWords, parse_rules
from tests.fixtures.servers import Program, Server

Rows = dict[str, str]


class Heard(Listener):
    """Keeps what the server warns of."""

    def __init__(self) -> None:
        self.warnings: list[str] = []

    def on_warning(self, step: Step, text: str) -> None:
        self.warnings.append(text)


@dataclass
class Project:
    """Migrations, files of rows, and a live database with the migrations' rows."""

    folder: Path
    server: Server
    url: str
    psql: Program
    heard: list[str] = field(default_factory=list[str])

    def diff(
        self,
        before: str,
        files: dict[str, str],
        *,
        on_conflict: OnConflict = "fail",
        missing: Missing = "delete",
        rules: dict[str, TableWords] | None = None,
        name: str | None = "rows",
    ) -> DataDiff:
        migrations, seeds = self.folder / "migrations", self.folder / "seeds"
        if not migrations.exists():
            migrations.mkdir()
            (migrations / "0001_a.up.sql").write_text(before)
            (migrations / "0001_a.down.sql").write_text("SELECT 1;")
            seeds.mkdir()
            self.psql(self.url, input=before)
        for file, text in files.items():
            (seeds / file).write_text(text)
        found = parse_rules(rules or {}, missing=missing, triggers=None)
        options = Options(name=name, on_conflict=on_conflict, shadow_url=self.server.url())
        return diff_data(migrations, seeds, found, options)

    def run(self, direction: str) -> list[str]:
        """Run the last script; gives the warnings."""
        script = scripts.read(self.folder / "migrations").scripts[-1]
        heard = Heard()
        with closing(db.connect(self.url)) as conn:
            run_script(conn, script, "up" if direction == "up" else "down", listener=heard)
        return heard.warnings

    def look(self, query: str) -> str:
        return self.psql(self.url, "-Atc", query).stdout


@pytest.fixture
def project(
    tmp_path: Path, server: Server, make_database: Callable[[], str], psql: Program
) -> Project:
    return Project(tmp_path, server, make_database(), psql)


# For each type: its declaration, a value, another one, and a value that only looks unlike the
# first: `=` calls the two equal, or the type has no `=`.
LOOKS = {
    "numeric": ("numeric", "1.0", "2", "1.00"),
    "numeric_array": ("numeric[]", "{1.0,NULL}", "{}", "{1.00,NULL}"),
    "range": ("numrange", "[1.0,2)", "empty", "[1.00,2)"),
    "composite": ("pair", '(1.0,"a, b")', "(,)", '(1.00,"a, b")'),
    "domain": ("cents", "1.0", "2", "1.00"),
    "float": ("float8", "0", "NaN", "-0"),
    "long_float": ("float8", "0.30000000000000004", "Infinity", "0.3"),
    "char": ("bpchar", "a", "b", "a "),
    "json": ("json", '{"a":1}', "[]", '{"a": 1}'),
    "jsonb": ("jsonb", '{"a": 1.0}', "null", '{"a": 1.00}'),
    "interval": ("interval", "1 mon", "-1 days +02:03:04", "30 days"),
    "point": ("point", "(0,1)", "(2,3)", "(-0,1)"),
    "circle": ("circle", "<(0,0),2>", "<(0,0),3>", "<(5,5),2>"),
    "citext": ("citext", "a", "b", "A"),
    "empty": ("text", "", "x", None),
    "nothing": ("text", None, "x", ""),
    "bytea": ("bytea", "\\x00ff", "\\x", "\\x00"),
    "money": ("money", "$1,234.50", "-$0.01", "$1,234.51"),
    "time": ("timestamptz", "2020-10-25 00:30:00+00", "infinity", "2020-10-25 01:30:00+00"),
    "old_date": ("date", "0044-03-15 BC", "2020-02-01", "2020-01-02"),
    "vector": ("tsvector", "'a':1A 'b''s'", "", "'a':1 'b''s'"),
    "address": ("inet", "10.0.0.1/8", "::1", "10.0.0.1"),
    "enum": ("mood", "so, so", "glad", "Glad"),
    "bits": ("varbit", "101", "", "0101"),
    "time_with_zone": ("timetz", "00:00:00+00", "24:00:00-01", "01:00:00+01"),
}
HOSTILE = {
    "DateStyle": "'German, DMY'",
    "IntervalStyle": "sql_standard",
    "TimeZone": "'Europe/Berlin'",
    "extra_float_digits": "-15",
    "bytea_output": "escape",
    "xmloption": "document",
    "array_nulls": "off",
    "quote_all_identifiers": "on",
    "transform_null_equals": "on",
    "standard_conforming_strings": "off",
    "backslash_quote": "off",
    "search_path": "trap",
    "client_min_messages": "error",
    "default_transaction_isolation": "'repeatable read'",
    "plpgsql.variable_conflict": "error",
}


def quoted(value: str | None) -> str:
    return "NULL" if value is None else "E'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def field_of(value: str | None) -> str:
    return "" if value is None else '"' + value.replace('"', '""') + '"'


def test_an_edit_that_only_looks_unlike_is_one_whatever_the_settings(project: Project) -> None:
    names = list(LOOKS)
    table = ", ".join(f"{name} {declared}" for name, (declared, *_) in LOOKS.items())
    types = """
        CREATE EXTENSION citext;
        CREATE TYPE pair AS (n numeric, t text); CREATE DOMAIN cents AS numeric;
        CREATE TYPE mood AS ENUM ('so, so', 'glad', 'Glad'); CREATE SCHEMA trap;
        SET standard_conforming_strings = on; SET lc_monetary = 'C';
    """
    first = "".join(
        f"INSERT INTO looks (k, {name}) VALUES ('{name}', {quoted(old)});"
        for name, (_, old, *_) in LOOKS.items()
    )
    rows = "".join(
        name + "".join("," + (field_of(LOOKS[n][2]) if n == name else "") for n in names) + "\n"
        for name in names
    )
    files = {"public.looks.csv": f"k,{','.join(names)}\n{rows}"}
    before = f"{types} CREATE TABLE looks (k text PRIMARY KEY, {table}); {first}"
    made = project.diff(before, files, on_conflict="keep")
    assert made.is_written

    hostile = "".join(
        f"ALTER DATABASE {address.read(project.url)['dbname']} SET {name} = {value};"
        for name, value in HOSTILE.items()
    )
    project.psql(project.url, input=hostile)
    wanted = "SET search_path = public; SET extra_float_digits = 1; TABLE looks ORDER BY k"
    start = project.look(wanted)
    assert project.run("up") == []
    end = project.look(wanted)
    assert project.run("down") == []
    assert project.look(wanted) == start != end

    edits = "".join(
        f"UPDATE looks SET {name} = {quoted(other)} WHERE k = '{name}';"
        for name, (*_, other) in LOOKS.items()
    )
    settings = "SET search_path = public; SET xmloption = content; SET DateStyle = ISO;"
    project.psql(project.url, input=f"{settings} SET array_nulls = on; {edits}")
    edited = project.look(wanted)
    (warning,) = project.run("up")
    assert f"stay as they are ({len(names)}): " in warning
    assert project.look(wanted) == edited


SHOP = """
    CREATE SCHEMA shop;
    CREATE TABLE shop.unit (code text PRIMARY KEY, label text NOT NULL);
    CREATE TABLE shop.plan (
        id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        name text NOT NULL UNIQUE,
        rank int UNIQUE,
        cents int, dollars numeric GENERATED ALWAYS AS (cents / 100.0) STORED,
        unit text REFERENCES shop.unit,
        base int REFERENCES shop.plan,
        made timestamptz NOT NULL DEFAULT now(), touched timestamptz
    );
    CREATE TABLE shop.log (id serial PRIMARY KEY, what text, at timestamptz DEFAULT now());
    CREATE FUNCTION shop.touch() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN NEW.touched = clock_timestamp();
        INSERT INTO shop.log (what) VALUES (TG_OP); RETURN NEW; END $$;
    CREATE TRIGGER touch BEFORE INSERT OR UPDATE ON shop.plan
        FOR EACH ROW EXECUTE FUNCTION shop.touch();
    CREATE TABLE shop."a ""b"" %c" (x int, "y.z" text, PRIMARY KEY ("y.z", x));
    CREATE TABLE shop.head (id int PRIMARY KEY, first int, t text);
    CREATE TABLE shop.item (id int PRIMARY KEY, head int NOT NULL REFERENCES shop.head, t text);
    ALTER TABLE shop.head ADD FOREIGN KEY (first) REFERENCES shop.item;
    CREATE TABLE shop.slot (id int PRIMARY KEY, at int UNIQUE DEFERRABLE, u text UNIQUE);
    CREATE TABLE shop.late (id int PRIMARY KEY DEFERRABLE, t text);
    CREATE TABLE shop.part (id int, t text, PRIMARY KEY (id)) PARTITION BY RANGE (id);
    CREATE TABLE shop.part_1 PARTITION OF shop.part FOR VALUES FROM (0) TO (10);
    CREATE TABLE shop.part_2 PARTITION OF shop.part FOR VALUES FROM (10) TO (20);
    CREATE FUNCTION shop.wrong() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN NEW.t = ''wrong''; RETURN NEW; END';
    CREATE FOREIGN DATA WRAPPER nowhere; CREATE SERVER afar FOREIGN DATA WRAPPER nowhere;
    CREATE TABLE shop.spread (id int) PARTITION BY LIST (id);
    CREATE FOREIGN TABLE shop.spread_1 PARTITION OF shop.spread FOR VALUES IN (1) SERVER afar;
    CREATE TABLE shop.words (w text PRIMARY KEY, n int UNIQUE);
    INSERT INTO shop.unit VALUES ('m', 'metre'), ('ft', 'foot');
    INSERT INTO shop.plan (name, rank, cents, unit) VALUES
        ('one', 1, 100, 'm'), ('two', 2, 200, 'ft'), ('three', NULL, 300, NULL);
    INSERT INTO shop."a ""b"" %c" VALUES (1, 'l'), (2, 'm');
    INSERT INTO shop.head VALUES (1, NULL, 'one'); INSERT INTO shop.item VALUES (1, 1, 'a');
    UPDATE shop.head SET first = 1;
    INSERT INTO shop.slot VALUES (1, 1, 'a'), (2, 2, 'b'), (3, 3, 'c'), (5, 5, 'e');
    INSERT INTO shop.late VALUES (1, 'x'), (2, 'y');
    INSERT INTO shop.part VALUES (1, 'x'), (12, 'y');
    CREATE TRIGGER wrong BEFORE INSERT OR UPDATE ON shop.part
        FOR EACH ROW EXECUTE FUNCTION shop.wrong();
    CREATE TRIGGER own BEFORE INSERT OR UPDATE ON shop.part_1
        FOR EACH ROW EXECUTE FUNCTION shop.wrong();
    ALTER TABLE shop.part_2 DISABLE TRIGGER wrong;
    ALTER TABLE shop.part_1 ENABLE ALWAYS TRIGGER own;
    CREATE TABLE shop.quiet (k int PRIMARY KEY, t text);
    CREATE FUNCTION shop.no() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''no''; END';
    INSERT INTO shop.quiet VALUES (1, 'x'), (2, 'y');
    CREATE TRIGGER no BEFORE INSERT OR UPDATE OR DELETE ON shop.quiet
        FOR EACH ROW EXECUTE FUNCTION shop.no();
    CREATE TABLE shop.spare (i int PRIMARY KEY, n int);
    INSERT INTO shop.words VALUES ('a', 1), ('b', 2); INSERT INTO shop.spare VALUES (1, 2), (2, 3);
"""
FILES = {
    # A row refers to a new one and leaves one that goes.
    "shop.unit.csv": "code,label\nm,metre\nin,inch\n",
    # New rows refer to each other; their numbers are given.
    "shop.plan.csv": "id,name,rank,cents,unit,base\n1,one,7,,m,\n2,two,8,250,in,9\n"
    "8,eight,,800,,9\n9,three,3,900,in,8\n",
    "shop.a %22b%22 %25c.csv": '"y.z",x\n"l, $pgmig$ \\\'",1\nm,3\n',
    # A circle of references.
    "shop.head.csv": "id,first,t\n1,1,one\n2,3,two\n",
    "shop.item.csv": "id,head,t\n1,1,a\n3,2,c\n",
    # Deferrable and not, exchanged and taken over from a row that goes.
    "shop.slot.csv": "id,at,u\n1,2,a\n2,1,b\n3,3,e\n4,5,c\n",
    "shop.late.csv": "id,t\n1,z\n3,y\n",
    "shop.quiet.csv": "k,t\n1,z\n3,y\n",
    "shop.part.csv": "id,t\n1,z\n15,w\n",
}
QUIET = {name: TableWords(triggers="off") for name in ("shop.quiet", "shop.part")}
# Rows exchange what is unique; another table is written that has no file.
STATEMENTS = {
    "shop.words.sql": "UPDATE shop.words SET n = NULL; UPDATE shop.words SET n = 2 WHERE w = 'a';"
    "UPDATE shop.words SET n = 1 WHERE w = 'b'; DELETE FROM shop.spare WHERE i = 1;"
    "INSERT INTO shop.words VALUES ('c', 3) ON CONFLICT DO NOTHING;",
}


@pytest.mark.parametrize("mode", ["fail", pytest.param("file", marks=pytest.mark.newest)])
def test_one_script_goes_from_any_rows_to_any_others_and_back(
    project: Project, pg_dump: Callable[..., str], mode: OnConflict
) -> None:
    made = project.diff(SHOP, FILES, on_conflict=mode, rules=QUIET)
    assert made.notes == (
        "shop.plan: the database itself fills made, touched",
        "shop.log: triggers add rows, which stay",
    )
    before = rows_of(project, pg_dump)
    assert project.run("up") == []
    assert project.look("SELECT id, name, rank, dollars, base FROM shop.plan ORDER BY 1") == (
        "1|one|7||\n2|two|8|2.5000000000000000|9\n8|eight||8.0000000000000000|9\n9|three|3|9.0000000000000000|8\n"
    )
    assert project.look("TABLE shop.slot ORDER BY 1") == "1|2|a\n2|1|b\n3|3|e\n4|5|c\n"
    assert project.look("SELECT nextval('shop.plan_id_seq')") == "10\n"
    if mode == "fail":
        assert project.diff("", {}, name=None, rules=QUIET).is_same
    assert project.run("down") == []
    assert rows_of(project, pg_dump) == before


@pytest.mark.newest
def test_statements_in_files_count_by_what_they_do(
    project: Project, pg_dump: Callable[..., str]
) -> None:
    made = project.diff(SHOP, STATEMENTS)
    assert [str(part.table.name) for part in made.parts] == ["shop.spare", "shop.words"]
    before = rows_of(project, pg_dump)
    with closing(db.connect(project.url)) as operator, ThreadPoolExecutor(1) as pool:
        run(operator, "BEGIN; UPDATE shop.words SET n = 9 WHERE w = 'a'")
        running = pool.submit(project.run, "up")
        while project.look(WAITING) == "f\n" and not running.done():
            pass
        run(operator, "COMMIT")
        with pytest.raises(StatementFailed, match=r"somebody else \(1\): \(a\) was changed"):
            running.result()
        run(operator, "UPDATE shop.words SET n = 1 WHERE w = 'a'")
    project.run("up")
    assert project.look("TABLE shop.words ORDER BY 1") == "a|2\nb|1\nc|3\n"
    assert project.look("TABLE shop.spare") == "2|3\n"
    project.run("down")
    assert rows_of(project, pg_dump) == before

    alone = project.diff("", {"shop.words.sql": "UPDATE shop.spare SET n = 7"}, name=None)
    assert [str(part.table.name) for part in alone.parts] == ["shop.spare"]


@pytest.mark.newest
def test_a_column_that_a_trigger_fills_is_left_to_it(project: Project) -> None:
    before = """
        CREATE TABLE public.a (i int PRIMARY KEY, n int, touched timestamptz);
        CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS
            'BEGIN NEW.touched = clock_timestamp(); RETURN NEW; END';
        CREATE TRIGGER touch BEFORE INSERT OR UPDATE ON public.a
            FOR EACH ROW EXECUTE FUNCTION public.touch();
        INSERT INTO public.a VALUES (1, 1), (2, 2);
    """
    files = {
        "public.a.sql": "UPDATE public.a SET n = 5 WHERE i = 1; DELETE FROM public.a WHERE i = 2;"
        "INSERT INTO public.a VALUES (3, 3) ON CONFLICT DO NOTHING"
    }
    with pytest.raises(ProofFailed, match=r"rows of public\.a: 2 with other values in touched"):
        project.diff(before, files)
    made = project.diff("", {}, rules={"public.a": TableWords(columns=("n",))})
    assert made.notes == ("public.a: the database itself fills touched",)
    project.run("up")
    assert project.look("SELECT i, n FROM a ORDER BY 1") == "1|5\n3|3\n"
    project.run("down")
    assert project.look("SELECT i, n FROM a ORDER BY 1") == "1|1\n2|2\n"


WAITING = """
    SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
        WHERE NOT l.granted AND c.relname = 'words' AND c.oid = 'shop.words'::regclass)
"""


def rows_of(project: Project, pg_dump: Callable[..., str]) -> list[str]:
    """What pg_dump says of the rows, but for what triggers and defaults fill."""
    text = pg_dump(project.url, "-a", "-T", "shop.log", "--restrict-key=x")
    lines = (line.split("\t202")[0] for line in text.splitlines())
    return sorted(line for line in lines if "setval" not in line)


@pytest.mark.parametrize("mode", ["keep", "fail"])
def test_a_reference_that_somebody_made_null_is_an_edit(project: Project, mode: OnConflict) -> None:
    before = """
        CREATE TABLE uq (id int PRIMARY KEY, pos int UNIQUE, t text);
        CREATE TABLE a (id int PRIMARY KEY, b int, t text);
        CREATE TABLE b (id int PRIMARY KEY, a int NOT NULL REFERENCES a);
        ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b;
        INSERT INTO uq VALUES (2, 2), (1, 1), (3, 3);
    """
    files = {
        "public.uq.sql": "UPDATE public.uq SET pos = NULL WHERE id = 1;"
        "UPDATE public.uq SET pos = 1 WHERE id = 2; UPDATE public.uq SET pos = 2 WHERE id = 1",
        "public.a.csv": "id,b,t\n1,10,x\n2,20,y\n",
        "public.b.csv": "id,a\n10,1\n20,2\n",
    }
    project.diff(before, files, on_conflict=mode)
    if mode == "fail":
        project.run("up")
        project.psql(project.url, "-c", "UPDATE a SET b = NULL WHERE id = 1")
        with pytest.raises(StatementFailed, match=r"public\.a: .* \(1\): \(1\) was changed"):
            project.run("down")
        assert project.look("TABLE a ORDER BY 1") == "1||x\n2|20|y\n"
        return
    edit = "UPDATE uq SET pos = NULL WHERE id = 1; INSERT INTO a VALUES (1, NULL, 'x')"
    project.psql(project.url, "-c", edit)
    assert len(project.run("up")) == 2
    assert project.look("SELECT id, pos FROM uq ORDER BY 1") == "1|\n2|1\n3|3\n"
    assert project.look("TABLE a ORDER BY 1") == "1||x\n2|20|y\n"
    assert len(project.run("down")) == 2
    assert project.look("SELECT id, pos FROM uq ORDER BY 1") == "1|\n2|2\n3|3\n"
    assert project.look("TABLE a") == "1||x\n"


@pytest.mark.newest
def test_a_row_comes_back_with_what_no_file_has_of_it(project: Project) -> None:
    before = """
        CREATE TABLE country (
            id serial, code text PRIMARY KEY, name text, created timestamptz DEFAULT now(),
            active boolean NOT NULL DEFAULT true, by varchar(20) DEFAULT 'system'
        );
        CREATE TABLE unit (code text PRIMARY KEY, made timestamptz DEFAULT now(), n int DEFAULT 7);
        CREATE TABLE deep (id int GENERATED ALWAYS AS IDENTITY (INCREMENT -1), t text PRIMARY KEY);
        INSERT INTO country (code, name) VALUES ('fr', 'France');
        INSERT INTO country VALUES (3, 'xx', 'X', '2003-03-03', false, 'alice');
        INSERT INTO unit (code) VALUES ('m'), ('ft');
    """
    files = {"public.country.csv": "code,name\nfr,France\nde,\n", "public.unit.csv": "code\nm\n"}
    files["public.deep.csv"] = "id,t\n-1,a\n-5,b\n"
    made = project.diff(before, files)
    assert made.back == "exact, but for what the database fills (made of public.unit)"
    query = "SELECT id, code, created, active, by FROM country ORDER BY 2; SELECT code, n FROM unit"
    start = project.look(query)
    conflict = r"public\.country: changed by somebody else \(1\): \({}\) was changed"
    project.psql(project.url, "-c", "UPDATE country SET by = 'me' WHERE code = 'xx'")
    with pytest.raises(StatementFailed, match=conflict.format("xx")):
        project.run("up")
    project.psql(project.url, "-c", "UPDATE country SET by = 'alice' WHERE code = 'xx'")
    project.run("up")
    assert project.look("SELECT nextval('deep_id_seq')") == "-6\n"
    project.psql(project.url, "-c", "UPDATE country SET active = false WHERE code = 'de'")
    with pytest.raises(StatementFailed, match=conflict.format("de")):
        project.run("down")
    project.psql(project.url, "-c", "UPDATE country SET active = true WHERE code = 'de'")
    project.run("down")
    assert project.look(query) == start


@pytest.mark.newest
@pytest.mark.parametrize("mode", ["fail", "keep", "file"])
def test_a_number_that_cannot_change_is_judged(project: Project, mode: OnConflict) -> None:
    before = """
        CREATE TABLE plan (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, code text UNIQUE
            NOT NULL, v int);
        CREATE TABLE feature (name text PRIMARY KEY, plan int REFERENCES plan);
        INSERT INTO plan (code, v) VALUES ('old', 1);
    """
    files = {
        "public.plan.csv": "id,code,v\n1,old,2\n2,free,\n3,pro,\n",
        "public.feature.csv": "name,plan\nsso,3\n",
    }
    project.diff(before, files, on_conflict=mode, rules={"public.plan": TableWords(key=("code",))})
    operator = """
        INSERT INTO plan (code) VALUES ('pro'), ('free');
        DELETE FROM plan WHERE code = 'old'; INSERT INTO plan (code, v) VALUES ('old', 1);
    """
    project.psql(project.url, input=operator)
    if mode == "keep":
        first, second = project.run("up")
        assert "stay as they are (2): (free) is there with other values, (pro)" in first
        assert "stay as they are (1): (old) was changed" in second
    else:
        with pytest.raises(StatementFailed, match=r"public\.plan: changed by somebody else \(2\)"):
            project.run("up")
    rows = "SELECT * FROM plan ORDER BY id"
    assert project.look(rows) == "2|pro|\n3|free|\n4|old|1\n"
    project.psql(project.url, "-c", "DELETE FROM feature; DELETE FROM plan WHERE code <> 'old'")
    if mode != "keep":
        said = "was changed" if mode == "fail" else "has another number"
        with pytest.raises(StatementFailed, match=rf"\(old\) {said}"):
            project.run("up")
