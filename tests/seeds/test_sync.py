"""Tables come to what their files say; psql is the witness of the rows."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pgmig import db
from pgmig.errors import SeedRowRefused, SeedRowsBound, SeedTableRefused
from pgmig.seeds.files import find
from pgmig.seeds.names import TableName
from pgmig.seeds.report import TableReport
from pgmig.seeds.rules import Rules, TableWords, parse_rules
from pgmig.seeds.sync import Options, sync
from tests.fixtures.servers import Program


@dataclass(frozen=True)
class Case:
    """A database, files, and the rows that `look` shows when the files are in."""

    before: str
    files: dict[str, str]
    look: str
    rows: str
    rules: dict[str, TableWords] = field(default_factory=dict)
    env: str | None = None
    tally: dict[str, tuple[int, int, int, int]] = field(default_factory=dict)
    is_theirs: bool = False  # what a second run does is up to the statements in the file


CASES = {
    "null_is_not_empty_and_a_record_may_have_many_lines": Case(
        'CREATE TABLE a (i int PRIMARY KEY, t text, "Q, r" text);',
        {"public.a.csv": '\ufeffi,t,"Q, r"\r\n1,,""\r\n2,"x\r\ny","a ""b"""\r\n3,NULL,\\N\r\n'},
        "SELECT i, t IS NULL, replace(t, chr(13), '\\r'), \"Q, r\" FROM a ORDER BY i",
        '1|t||\n2|f|x\\r\ny|a "b"\n3|f|NULL|\\N\n',
        tally={"a": (3, 0, 0, 0)},
    ),
    "columns_that_the_file_lacks_keep_default_and_value": Case(
        "CREATE TABLE a (i int PRIMARY KEY, t text, kept text DEFAULT 'new');"
        "INSERT INTO a VALUES (1, 'old', 'mine');",
        {"public.a.csv": "t,i\none,1\ntwo,2\n"},
        "TABLE a ORDER BY i",
        "1|one|mine\n2|two|new\n",
        tally={"a": (1, 1, 0, 0)},
    ),
    "only_owned_columns_are_changed_and_new_rows_get_all": Case(
        "CREATE TABLE a (i int PRIMARY KEY, t text, n int);INSERT INTO a VALUES (1, 'old', 1);",
        {"public.a.csv": "i,t,n\n1,x,5\n2,y,6\n"},
        "TABLE a ORDER BY i",
        "1|old|5\n2|y|6\n",
        {"public.a": TableWords(columns=("n",))},
        tally={"a": (1, 1, 0, 0)},
    ),
    "missing_rows_are_reported": Case(
        "CREATE TABLE a (i int PRIMARY KEY);INSERT INTO a VALUES (1), (7), (8);",
        {"public.a.csv": "i\n1\n2\n"},
        "TABLE a ORDER BY i",
        "1\n2\n7\n8\n",
        tally={"a": (1, 0, 0, 2)},
    ),
    "missing_rows_are_kept_without_a_word": Case(
        "CREATE TABLE a (i int PRIMARY KEY);INSERT INTO a VALUES (7);",
        {"public.a.csv": "i\n1\n"},
        "TABLE a ORDER BY i",
        "1\n7\n",
        {"public.a": TableWords(missing="keep")},
        tally={"a": (1, 0, 0, 0)},
    ),
    "missing_rows_are_removed_those_that_refer_first": Case(
        "CREATE TABLE p (i int PRIMARY KEY);"
        "CREATE TABLE c (i int PRIMARY KEY, p int NOT NULL REFERENCES p);"
        "INSERT INTO p VALUES (1), (2), (3);INSERT INTO c VALUES (10, 1), (20, 2), (30, 3);",
        {"public.p.csv": "i\n1\n4\n", "public.c.csv": "i,p\n10,1\n30,4\n"},
        "SELECT (SELECT array_agg(p ORDER BY i) FROM p), (SELECT array_agg(c ORDER BY i) FROM c)",
        '{(1),(4)}|{"(10,1)","(30,4)"}\n',
        {"public.p": TableWords(missing="delete"), "public.c": TableWords(missing="delete")},
        tally={"p": (1, 0, 2, 0), "c": (0, 1, 1, 0)},
    ),
    "a_row_goes_once_its_dependents_refer_to_another": Case(
        "CREATE TABLE p (i int PRIMARY KEY);"
        "CREATE TABLE c (i int PRIMARY KEY, p int REFERENCES p ON DELETE CASCADE);"
        "INSERT INTO p VALUES (1);INSERT INTO c VALUES (10, 1);",
        {"public.p.csv": "i\n2\n", "public.c.csv": "i,p\n10,2\n"},
        "SELECT * FROM p, c",
        "2|10|2\n",
        {"public.p": TableWords(missing="delete")},
        tally={"p": (1, 0, 1, 0), "c": (0, 1, 0, 0)},
    ),
    "an_environment_comes_on_top": Case(
        "CREATE TABLE a (i int PRIMARY KEY, t text, n int DEFAULT 9);"
        "INSERT INTO a VALUES (8, 'z');",
        {"public.a.csv": "i,t\n1,one\n2,two\n", "dev/public.a.csv": "t,i\nTWO,2\nthree,3\n"},
        "TABLE a ORDER BY i",
        "1|one|9\n2|TWO|9\n3|three|9\n",
        {"public.a": TableWords(missing="delete")},
        "dev",
        tally={"a": (3, 0, 1, 0)},
    ),
    "an_environment_may_have_other_columns": Case(
        "CREATE TABLE a (i int PRIMARY KEY, t text DEFAULT '-', n int DEFAULT 9, u int);"
        "INSERT INTO a VALUES (2, 'x', 7, 7);",
        {"public.a.csv": "i,t,u\n1,one,\n2,two,2\n", "dev/public.a.csv": "i,n,u\n2,5,4\n3,6,3\n"},
        "TABLE a ORDER BY i",
        "1|one|9|\n2|two|5|4\n3|-|6|3\n",
        env="dev",
        tally={"a": (2, 1, 0, 0)},
    ),
    "identity_and_generated_columns": Case(
        "CREATE TABLE a (i int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, t text,"
        " g text GENERATED ALWAYS AS (upper(t)) STORED);"
        "CREATE TABLE s (i serial PRIMARY KEY, k text UNIQUE NOT NULL);",
        {"public.a.csv": "i,t\n5,x\n6,y\n", "public.s.csv": "k\na\nb\n"},
        "INSERT INTO a (t) VALUES ('z'); TABLE a; SELECT k FROM s ORDER BY i",
        "5|x|X\n6|y|Y\n7|z|Z\na\nb\n",
        {"public.s": TableWords(key=("k",))},
    ),
    "sequences_go_their_own_way_and_no_further_than_they_can": Case(
        "CREATE TABLE up (i int GENERATED BY DEFAULT AS IDENTITY (INCREMENT 5) PRIMARY KEY);"
        "CREATE TABLE down (i int GENERATED BY DEFAULT AS IDENTITY (INCREMENT -1 START -1)"
        " PRIMARY KEY);"
        "CREATE TABLE most (i int GENERATED BY DEFAULT AS IDENTITY (MAXVALUE 10) PRIMARY KEY);"
        "CREATE TABLE past (i serial PRIMARY KEY);SELECT setval('past_i_seq', 100);"
        "CREATE TABLE first (i serial PRIMARY KEY);",
        {
            "public.up.csv": "i\n3\n7\n",
            "public.down.csv": "i\n9\n-4\n",
            "public.most.csv": "i\n4\n99\n",
            "public.past.csv": "i\n50\n",
            "public.first.csv": "i\n1\n",
        },
        "SELECT (SELECT (last_value, is_called) FROM up_i_seq),"
        " (SELECT last_value FROM down_i_seq), (SELECT last_value FROM most_i_seq),"
        " (SELECT last_value FROM past_i_seq), (SELECT is_called FROM first_i_seq)",
        "(7,t)|-4|4|100|t\n",
    ),
    "rows_refer_to_rows_of_the_same_file": Case(
        "CREATE TABLE a (i int PRIMARY KEY, p int REFERENCES a);INSERT INTO a VALUES (1, NULL);",
        {"public.a.csv": "i,p\n1,3\n2,1\n3,2\n"},
        "TABLE a ORDER BY i",
        "1|3\n2|1\n3|2\n",
        tally={"a": (2, 1, 0, 0)},
    ),
    "a_circle_with_a_deferrable_key": Case(
        "CREATE TABLE a (i int PRIMARY KEY, b int NOT NULL);"
        "CREATE TABLE b (i int PRIMARY KEY, a int NOT NULL REFERENCES a);"
        "ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b DEFERRABLE;",
        {"public.a.csv": "i,b\n1,2\n", "public.b.csv": "i,a\n2,1\n"},
        "SELECT * FROM a, b",
        "1|2|2|1\n",
    ),
    "a_circle_with_a_column_that_may_wait": Case(
        "CREATE TABLE a (i int PRIMARY KEY, b int);"
        "CREATE TABLE b (i int PRIMARY KEY, a int NOT NULL REFERENCES a);"
        "ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b;INSERT INTO a VALUES (3, NULL);",
        {"public.a.csv": "i,b\n1,2\n3,2\n", "public.b.csv": "i,a\n2,1\n"},
        "SELECT * FROM a, b ORDER BY 1",
        "1|2|2|1\n3|2|2|1\n",
        tally={"a": (1, 1, 0, 0), "b": (1, 0, 0, 0)},
    ),
    "triggers_are_off_and_then_what_they_were": Case(
        "CREATE TABLE a (i int PRIMARY KEY, t text) PARTITION BY RANGE (i);"
        "CREATE TABLE a1 PARTITION OF a FOR VALUES FROM (0) TO (10);"
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''no''; END';"
        "CREATE TRIGGER o BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION f();"
        "CREATE TRIGGER s AFTER UPDATE ON a FOR EACH STATEMENT EXECUTE FUNCTION f();"
        "CREATE TRIGGER own BEFORE INSERT ON a1 FOR EACH ROW EXECUTE FUNCTION f();"
        "ALTER TABLE a1 ENABLE ALWAYS TRIGGER own;ALTER TABLE a DISABLE TRIGGER s;"
        "CREATE TRIGGER r AFTER INSERT ON a1 FOR EACH STATEMENT EXECUTE FUNCTION f();"
        "ALTER TABLE a1 ENABLE REPLICA TRIGGER r;",
        {"public.a.csv": "i,t\n1,x\n"},
        "SELECT a.*, (SELECT string_agg(tgrelid::regclass || '.' || tgname || tgenabled::text, ' '"
        " ORDER BY tgrelid, tgname) FROM pg_trigger WHERE NOT tgisinternal) FROM a",
        "1|x|a.oO a.sD a1.oO a1.ownA a1.rR\n",
        {"public.a": TableWords(triggers="off")},
    ),
    "the_rows_of_partitions_and_of_a_parent_alone": Case(
        "CREATE TABLE p (i int PRIMARY KEY, t text) PARTITION BY RANGE (i);"
        "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);"
        "CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20);"
        "INSERT INTO p VALUES (11, 'z');"
        "CREATE TABLE h (i int PRIMARY KEY);CREATE TABLE k () INHERITS (h);"
        "INSERT INTO k VALUES (5);",
        {"public.p.csv": "i,t\n1,x\n11,y\n", "public.h.csv": "i\n1\n"},
        "SELECT (SELECT array_agg(p ORDER BY i) FROM p), (SELECT array_agg(h.* ORDER BY i) FROM h)",
        '{"(1,x)","(11,y)"}|{(1),(5)}\n',
        {"public.h": TableWords(missing="delete")},
        tally={"p": (1, 1, 0, 0), "h": (1, 0, 0, 0)},
    ),
    "rows_are_equal_when_their_text_is": Case(
        "CREATE TYPE pair AS (a int, b text);CREATE DOMAIN short AS char(5);"
        "CREATE TABLE a (i numeric PRIMARY KEY, c short, n numeric, f float8, j json, p pair,"
        " r int4range, t timestamptz, b bytea, ar int[]);"
        "INSERT INTO a VALUES (1.0, 'x', 1.0, '-0', '{\"a\": 1}', '(1,\"\")', '[1,2]',"
        " '2024-01-01 12:00+02', '\\x00', '[0:1]={1,2}');",
        {
            "public.a.csv": "i,c,n,f,j,p,r,t,b,ar\n"
            '1,x,1.0,-0,"{""a"": 1}","(1,"""")","[1,3)",2024-01-01 10:00Z,\\x00,"[0:1]={1,2}"\n'
            '2.0,y,1.00,NaN,"{""a"":1}",,empty,infinity,,{}\n'
        },
        "SELECT i, n FROM a ORDER BY i",
        "1.0|1.0\n2.0|1.00\n",
        tally={"a": (1, 0, 0, 0)},
    ),
    "another_scale_is_another_text": Case(
        "CREATE TABLE a (i int PRIMARY KEY, n numeric);INSERT INTO a VALUES (1, 1.0);",
        {"public.a.csv": "i,n\n1,1.00\n"},
        "TABLE a",
        "1|1.00\n",
        tally={"a": (0, 1, 0, 0)},
    ),
    "statements_run_in_their_place_as_the_role_has_it": Case(
        "CREATE SCHEMA z;CREATE TABLE z.p (i int PRIMARY KEY);"
        "CREATE TABLE a (i int PRIMARY KEY REFERENCES z.p, t text);"
        "CREATE TABLE c (i int PRIMARY KEY REFERENCES a);",
        {
            "z.p.csv": "i\n1\n2\n",
            "public.a.sql": "SET search_path = public, z;SET DateStyle = German;\n"
            "INSERT INTO a SELECT i, '2024-02-01'::date::text FROM p ON CONFLICT DO NOTHING;\n"
            "CREATE TEMP TABLE t ON COMMIT DROP AS TABLE a WITH NO DATA;\n"
            "COPY t FROM stdin;\n3\t\\N\n\\.\nDELETE FROM a WHERE i > 2;\n",
            "public.c.csv": "i\n2\n",
        },
        "SELECT a.*, c.i, current_setting('DateStyle') FROM a LEFT JOIN c USING (i) ORDER BY 1",
        "1|01.02.2024||ISO, MDY\n2|01.02.2024|2|ISO, MDY\n",
        tally={"p": (2, 0, 0, 0), "a": (3, 0, 0, 0), "c": (1, 0, 0, 0)},
        is_theirs=True,
    ),
    "a_key_checked_late_and_names_that_need_quotes": Case(
        'CREATE SCHEMA "S x";CREATE TABLE "S x"."T.y" ("K k" text, "a""b" int,'
        ' PRIMARY KEY ("K k", "a""b") DEFERRABLE INITIALLY DEFERRED, "select" text);'
        "INSERT INTO \"S x\".\"T.y\" VALUES ('k', 1, 'old');",
        {"S x.T%2Ey.csv": '"K k","a""b",select\nk,1,new\nk,2,two\n'},
        'TABLE "S x"."T.y" ORDER BY 2',
        "k|1|new\nk|2|two\n",
        tally={"T.y": (1, 1, 0, 0)},
    ),
    "an_empty_file_of_rows_empties_a_table_that_asks_for_it": Case(
        "CREATE TABLE a (i int PRIMARY KEY);INSERT INTO a VALUES (1);",
        {"public.a.csv": "i\n"},
        "SELECT count(*) FROM a",
        "0\n",
        {"public.a": TableWords(missing="delete")},
        tally={"a": (0, 0, 1, 0)},
    ),
}


