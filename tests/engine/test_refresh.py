"""`pgmig refresh`: in which order, which way, and what counts as stale."""

from collections.abc import Callable

import pytest

from pgmig import db
from pgmig.commands.refresh import refresh
from pgmig.engine import Listener, Options
from pgmig.engine.refresh.views import read_views
from pgmig.errors import (
    NotConcurrently,
    RefreshFailed,
    RefreshNameAmbiguous,
    RefreshNameUnknown,
)
from tests.fixtures.pooler import pooler
from tests.fixtures.servers import Program, Server

Ask = Callable[[str], list[str]]

CHAIN = """
CREATE SCHEMA shop;
CREATE TABLE shop.sale (id int PRIMARY KEY, price numeric, info json);
INSERT INTO shop.sale VALUES (1, 2.50, '{"a": 1}'), (2, 7, NULL);
CREATE MATERIALIZED VIEW shop.b_daily AS SELECT id, price, info FROM shop.sale;
CREATE UNIQUE INDEX ON shop.b_daily (id);
CREATE VIEW shop.between AS SELECT count(*) AS n FROM shop.b_daily;
CREATE MATERIALIZED VIEW shop.a_total AS SELECT n FROM shop.between;
CREATE MATERIALIZED VIEW shop."C Odd" AS SELECT id FROM shop.sale WHERE id > 100;
"""


@pytest.fixture
def chain(ask: Ask) -> None:
    ask(CHAIN)


def labels(database: str, *names: str, **how: object) -> list[str]:
    return [each.label for each in refresh(database, names, **how).views]  # type: ignore[arg-type]  # a table of cases


def test_each_view_comes_behind_what_it_reads_and_says_its_way(
    database: str, chain: None, ask: Ask
) -> None:
    ask("INSERT INTO shop.sale VALUES (3, 1, '{}')")
    report = refresh(database)
    assert [(v.label, v.way, v.rows) for v in report.views] == [
        ('shop."C Odd"', "plainly", 0),
        ("shop.b_daily", "concurrently", 3),
        ("shop.a_total", "plainly", 1),
    ]
    assert report.views[0].why == "it has no unique index on columns alone, without WHERE"
    assert ask("SELECT n FROM shop.a_total") == ["3"]
    assert ask("SELECT to_regnamespace('pgmig') IS NULL") == ["t"]
    assert {v.way for v in refresh(database, concurrently=False).views} == {"plainly"}
    with pytest.raises(NotConcurrently, match=r'shop."C Odd", shop.a_total'):
        refresh(database, concurrently=True)


def test_names_are_read_as_they_are_as_sql_quotes_them_and_as_patterns(
    database: str, chain: None, ask: Ask
) -> None:
    ask("CREATE SCHEMA other; CREATE MATERIALIZED VIEW other.b_daily AS SELECT 1 AS i;")

    def dry(*names: str) -> list[str]:
        return labels(database, *names, is_dry_run=True)

    for name in ("shop.C Odd", 'shop."C Odd"', '"C Odd"', "C Odd", "shop.C*"):
        assert dry(name) == ['shop."C Odd"'], name
    assert dry("a_total", "shop.b_daily") == ["shop.b_daily", "shop.a_total"]
    assert dry("*.b_*") == ["other.b_daily", "shop.b_daily"]
    with pytest.raises(RefreshNameUnknown) as unknown:
        dry("shop.b_dayly")
    assert unknown.value.near == ("shop.b_daily", "other.b_daily")
    with pytest.raises(RefreshNameAmbiguous, match=r"other\.b_daily, shop\.b_daily"):
        dry("b_daily")


def test_what_functions_and_operators_read_goes_in_front_where_the_catalog_knows_it(
    database: str, ask: Ask
) -> None:
    ask("""CREATE TABLE base AS SELECT generate_series(1, 10) AS i;
        CREATE MATERIALIZED VIEW z AS SELECT count(*) AS c FROM base;
        CREATE VIEW between AS SELECT c FROM z;
        CREATE FUNCTION f() RETURNS bigint LANGUAGE sql STABLE
            BEGIN ATOMIC SELECT c FROM between; END;
        CREATE FUNCTION plus(a bigint, b bigint) RETURNS bigint LANGUAGE sql STABLE
            BEGIN ATOMIC SELECT a + b + f(); END;
        CREATE OPERATOR @#@ (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = plus);
        CREATE AGGREGATE total (bigint) (SFUNC = plus, STYPE = bigint, INITCOND = 0);
        CREATE MATERIALIZED VIEW a_function AS SELECT f() AS n;
        CREATE MATERIALIZED VIEW b_operator AS SELECT 1::bigint @#@ 1 AS n;
        CREATE MATERIALIZED VIEW c_aggregate AS SELECT total(2::bigint) AS n;
        INSERT INTO base VALUES (0);""")
    assert labels(database, is_stale=True) == [
        "public.z",
        "public.a_function",
        "public.b_operator",
        "public.c_aggregate",
    ]
    assert ask("SELECT n FROM a_function") == ["11"]
    assert ask("SELECT b.n, c.n FROM b_operator b, c_aggregate c") == ["13|13"]
    assert labels(database)[0] == "public.z"


