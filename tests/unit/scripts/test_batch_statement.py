"""Statements that run in batches: a condition more, and nothing else changes."""

import postgast
import pytest
from google.protobuf.message import Message
from hypothesis import given
from hypothesis import strategies as st
from postgast.pg_query_pb2 import AND_EXPR, Node, Token

from pgmig.errors import StatementNotBatched
from pgmig.scripts.batch.directive import Batch
from pgmig.scripts.batch.statement import REFUSED, Batched, read_batched
from pgmig.scripts.batch.tokens import tokens
from pgmig.scripts.split import split

CONDITION = "ROW(k.a, k.b) > ROW('1', '2') AND ROW(k.a, k.b) <= ROW('3', '4')"

STATEMENTS = [
    "UPDATE t SET a = 1",
    "update t set a = 1 where b = 2",
    "UPDATE t SET a = 1 -- the end",
    "UPDATE t SET a = 1 WHERE -- a condition\n b = 2 OR c = 3 /* and */ -- the end",
    "UPDATE ONLY s.t AS x SET a = 1, (b, c) = (1, 2) FROM o JOIN p USING (i) WHERE x.i = o.i OR"
    " true -- hm\n RETURNING 1",
    'UPDATE ONLY (s."T") SET a = DEFAULT',
    "UPDATE t * x SET a[1] = 2, b.c = 3, d = ARRAY[1, 2] WHERE d[1:2] = '{1}' AND e",
    "UPDATE t AS set SET a = set.a",
    "UPDATE t SET a = b IS DISTINCT FROM c",
    "UPDATE t SET a = b IS NOT DISTINCT FROM c FROM d WHERE a IS DISTINCT FROM e",
    "UPDATE t SET a = t.from || t.where, b = (SELECT 1 FROM x WHERE y) FROM u AS where_",
    "UPDATE t SET \"from\" = 1, \"where\" = ' WHERE ' || E'\\' FROM ' || $$ WHERE $$ FROM u",
    "UPDATE t SET a = extract(day FROM b), c = substring(d FROM 1 FOR 2)",
    "UPDATE t SET a = E'x\\''\n '\\'y' WHERE U&'a' = b",
    "UPDATE t SET a = date'2020-01-01' + interval '1' day WHERE b = '1'::timestamp with time zone",
    "WITH w AS (SELECT 1 FROM a WHERE true), update AS NOT MATERIALIZED (SELECT 2 FOR UPDATE)"
    " UPDATE t SET a = 1 FROM w",
    "WITH RECURSIVE w (n) AS (SELECT 1 UNION ALL SELECT n FROM w) UPDATE t SET a = 1 FROM w",
    "INSERT INTO a SELECT id FROM t",
    "INSERT INTO a SELECT id FROM ONLY (s.t) WHERE x ON CONFLICT DO NOTHING",
    "INSERT INTO a AS b (x, y) OVERRIDING SYSTEM VALUE WITH q AS (SELECT 1) SELECT ALL 1 AS from,"
    " t.where, u.y IS NOT DISTINCT FROM 3 FROM t u, LATERAL (SELECT 1) z",
    "INSERT INTO a SELECT 1 FROM t LEFT JOIN o ON conflict = 1 NATURAL JOIN p JOIN r ON r.x = 1"
    " CROSS JOIN z ON CONFLICT (id) DO UPDATE SET a = 1 WHERE a.b = 1 RETURNING id",
    "INSERT INTO a SELECT 1 FROM t JOIN o JOIN p ON p.i = o.i ON o.i = t.i JOIN q USING (i) ON"
    " CONFLICT DO NOTHING",
    "INSERT INTO a SELECT 1 FROM t NATURAL LEFT OUTER JOIN o WHERE left(x, 1) = right(y, 1)",
    "INSERT INTO a SELECT within AS within FROM t AS t FOR UPDATE OF t",
    "INSERT INTO a SELECT 1 AS group, t.limit FROM t WHERE t.order = t.union RETURNING *",
    "INSERT INTO a (values) SELECT 1 FROM t, right_ LEFT JOIN full_ ON true",
    "WITH q AS (WITH r AS (SELECT 1) SELECT * FROM r) INSERT INTO a SELECT 1 FROM s.q",
]