def test_tables_come_to_what_their_files_say(database: str, psql: Program, tmp_path: Path) -> None:
    found = {name: _outcome(database, psql, case, tmp_path / name) for name, case in CASES.items()}
    assert {name: text for name, text in found.items() if text} == {}


def _outcome(database: str, psql: Program, case: Case, folder: Path) -> str:
    """What is wrong, if anything is."""
    aside = f"ALTER SCHEMA public RENAME TO {folder.name};CREATE SCHEMA public;"
    psql(database, input=aside + case.before)
    rules = parse_rules(case.rules, missing=None, triggers=None)
    folder.mkdir()
    write(folder, case.files)
    look = case.look.rpartition(";")[2]
    before = psql(database, "-Atc", look).stdout
    tried = put(database, folder, rules, case.env, Options(is_dry_run=True, beside=0))
    if psql(database, "-Atc", look).stdout != before:
        return "a dry run changes something"
    done = put(database, folder, rules, case.env)
    if [tally(each) for each in tried] != [tally(each) for each in done]:
        return f"a dry run tells of {tried}, then {done} is done"
    if (rows := psql(database, "-Atc", case.look).stdout) != case.rows:
        return f"there is {rows!r}"
    found = {each.table.name: tally(each) for each in done}
    if found | case.tally != found:
        return f"it tells of {found}"
    again = put(database, folder, rules, case.env, Options(beside=0))
    if not case.is_theirs and not all(each.is_nothing for each in again):
        return f"a second run changes {again}"
    return ""