def test_what_a_function_reads_unknown_to_the_catalog_is_tried_again_behind_the_others(
    database: str, ask: Ask
) -> None:
    ask("""CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS
            'BEGIN RETURN (SELECT i FROM public.m); END';
        CREATE FUNCTION g() RETURNS int LANGUAGE plpgsql AS
            'BEGIN RETURN (SELECT i FROM public.a2); END';
        CREATE MATERIALIZED VIEW a1 AS SELECT g() AS i WITH NO DATA;
        CREATE MATERIALIZED VIEW a1_reader AS SELECT i FROM a1 WITH NO DATA;
        CREATE MATERIALIZED VIEW a2 AS SELECT f() AS i WITH NO DATA;
        CREATE MATERIALIZED VIEW m AS SELECT 7 AS i WITH NO DATA;""")
    assert labels(database) == ["public.m", "public.a2", "public.a1", "public.a1_reader"]
    assert ask("SELECT i FROM a1_reader") == ["7"]
    ask("""DROP MATERIALIZED VIEW m; REFRESH MATERIALIZED VIEW a2 WITH NO DATA;
        CREATE MATERIALIZED VIEW m AS SELECT i FROM a1 WITH NO DATA;""")
    with pytest.raises(RefreshFailed) as failed:
        refresh(database)
    assert [each.view for each in failed.value.failures] == ["public.a1", "public.a2"]
    assert failed.value.left == ("public.a1_reader", "public.m")


def test_those_without_rows_go_before_the_one_that_reads_them(
    database: str, chain: None, ask: Ask
) -> None:
    ask("REFRESH MATERIALIZED VIEW shop.b_daily WITH NO DATA")
    first, second = refresh(database, ["shop.a_total"]).views
    assert (first.label, first.because) == (
        "shop.b_daily",
        "it has no rows, and one that was asked for reads it",
    )
    assert (first.way, first.why, second.because) == ("plainly", "it has no rows yet", "")
    ask("REFRESH MATERIALIZED VIEW shop.a_total")


def test_a_view_that_reads_itself_through_a_replaced_one_ends_no_run(
    database: str, ask: Ask
) -> None:
    ask("""CREATE VIEW v AS SELECT 1 AS i; CREATE MATERIALIZED VIEW m AS SELECT i FROM v;
        CREATE MATERIALIZED VIEW l AS SELECT i FROM v;
        CREATE OR REPLACE VIEW v AS SELECT i FROM m;""")
    assert labels(database) == ["public.m", "public.l"]


def test_a_key_is_what_the_server_takes_for_a_concurrent_refresh(
    database: str, ask: Ask, psql: Program
) -> None:
    forms = {
        "plain": "(i)",
        "including": "(i) INCLUDE (j)",
        "two": "(j, i)",
        "expression": "((i + 1))",
        "mixed": "(i, (j + 1))",
        "partial": "(i) WHERE i > 0",
        "none": None,
    }
    ask("CREATE TABLE t AS SELECT 1 AS i, 2 AS j")
    for name, form in forms.items():
        ask(f"CREATE MATERIALIZED VIEW {name} AS SELECT i, j FROM t")
        if form is not None:
            ask(f"CREATE UNIQUE INDEX ON {name} {form}")
    ask("CREATE MATERIALIZED VIEW plural AS SELECT i FROM t; CREATE INDEX ON plural (i)")
    with db.connect(database) as conn:
        found = {view.name: view.has_key for view in read_views(conn)}
    for name, has_key in found.items():
        tried = psql(database, "-c", f"REFRESH MATERIALIZED VIEW CONCURRENTLY {name}", check=False)
        assert (tried.returncode == 0) == has_key, name
    assert {name for name, has_key in found.items() if has_key} == {"plain", "including", "two"}


STALE = """
CREATE TABLE t (i int, c char(3), j json, f float8, n numeric);
INSERT INTO t VALUES (1, 'a', '{"k": [1]}', 'NaN', 1.0), (1, 'a', '{"k": [1]}', 'NaN', 1.0),
    (NULL, '', NULL, 0.1, NULL);
CREATE MATERIALIZED VIEW same AS SELECT *, f * 3 AS product, t FROM t;
CREATE MATERIALIZED VIEW shape AS SELECT n FROM t;
CREATE MATERIALIZED VIEW twice AS SELECT i FROM t;
CREATE MATERIALIZED VIEW now AS SELECT clock_timestamp() AS at;
CREATE MATERIALIZED VIEW reader AS SELECT count(*) AS c FROM twice;
CREATE MATERIALIZED VIEW empty AS SELECT 1 AS i WITH NO DATA;
CREATE MATERIALIZED VIEW renamed (a, b) AS SELECT i, c FROM t;
ALTER MATERIALIZED VIEW renamed RENAME b TO "pgmig_now";
"""