def read(sql: str, *key: str, alias: str | None = None) -> Batched:
    (piece,) = split(sql)
    return read_batched(piece, Batch(1, 100, key or ("no such",), alias), None)


def parsed(sql: str) -> Node:
    """The only statement, without places in the text."""
    (raw,) = postgast.parse(sql).stmts
    _without_places(raw.stmt)
    return raw.stmt


def _without_places(message: Message) -> None:
    for field, value in message.ListFields():
        if field.name.endswith(("location", "list_start", "list_end")):
            message.ClearField(field.name)
        elif isinstance(value, Message):
            _without_places(value)
        elif field.is_repeated and field.message_type is not None:
            for each in value:
                _without_places(each)


def without_condition(statement: Node) -> Node:
    """The statement without the last of the conditions that it is under."""
    body = getattr(statement, str(statement.WhichOneof("node")))
    if body.DESCRIPTOR.name == "InsertStmt":
        body = body.select_stmt.select_stmt
    expected = parsed(f"SELECT WHERE {CONDITION}").select_stmt.where_clause
    where = body.where_clause
    if where == expected:
        body.ClearField("where_clause")
        return statement
    assert where.bool_expr.boolop == AND_EXPR
    assert where.bool_expr.args[-1] == expected
    if len(where.bool_expr.args) > 2:
        del where.bool_expr.args[-1]
    else:
        only = Node()
        only.CopyFrom(where.bool_expr.args[0])
        where.CopyFrom(only)
    return statement


def judge(sql: str) -> None:
    narrowed = read(sql).narrowed(CONDITION)
    assert without_condition(parsed(narrowed)) == parsed(sql)


@pytest.mark.parametrize("sql", STATEMENTS)
def test_a_batch_is_the_statement_under_one_more_condition(sql: str) -> None:
    judge(sql)
    assert read(sql).narrowed("") == next(split(sql)).sql


@pytest.mark.parametrize("sql", STATEMENTS)
def test_a_place_in_a_batch_is_found_in_the_statement(sql: str) -> None:
    batched = read(sql)
    narrowed = batched.narrowed(CONDITION)
    added = narrowed.rindex(CONDITION)
    for offset in range(len(narrowed)):
        origin = batched.origin(CONDITION, offset)
        is_theirs = offset < added - len(") WHERE (") or offset > added + len(CONDITION)
        assert 0 <= origin <= len(batched.sql)
        if is_theirs and narrowed[offset].isalnum():
            assert batched.sql[origin] == narrowed[offset]


LABELS = ["a", '"from"', '"WHERE"', "t.where", "b.from", "c AS from", "d AS where", "e AS within"]
VALUES = ["1", "' WHERE '", "$q$ FROM $q$", "x IS DISTINCT FROM y", "(SELECT 1 FROM o WHERE p)"]
BLANKS = st.sampled_from([" ", "\n", " /* WHERE */ ", " -- FROM\n "])
TERMS = st.sampled_from(["x = 1", "y OR z", "t.where AND w", "NOT 'WHERE' = v", *VALUES[3:4]])
WHERES = st.just("") | TERMS.map(lambda term: f" WHERE {term}")
CTES = st.sampled_from(["", "WITH w AS (SELECT 1 FROM o WHERE p) ", "WITH where_ AS (VALUES (1)) "])
JOINS = st.lists(
    st.sampled_from(
        [" JOIN o ON o.where = 1", " LEFT JOIN p USING (i)", " CROSS JOIN q", " NATURAL JOIN r"]
    ),
    max_size=2,
).map("".join)