@pytest.mark.newest
@pytest.mark.parametrize("action", ["CASCADE", "SET NULL", "SET DEFAULT"])
@pytest.mark.parametrize("script", [{}, {"public.z.sql": "INSERT INTO z VALUES (1);"}])
def test_rows_of_other_tables_never_go_with_one_that_the_files_lack(
    database: str, tmp_path: Path, action: str, script: dict[str, str]
) -> None:
    with closing(db.connect(database)) as conn:
        conn.execute("CREATE TABLE p (i int PRIMARY KEY, up int REFERENCES p ON DELETE CASCADE)")
        conn.execute("CREATE TABLE z (i int PRIMARY KEY)")
        conn.execute(
            f"CREATE TABLE c (i int PRIMARY KEY, p int REFERENCES p ON DELETE {action})".encode()
        )
        conn.execute(
            "INSERT INTO p VALUES (1, NULL), (2, NULL), (3, 2); INSERT INTO c VALUES (7, 2)"
        )
        write(tmp_path, {"public.p.csv": "i,up\n1,\n"} | script)
        rules = Rules(tables={TableName("public", "p"): TableWords(missing="delete")})
        with pytest.raises(SeedRowsBound, match=r"1 row of public\.c refers \(p\)"):
            put(database, tmp_path, rules)
        assert conn.execute("TABLE c").fetchall() == [(7, 2)]
        conn.execute("DELETE FROM c")
        put(database, tmp_path, rules)
        assert conn.execute("TABLE p").fetchall() == [(1, None)]