def test_stale_is_what_its_query_would_give_otherwise(
    database: str, ask: Ask, make_role: Callable[..., str]
) -> None:
    ask(STALE)
    always = ["public.empty", "public.now"]
    assert labels(database, is_stale=True, is_dry_run=True) == always
    ask("REFRESH MATERIALIZED VIEW empty")
    # One of two equal rows goes, a number gets another scale.
    ask("""UPDATE t SET n = 1.00 WHERE n = 1; DROP MATERIALIZED VIEW same, renamed;
        DELETE FROM t WHERE ctid = (SELECT min(ctid) FROM t WHERE i = 1);""")
    found = {v.name: v.because for v in refresh(database, is_stale=True).views}
    assert found == {
        "now": "its query gives other rows now",
        "shape": "its query gives other rows now",
        "twice": "its query gives other rows now",
        "reader": "it reads public.twice",
    }
    assert labels(database, is_stale=True) == ["public.now"]
    assert ask("SELECT c FROM reader") == ["2"]
    # It runs as the owner, who gets no rights of whoever asks.
    owner = make_role("NOLOGIN")
    ask(f"""GRANT CREATE ON SCHEMA public TO {owner};
        CREATE FUNCTION who() RETURNS text LANGUAGE plpgsql AS $$
        BEGIN EXECUTE 'RESET ROLE'; RETURN current_user; END $$;
        SET ROLE {owner};
        CREATE MATERIALIZED VIEW honest AS SELECT current_user::text AS who;
        CREATE MATERIALIZED VIEW planted AS SELECT who() AS who WITH NO DATA;""")
    assert labels(database, "public.honest", is_stale=True) == []
    with pytest.raises(RefreshFailed, match="cannot set parameter"):
        refresh(database, ["planted"])
    ask("""CREATE OR REPLACE FUNCTION who() RETURNS text LANGUAGE sql AS 'SELECT ''quiet''';
        REFRESH MATERIALIZED VIEW planted;
        CREATE OR REPLACE FUNCTION who() RETURNS text LANGUAGE plpgsql AS $$
        BEGIN EXECUTE 'RESET ROLE'; RETURN current_user; END $$;""")
    (planted,) = refresh(database, ["planted"], is_stale=True, is_dry_run=True).views
    assert "within security-definer function" in planted.because


def test_one_that_fails_keeps_its_readers_from_running_and_no_other(
    database: str, ask: Ask
) -> None:
    ask("""CREATE TABLE t AS SELECT 1 AS i;
        CREATE MATERIALIZED VIEW b_bad AS SELECT 1 / i AS i FROM t;
        CREATE MATERIALIZED VIEW c_reader AS SELECT i FROM b_bad;
        CREATE MATERIALIZED VIEW d_reader AS SELECT i FROM c_reader;
        CREATE MATERIALIZED VIEW e_free AS SELECT i FROM t;
        UPDATE t SET i = 0;""")
    with pytest.raises(RefreshFailed) as failed:
        refresh(database)
    told = failed.value
    assert [(f.view, f.sqlstate) for f in told.failures] == [("public.b_bad", "22012")]
    assert (told.left, told.done) == (("public.c_reader", "public.d_reader"), ("public.e_free",))
    assert told.exit_code == 1
    again = "public.b_bad public.c_reader public.d_reader"
    assert told.do == f"see to the cause, then `pgmig refresh {again}`"
    assert ask("SELECT i FROM e_free") == ["0"]
    assert ask("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == ["0"]


def test_it_works_behind_a_pooler(database: str, chain: None, ask: Ask, server: Server) -> None:
    ask("INSERT INTO shop.sale VALUES (3, 1, '{}')")
    with pooler(server, pool_size=4) as behind:
        url = behind.url(database)
        assert labels(url, is_stale=True, is_dry_run=True) == ["shop.b_daily", "shop.a_total"]
        ways = [view.way for view in refresh(url, is_stale=True).views]
        assert ways == ["concurrently", "plainly"]
        assert labels(url, is_stale=True) == []
    assert ask("SELECT n FROM shop.a_total") == ["3"]
    assert ask("SELECT holder IS NULL FROM pgmig.lease") == ["t"]


def test_a_lock_is_not_waited_for_for_ever(database: str, chain: None) -> None:
    heard: list[str] = []

    class Heard(Listener):
        def on_refresh_retry(self, view: str, reason: str, delay: float) -> None:
            heard.append(f"{view}: {reason}")
            holder.execute("ROLLBACK")

    with db.connect(database) as holder:
        holder.execute("BEGIN; SELECT FROM shop.b_daily")
        assert labels(database, "b_daily") == ["shop.b_daily"]
        options = Options(lock_timeout=50)
        report = refresh(
            database, ["b_daily"], concurrently=False, options=options, listener=Heard()
        )
    assert heard == ["shop.b_daily: canceling statement due to lock timeout"]
    assert report.views[0].rows == 2