@st.composite
def updates(draw: st.DrawFn) -> str:
    sets = ", ".join(
        f"c{n} = {v}" for n, v in enumerate(draw(st.lists(st.sampled_from(VALUES), min_size=1)))
    )
    source = draw(st.just("") | JOINS.map(lambda joins: f" FROM u{joins}"))
    end = draw(st.sampled_from(["", " RETURNING t.where"]))
    return f"{draw(CTES)}UPDATE t{draw(BLANKS)}SET {sets}{source}{draw(WHERES)}{draw(BLANKS)}{end}"


@st.composite
def inserts(draw: st.DrawFn) -> str:
    what = ", ".join(draw(st.lists(st.sampled_from(LABELS + VALUES), min_size=1)))
    alias = draw(st.sampled_from(["", " AS t", " t", ' "T"']))
    end = draw(st.sampled_from(["", " ON CONFLICT DO NOTHING", " FOR SHARE", " RETURNING 1"]))
    return (
        f"{draw(CTES)}INSERT INTO a{draw(BLANKS)}SELECT {what}{draw(BLANKS)}FROM s.t{alias}"
        f"{draw(JOINS)}{draw(WHERES)}{draw(BLANKS)}{end}"
    )


@given(updates() | inserts())
def test_generated_statements_too(sql: str) -> None:
    judge(sql)


@pytest.mark.parametrize("sql", STATEMENTS)
def test_tokens_are_postgresqls(sql: str) -> None:
    sql = next(split(sql)).sql
    comments = {"SQL_COMMENT", "C_COMMENT"}
    scanned = [t for t in postgast.scan(sql).tokens if Token.Name(t.token) not in comments]
    # Signs are read one by one here, as nothing depends on them.
    ours = [each for each in tokens(sql) if each.text[0].isalnum() or each.text[0] in "'\"$"]
    theirs = {(t.start, t.end) for t in scanned}
    assert {(each.start, each.end) for each in ours} <= theirs


def test_what_a_batch_goes_through_is_read_as_it_is_written() -> None:
    found = read('WITH "W" AS (SELECT 1) INSERT INTO x."I" (a) SELECT 1 FROM ONLY s . "T" "A"')
    assert (found.verb, found.table, found.alias, found.into) == ("INSERT", 's."T"', '"A"', 'x."I"')
    assert found.is_only
    found = read('UPDATE s.Tab SET A = 1, (b, "C") = (1, 2), d.e = 3')
    assert (found.verb, found.table, found.alias, found.into) == ("UPDATE", "s.Tab", "Tab", "")
    assert found.changed == ("a", "b", "C", "d")
    assert read("INSERT INTO a SELECT 1 FROM t AS s", "id", alias="s").alias == "s"


