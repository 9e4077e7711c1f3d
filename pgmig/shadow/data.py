"""Proof of scripts that write rows: up, down and up again, every table compared each time.

pg_dump of both sides is the outside witness.
"""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field

from pgmig.db import Connection, connect
from pgmig.engine import run_script
from pgmig.errors import DataUnproved, PgmigError, ProofFailed, StatementFailed
from pgmig.scripts import Script
from pgmig.scripts.names import Direction
from pgmig.seeds.changes import TableChanges, compare, differing, reading_rows
from pgmig.seeds.names import TableName
from pgmig.seeds.part import Part
from pgmig.seeds.sorting import Order, orders
from pgmig.seeds.table import Key, Table
from pgmig.shadow.witness import PgDump

_SHOWN = 8
_OF_ORDER = frozenset({"23503", "23505", "23P01"})  # foreign key, unique, exclusion violation
_RAISED = "P0001"  # errcodes: raise_exception
_REFERRED = (
    'give the tables that refer to them files too, or let such rows stay: missing = "report" in'
    ' [seeds.tables."schema.table"]'
)

Contents = Mapping[str, tuple[int, int]]
Draft = Callable[[Order, Order], Script]
"""Writes a pair whose ways write rows in these orders."""


@dataclass(frozen=True, slots=True)
class Ends:
    """Shadow databases between which a script leads.

    Attributes:
        old: the connection string of what is.
        new: of what should be.
        trial: of a copy of `old`, in which the script is tried.
        tables: every table.
    """

    old: str
    new: str
    trial: str
    tables: Mapping[TableName, Table]


@dataclass(frozen=True, slots=True)
class Proved:
    """What was observed.

    Attributes:
        script: the pair, as it is to be written.
        rows: how many rows were put in, changed and removed on the way up.
        notes: what the database does by itself, for people.
    """

    script: Script
    rows: int
    notes: tuple[str, ...]


class OthersDiffer(Exception):
    """Tables that the script does not write are not what they should be."""

    def __init__(self, tables: Sequence[TableName], findings: Sequence[str]) -> None:
        super().__init__(", ".join(map(str, tables)))
        self.tables = tuple(tables)
        self.findings = tuple(findings)


def prove(
    ends: Ends,
    parts: Sequence[Part],
    draft: Draft,
    witness: PgDump,
    *,
    on_step: Callable[[str], None] = lambda _: None,
) -> Proved:
    """Find orders of writing that work both ways, and see that each way leads where it should.

    Raises:
        DataUnproved: a statement fails in every order, or rows are not what they should be.
        OthersDiffer: only rows are not that the script does not write.
    """
    course = _Course(ends, parts, witness)
    on_step("running the way up in a shadow database")
    there, back = orders(parts), orders([part.back for part in parts])
    up = course.tried("up", there, lambda order: draft(order, back[0]))
    on_step("comparing every table, and pg_dump of both")
    course.require("up", ends.new)
    on_step("running the way down there")
    down = course.tried("down", back, lambda order: draft(up, order))
    course.require("down", ends.old)
    on_step("running the way up there again")
    script = draft(up, down)
    course.run("up again", script, "up")
    course.require("up again", ends.new)
    changes = [part.changes for part in parts]
    rows = sum(len(each.added) + len(each.changed) + len(each.removed) for each in changes)
    return Proved(script, rows, course.notes)