@pytest.mark.newest
def test_rows_that_refer_to_a_partitioned_table_hold_those_of_its_partitions(
    database: str, tmp_path: Path
) -> None:
    with closing(db.connect(database)) as conn:
        conn.execute("CREATE TABLE part (id int PRIMARY KEY) PARTITION BY RANGE (id)")
        conn.execute("CREATE TABLE part_a PARTITION OF part FOR VALUES FROM (0) TO (10)")
        conn.execute(
            "CREATE TABLE ord (id int PRIMARY KEY, p int REFERENCES part ON DELETE CASCADE)"
        )
        conn.execute("INSERT INTO part VALUES (1), (2); INSERT INTO ord VALUES (2, 2)")
        write(tmp_path, {"public.part_a.csv": "id\n1\n"})
        rules = Rules(tables={TableName("public", "part_a"): TableWords(missing="delete")})
        with pytest.raises(SeedRowsBound, match=r"1 row of public\.ord refers \(p\)"):
            put(database, tmp_path, rules)


def test_what_others_did_between_comparison_and_lock_is_seen(database: str, tmp_path: Path) -> None:
    with closing(db.connect(database)) as conn, closing(db.connect(database)) as other:
        conn.execute("CREATE TABLE t (i int PRIMARY KEY, v text); INSERT INTO t VALUES (1, 'one')")
        write(tmp_path, {"public.t.csv": "i,v\n1,one\n2,two\n3,three\n"})
        for options in (Options(), Options(beside=0)):
            other.execute("BEGIN; INSERT INTO t VALUES (2, 'OTHER')")
            other.execute("UPDATE t SET v = 'ONE' WHERE i = 1")
            with ThreadPoolExecutor(1) as pool:
                running = pool.submit(put, database, tmp_path, None, None, options)
                waits = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"
                while conn.execute(waits).fetchone() != (True,):
                    assert not running.done()
                other.execute("COMMIT")
                (report,) = running.result()
            assert (report.added, report.changed) == (1, 2)
            rows = conn.execute("SELECT v FROM t ORDER BY i").fetchall()
            assert rows == [("one",), ("two",), ("three",)]
            conn.execute("DELETE FROM t WHERE i > 1")