@pytest.mark.parametrize(
    ("sql", "found", "column"),
    [
        ("DELETE FROM t", "DELETE", 1),
        ("CREATE TABLE a AS SELECT 1", "CREATE", 1),
        ("WITH w AS (SELECT 1) SELECT 1 FROM w", "SELECT", 22),
        ("MERGE INTO a USING b ON true WHEN MATCHED THEN DELETE", "MERGE", 1),
        ("INSERT INTO a VALUES (1)", "VALUES", 15),
        ("INSERT INTO a DEFAULT VALUES", "DEFAULT", 15),
        ("INSERT INTO a TABLE b", "TABLE", 15),
        ("INSERT INTO a (SELECT 1 FROM b)", "its query in parentheses", 15),
        ("INSERT INTO a SELECT 1", "no FROM", 23),
        ("INSERT INTO a SELECT 1 WHERE true", "no FROM", 24),
        ("INSERT INTO a SELECT 1 UNION SELECT 2 FROM b", "no FROM", 24),
        ("INSERT INTO a SELECT DISTINCT x FROM b", "DISTINCT", 22),
        ("INSERT INTO a SELECT x FROM b GROUP BY x", "GROUP BY", 31),
        ("INSERT INTO a SELECT x FROM b WHERE y HAVING true", "HAVING", 39),
        ("INSERT INTO a SELECT x OVER w FROM b WINDOW w AS ()", "WINDOW", 38),
        ("INSERT INTO a SELECT x FROM b UNION ALL SELECT x FROM c", "UNION", 31),
        ("INSERT INTO a SELECT x FROM b INTERSECT SELECT x FROM c", "INTERSECT", 31),
        ("INSERT INTO a SELECT x FROM b EXCEPT SELECT x FROM c", "EXCEPT", 31),
        ("INSERT INTO a SELECT x FROM b ORDER BY x", "ORDER BY", 31),
        ("INSERT INTO a SELECT x FROM b FOR UPDATE LIMIT 1", "LIMIT", 42),
        ("INSERT INTO a SELECT x FROM b OFFSET 1", "OFFSET", 31),
        ("INSERT INTO a SELECT x FROM b FETCH FIRST ROW ONLY", "FETCH", 31),
        (
            "INSERT INTO a SELECT x FROM (SELECT 1) b",
            "a query or a join in parentheses at the beginning of FROM",
            29,
        ),
        ("INSERT INTO a SELECT x FROM LATERAL f() b", "LATERAL", 29),
        ("INSERT INTO a SELECT x FROM ROWS FROM (f()) b", "ROWS", 29),
        ("INSERT INTO a SELECT x FROM s.f(1) b", "a function at the beginning of FROM", 29),
        ("INSERT INTO a SELECT x FROM b AS c (x)", "other names for the columns of b", 29),
        ("INSERT INTO a SELECT x FROM b TABLESAMPLE system (1)", "TABLESAMPLE", 31),
        ("INSERT INTO a SELECT x FROM b RIGHT JOIN c ON true", "RIGHT JOIN", 31),
        ("INSERT INTO a SELECT x FROM b NATURAL FULL OUTER JOIN c", "FULL JOIN", 39),
        ("WITH b AS (SELECT 1) INSERT INTO a SELECT x FROM B", "B, which WITH defines,", 50),
        (
            "WITH b AS (DELETE FROM c RETURNING 1) UPDATE t SET a = 1 FROM b",
            "a WITH query that changes rows (DELETE)",
            12,
        ),
        (
            "WITH b AS (WITH c AS (SELECT 1) INSERT INTO d TABLE c) UPDATE t SET a = 1",
            "a WITH query that changes rows (INSERT)",
            33,
        ),
        (
            "WITH RECURSIVE b AS (SELECT 1) SEARCH DEPTH FIRST BY x SET y UPDATE t SET a = 1",
            "SEARCH in WITH",
            32,
        ),
        ("UPDATE t SET a = 1 WHERE CURRENT OF c", "WHERE CURRENT OF", 20),
        ('UPDATE t SET a = 1, "id" = 2', 'its key in SET ("id")', 21),
        ("UPDATE t SET (a, ID) = (1, 2)", "its key in SET (ID)", 18),
        ('UPDATE U&"t" SET a = 1', 'U&"t"', 8),
    ],
)
def test_what_would_mean_something_else_is_refused_by_name(
    sql: str, found: str, column: int
) -> None:
    with pytest.raises(StatementNotBatched) as caught:
        read(sql, "id")
    error = caught.value
    assert (error.found, error.line, error.column, error.exit_code) == (found, 1, column, 2)
    assert error.what == f"a statement with {found} does not run in batches"
    assert error.do


def test_a_key_of_another_table_is_refused() -> None:
    with pytest.raises(StatementNotBatched, match=r"key=o\.id") as caught:
        read("INSERT INTO a SELECT 1 FROM t s JOIN o ON true", "id", alias="o")
    assert caught.value.do == "batches go through t: name its columns, as in key=s.id"


def test_every_word_that_needs_all_rows_is_tried() -> None:
    assert set(REFUSED) == {
        *("GROUP", "HAVING", "WINDOW", "UNION", "INTERSECT", "EXCEPT"),
        *("LIMIT", "OFFSET", "FETCH", "ORDER"),
    }
