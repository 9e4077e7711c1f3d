"""Trying things in the filling transaction: what fails leaves nothing behind."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Final, LiteralString

from pgmig.db import Connection
from pgmig.db.copying import texts
from pgmig.db.execute import ServerFault, fetch, refused, run, send
from pgmig.ddl import ident_text, literal_text
from pgmig.errors import ServerRefused
from pgmig.shadow.rows.choices import Choice
from pgmig.shadow.rows.samples import Value
from pgmig.shadow.rows.table import Check, Table

_SETTINGS: LiteralString = """
SET LOCAL session_replication_role = replica; SET LOCAL statement_timeout = '5s';
SET LOCAL client_min_messages = error; SET LOCAL jit = off; SET LOCAL xmloption = content;
SET LOCAL array_nulls = on;
"""

# What values look like. TimeZone stays: a type change between timestamp and timestamptz goes by it.
_FORMS: LiteralString = """
SET LOCAL DateStyle = ISO; SET LOCAL IntervalStyle = postgres; SET LOCAL bytea_output = hex;
SET LOCAL extra_float_digits = 1; SET LOCAL standard_conforming_strings = on;
"""

_EMPTY_PATH: LiteralString = "SET LOCAL search_path = ''"

_NUMBER: Final = "pgmig row"  # a column beside those of the table
_JUDGEMENTS: Final = 64  # questions about one condition
_CONNECTION: Final = "08"  # the class of SQLSTATE
_SAVEPOINT: Final = "pgmig_rows"


@contextmanager
def writing(conn: Connection) -> Generator[str]:
    """A transaction in which no trigger or rule fires; gives the session's own search_path.

    Its search_path is empty: set the other where code of the user's runs.
    """
    ((path,),) = fetch(conn, "SELECT pg_catalog.current_setting('search_path')")
    run(conn, "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE")
    try:
        run(conn, _SETTINGS + _FORMS + _EMPTY_PATH)
        yield path
    except BaseException:
        if not conn.closed:
            run(conn, "ROLLBACK")
        raise
    run(conn, "COMMIT")


@contextmanager
def looking(conn: Connection) -> Generator[None]:
    """A transaction that reads values in one fixed form, with an empty search_path."""
    run(conn, "BEGIN ISOLATION LEVEL REPEATABLE READ")
    try:
        run(conn, _FORMS + _EMPTY_PATH)
        yield
    finally:
        if not conn.closed:
            run(conn, "ROLLBACK")


class Trial:
    """Statements that may fail, within a transaction: each leaves a savepoint for the next."""

    def __init__(self, conn: Connection) -> None:
        """Trials in the transaction that is open on `conn`; all that is run goes through them."""
        self.conn = conn
        run(conn, f"SAVEPOINT {_SAVEPOINT}")

    def do(self, text: str) -> ServerFault | None:
        """Run `text`; where it fails, undo it and tell why.

        Raises:
            ServerRefused: the session is gone.
            KeyboardInterrupt: Ctrl-C arrived.
        """
        renew = f"RELEASE SAVEPOINT {_SAVEPOINT};SAVEPOINT {_SAVEPOINT}"
        reply = send(self.conn, f"{text};{renew}")
        if reply.is_interrupted:
            raise KeyboardInterrupt
        if reply.fault is not None:
            if reply.is_lost:
                raise refused(reply.fault)
            run(self.conn, f"ROLLBACK TO SAVEPOINT {_SAVEPOINT}")
        return reply.fault

    def must(self, text: str) -> None:
        """Run `text`.

        Raises:
            ServerRefused: it failed.
        """
        fault = self.do(text)
        if fault is not None:
            raise refused(fault)

    def ask(self, query: str) -> list[tuple[str | None, ...]] | None:
        """The rows of `query`, None where it fails."""
        try:
            return texts(self.conn, query)
        except ServerRefused as error:
            if error.sqlstate.startswith(_CONNECTION):
                raise
            run(self.conn, f"ROLLBACK TO SAVEPOINT {_SAVEPOINT}")
            return None

    def readable(self, values: Sequence[Value], declared: str) -> tuple[Value, ...]:
        """Those of the values that the type `declared` can read and takes."""
        if not values:
            return ()
        terms = ",".join(f"{_sql(value)}::{declared}" for value in values)
        if self.do(f"SELECT {terms}") is None:
            return tuple(values)
        if len(values) == 1:
            return ()
        half = len(values) // 2
        return self.readable(values[:half], declared) + self.readable(values[half:], declared)


class Judge:
    """Which combinations the conditions of one table take, as the server evaluates them."""

    def __init__(self, trial: Trial, table: Table) -> None:
        """A judge for the rows of `table`."""
        self._trial = trial
        self._table = table
        self._declared = {column.name: column.declared for column in table.columns}
        self._left = 0

    def __call__(
        self, columns: tuple[str, ...], choices: Sequence[Choice], checks: Sequence[Check]
    ) -> list[Choice] | None:
        """Which of the choices all checks take; None where the server could judge none."""
        self._left = _JUDGEMENTS
        alias = ",".join(map(ident_text, (_NUMBER, *columns)))
        conditions = " AND ".join(f"(({check.expression}) IS NOT FALSE)" for check in checks)
        query = f"AS {ident_text(self._table.name)} ({alias}) WHERE {conditions}"
        return self._judge(columns, choices, query)

    def _judge(
        self, columns: tuple[str, ...], choices: Sequence[Choice], query: str
    ) -> list[Choice] | None:
        """The same; where a choice makes a condition fail, the halves are judged alone."""
        if not choices or self._left <= 0:
            return None
        self._left -= 1
        types = [self._declared[column] for column in columns]
        rows = ",".join(
            f"({number},"
            + ",".join(f"{_sql(v)}::{t}" for v, t in zip(choice, types, strict=True))
            + ")"
            for number, choice in enumerate(choices)
        )
        number = ident_text(_NUMBER)
        # One value tells of all, as each row of an answer costs.
        found = self._trial.ask(
            f"SELECT pg_catalog.array_agg({number}) FROM (VALUES {rows}) {query}"  # noqa: S608 - quoted
        )
        if found is not None:
            taken = (found[0][0] or "").strip("{}")
            return [choices[int(place)] for place in taken.split(",") if place]
        if len(choices) == 1:
            return None
        half = len(choices) // 2
        parts = [self._judge(columns, part, query) for part in (choices[:half], choices[half:])]
        told = [part for part in parts if part is not None]
        return [choice for part in told for choice in part] if told else None


def _sql(value: Value) -> str:
    return "NULL" if value.text is None else literal_text(value.text)