def test_a_row_that_a_trigger_swallows_is_told(database: str, tmp_path: Path) -> None:
    with closing(db.connect(database)) as conn:
        conn.execute("CREATE TABLE t (i int PRIMARY KEY, v int)")
        conn.execute(
            "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS"
            " 'BEGIN RETURN CASE WHEN NEW.i = 2 THEN NULL ELSE NEW END; END'"
        )
        conn.execute(
            "CREATE TRIGGER g BEFORE INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f()"
        )
        write(tmp_path, {"public.t.csv": "i,v\n1,1\n2,2\n"})
        with pytest.raises(SeedRowRefused, match="line 3: a trigger or a rule"):
            put(database, tmp_path)
        conn.execute("ALTER TABLE t DISABLE TRIGGER g")
        put(database, tmp_path)
        conn.execute("ALTER TABLE t ENABLE TRIGGER g")
        write(tmp_path, {"public.t.csv": "i,v\n1,1\n2,7\n"})
        with pytest.raises(SeedRowRefused, match="line 3: a trigger or a rule"):
            put(database, tmp_path)
        conn.execute("DROP TRIGGER g ON t")
        conn.execute("CREATE RULE r AS ON INSERT TO t DO INSTEAD NOTHING")
        write(tmp_path, {"public.t.csv": "i,v\n1,1\n2,2\n3,3\n"})
        with pytest.raises((SeedRowRefused, SeedTableRefused)):
            put(database, tmp_path)
        assert conn.execute("SELECT count(*) FROM t").fetchone() == (2,)