@dataclass(slots=True)
class _Course:
    """The trial of one script."""

    ends: Ends
    parts: Sequence[Part]
    witness: PgDump
    filled: dict[TableName, set[str]] = field(default_factory=dict[TableName, set[str]])
    logged: set[TableName] = field(default_factory=set[TableName])
    witnessed: dict[str, Contents] = field(default_factory=dict[str, Contents])

    @property
    def notes(self) -> tuple[str, ...]:
        """What the database does by itself, for people."""
        filled = (
            f"{name}: the database itself fills {', '.join(sorted(columns))}"
            for name, columns in sorted(self.filled.items())
        )
        return (
            *filled,
            *(f"{name}: triggers add rows, which stay" for name in sorted(self.logged)),
        )

    def tried(
        self, step: Direction, wanted: Sequence[Order], draft: Callable[[Order], Script]
    ) -> Order:
        """The first order in which one way runs."""
        faults: list[DataUnproved] = []
        for order in wanted:
            try:
                self.run(step, draft(order), step)
            except DataUnproved as error:
                if error.sqlstate not in _OF_ORDER:
                    raise
                faults.append(error)
            else:
                return order
        raise faults[0]

    def run(self, step: str, script: Script, direction: Direction) -> None:
        """Run one half; what fails leaves nothing."""
        try:
            with closing(connect(self.ends.trial)) as conn:
                run_script(conn, script, direction)
        except StatementFailed as error:
            said = [error.message, error.detail]
            findings = (f"{said[0]} (SQLSTATE {error.sqlstate})", *filter(None, said[1:]))
            if error.sqlstate == _RAISED:  # the judge says it all
                raise DataUnproved(
                    step=step, findings=(error.message,), do=_REFERRED, sqlstate=_RAISED
                ) from error
            findings = (*findings, f"in: {error.statement}" if error.statement else "at its end")
            raise DataUnproved(step=step, findings=findings, sqlstate=error.sqlstate) from error
        except ProofFailed:
            raise
        except PgmigError as error:
            raise DataUnproved(step=step, findings=(str(error),)) from error

    def require(self, step: str, url: str) -> None:
        """See that the trial's rows are those at `url`."""
        own = {part.table.name: part for part in self.parts}
        findings: list[str] = []
        others: dict[TableName, str] = {}
        loose: set[TableName] = set()
        with _three(url, self.ends.trial, self.ends.old) as (should, found, old):
            for table in differing(should, found, self.ends.tables):
                loose.add(table.name)
                part = own.get(table.name)
                if part is not None:
                    unlike = compare(should, found, table, part.key)
                    findings += self._judged(unlike, part)
                elif not self._is_by_triggers(step, table, (should, found, old)):
                    others[table.name] = _counted(compare(should, found, table, _primary(table)))
        if others and not findings and step == "up":
            raise OthersDiffer([*others], [*others.values()])
        findings += others.values()
        if not findings:
            findings += self._witnessed(url, loose)
        if findings:
            raise DataUnproved(step=step, findings=_some(findings))

    def _judged(self, unlike: TableChanges, part: Part) -> Iterator[str]:
        """What is wrong with a table that the script writes.

        In a row that is written, a column that no file has is the database's: a default or a
        trigger fills it. A row that was removed comes back with all that is known of it.
        """
        rows = part.changes
        gone = {*map(rows.key_values, rows.removed)}
        touched = {*map(rows.key_values, (*rows.added, *rows.removed))}
        touched |= {rows.key_values(each.new) for each in rows.changed}
        wrong: list[set[str]] = []
        for each in unlike.changed:
            names = {*unlike.differing(each)}
            key = rows.key_values(each.new)
            ours = {*part.owned, *part.key.columns, *(part.settled if key in gone else ())}
            if names & ours or key not in touched:
                wrong.append(names)
            else:
                self.filled.setdefault(part.table.name, set()).update(names)
        if wrong or unlike.added or unlike.removed:
            yield _counted(unlike, wrong)

    def _is_by_triggers(
        self, step: str, table: Table, ways: tuple[Connection, Connection, Connection]
    ) -> bool:
        """Whether the rows of another table differ as a log does that triggers write."""
        should, found, old = ways
        key = _primary(table)
        mine = compare(old, found, table, key)
        if mine.changed or mine.removed:
            return False
        wanted = compare(old, should, table, key)
        if step == "up" and (wanted.changed or wanted.removed):
            return False
        if step == "up" and len(wanted.added) != len(mine.added):
            return False
        self.logged.add(table.name)
        return True

    def _witnessed(self, url: str, loose: set[TableName]) -> list[str]:
        """What pg_dump finds unlike, but for tables that were looked into row by row."""
        if url not in self.witnessed:
            self.witnessed[url] = self.witness.contents(url)
        should, found = self.witnessed[url], self.witness.contents(self.ends.trial)
        names = {str(name) for name in loose}
        return [
            f"pg_dump tells another content of {name or 'the schema'}"
            for name in sorted(should.keys() | found.keys())
            if should.get(name) != found.get(name) and name not in names
        ]


@contextmanager
def _three(*urls: str) -> Generator[tuple[Connection, Connection, Connection]]:
    with ExitStack() as stack:
        conns = [stack.enter_context(closing(connect(url))) for url in urls]
        for conn in conns:
            stack.enter_context(reading_rows(conn))
        one, two, three = conns
        yield one, two, three


def _primary(table: Table) -> Key | None:
    return next((key for key in table.keys if key.is_primary), None)


def _counted(unlike: TableChanges, wrong: Sequence[set[str]] | None = None) -> str:
    """The differences from what should be, in words; `wrong` are the columns of changed rows."""
    if wrong is None:
        wrong = [{*unlike.differing(each)} for each in unlike.changed]
    columns = ", ".join(sorted({name for names in wrong for name in names}))
    counts = (
        (len(unlike.added), "that should not be"),
        (len(unlike.removed), "missing"),
        (len(wrong), f"with other values in {columns}"),
    )
    words = ", ".join(f"{count} {what}" for count, what in counts if count)
    return f"rows of {unlike.table.name}: {words}"


def _some(findings: Sequence[str]) -> tuple[str, ...]:
    more = len(findings) - _SHOWN
    return (*findings[:_SHOWN], *([f"and {more} more"] if more > 0 else []))