def test_a_row_that_a_trigger_keeps_from_a_circle_is_told(database: str, tmp_path: Path) -> None:
    with closing(db.connect(database)) as conn:
        conn.execute(
            "CREATE TABLE a (id int PRIMARY KEY, b int);"
            "CREATE TABLE b (id int PRIMARY KEY, a int NOT NULL REFERENCES a);"
            "ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b;"
            "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS"
            " 'BEGIN RETURN CASE WHEN NEW.id = 2 THEN NULL ELSE NEW END; END';"
            "CREATE TRIGGER g BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION f();"
            "CREATE TABLE c (id int PRIMARY KEY); INSERT INTO c VALUES (1), (2);"
            "CREATE RULE r AS ON DELETE TO c DO INSTEAD NOTHING"
        )
        write(tmp_path, {"public.a.csv": "id,b\n1,10\n2,\n", "public.b.csv": "id,a\n10,1\n"})
        with pytest.raises(SeedRowRefused, match="line 3: a trigger or a rule"):
            put(database, tmp_path)
        (tmp_path / "public.a.csv").unlink()
        (tmp_path / "public.b.csv").unlink()
        write(tmp_path, {"public.c.csv": "id\n1\n"})
        rules = Rules(tables={TableName("public", "c"): TableWords(missing="delete")})
        with pytest.raises(SeedTableRefused, match="keeps 1 of its rows that no file has"):
            put(database, tmp_path, rules)


def test_triggers_and_defaults_find_the_settings_of_the_role(database: str, tmp_path: Path) -> None:
    with closing(db.connect(database)) as conn:
        name = conn.info.dbname
        conn.execute(f"ALTER DATABASE \"{name}\" SET timezone = 'Pacific/Kiritimati'".encode())
        conn.execute(f"ALTER DATABASE \"{name}\" SET datestyle = 'SQL, DMY'".encode())
        conn.execute(
            "CREATE TABLE log (at text); CREATE TABLE quiet (i int PRIMARY KEY, d date,"
            " zone text DEFAULT current_setting('timezone'));"
            "CREATE TABLE t (i int PRIMARY KEY, d date, zone text"
            " DEFAULT current_setting('timezone'));"
            "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS"
            " 'BEGIN INSERT INTO log VALUES (NEW.d::text); RETURN NEW; END';"
            "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()"
        )
        rows = "i,d\n1,2020-03-04\n"
        write(tmp_path, {"public.t.csv": rows, "public.quiet.csv": rows})
        for again in (False, True):
            done = put(database, tmp_path)
            assert all(report.is_nothing == again for report in done)
        for table in ("t", "quiet"):
            found = conn.execute(f"SELECT d = '2020-03-04', zone FROM {table}".encode()).fetchall()
            assert found == [(True, "Pacific/Kiritimati")]
        assert conn.execute("TABLE log").fetchall() == [("04/03/2020",)]


def test_an_identity_that_others_refer_to_is_never_another(database: str, tmp_path: Path) -> None:
    with closing(db.connect(database)) as conn:
        conn.execute(
            "CREATE TABLE plan (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, code text"
            " UNIQUE NOT NULL)"
        )
        conn.execute("CREATE TABLE feature (name text PRIMARY KEY, plan int REFERENCES plan)")
        conn.execute("INSERT INTO plan (code) VALUES ('pro'), ('free')")
        write(
            tmp_path,
            {
                "public.plan.csv": "id,code\n1,free\n2,pro\n",
                "public.feature.csv": "name,plan\nsso,2\n",
            },
        )
        rules = Rules(tables={TableName("public", "plan"): TableWords(key=("code",))})
        for options in (Options(), Options(beside=0)):
            with pytest.raises(SeedRowRefused, match=r"line 2, column id \(1\): the row of this"):
                put(database, tmp_path, rules, None, options)
        assert conn.execute("TABLE feature").fetchall() == []


def tally(report: TableReport) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.removed, report.missing


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode())


def put(
    url: str,
    folder: Path,
    rules: Rules | None = None,
    env: str | None = None,
    options: Options | None = None,
) -> tuple[TableReport, ...]:
    with closing(db.connect(url)) as conn:
        return sync(conn, find(folder, env), rules or Rules(), options)
