"""Watching: the facts behind each statement, so that no demand is missed that is taken back."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import LiteralString

from pgmig.commands.plan.facts import Facts
from pgmig.commands.plan.reading import OIDS, read_some
from pgmig.db import Connection
from pgmig.db.execute import compose, fetch, is_idle, run
from pgmig.scripts import Half
from pgmig.shadow.trace import StatementTrace
from pgmig.shadow.trace.values import MODES

_STRONG = MODES.index("ShareUpdateExclusiveLock")

# What the printing of an expression depends on (ruleutils.c, and output functions of types).
_PRINTING: LiteralString = (
    "SELECT name::text, setting FROM pg_catalog.pg_settings WHERE name IN ('search_path',"
    " 'DateStyle', 'IntervalStyle', 'TimeZone', 'bytea_output', 'extra_float_digits',"
    " 'lc_monetary', 'quote_all_identifiers', 'standard_conforming_strings', 'xmlbinary')"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read behind a statement.

    Attributes:
        number: of the statement.
        facts: of what is on the target.
        path: the search_path of the session.
    """

    number: int
    facts: Facts
    path: str


@dataclass(slots=True)
class Watcher:
    """Reads behind each statement of a script that may have changed what is on the target.

    Attributes:
        before: facts before the script.
        there: OIDs of what is on the target.
        is_transactional: the script is one transaction, which holds its locks to its end.
        printing: settings of the session that read those facts.
        last: the number of the last statement, behind which all facts are read.
        readings: in the order of the statements.
    """

    before: Facts
    there: frozenset[int]
    is_transactional: bool
    printing: Mapping[str, str]
    last: int
    readings: list[Reading] = field(default_factory=list[Reading])
    _held: frozenset[int] = frozenset()
    # Of the last statement, where something is to be read behind it.
    _path: str | None = None
    _oids: frozenset[int] = frozenset()

    def begin(self, done: int) -> None:
        """Begin behind the first statements, of which a further try of it keeps the readings."""
        kept = 0 if self.is_transactional else done
        self.readings = [each for each in self.readings if each.number <= kept]
        self._held, self._path = frozenset(), None

    def end(self, after: Facts) -> None:
        """Take the facts behind the script for those behind its last statement."""
        if self._path is not None:
            old = self.readings[-1].facts if self.readings else self.before
            facts = old.renewed(after.only(self._oids), self._oids)
            # What is made may be referred to.
            made = {oid: each for oid, each in after.relations.items() if each.kind != "m"}
            facts = replace(
                facts,
                relations={**made, **facts.relations},
                columns={**after.columns, **facts.columns},
            )
            self.readings.append(Reading(self.last, facts, self._path))

    def see(self, conn: Connection, trace: StatementTrace) -> None:
        """Read, where there is something to read, in the session that ran the statement."""
        locked = frozenset(each.relation.oid for each in trace.locks) & self.there
        self._held = self._held | locked if self.is_transactional else locked
        oids = self.there if "locks" in trace.unobserved else self._held
        is_strong = any(MODES.index(each.mode) >= _STRONG for each in trace.locks)
        if not oids or not (trace.catalogs or is_strong):
            return
        old = self.readings[-1].facts if self.readings else self.before
        ((path,),) = fetch(conn, "SELECT pg_catalog.current_setting('search_path')")
        if trace.number == self.last:
            self._path, self._oids = path, oids
            return
        facts = self._read(conn, old, oids)
        self.readings.append(Reading(trace.number, facts, path))

    def _read(self, conn: Connection, old: Facts, oids: frozenset[int]) -> Facts:
        is_alone = is_idle(conn)
        settings = {
            **self.printing,
            "jit": "off",
            OIDS: "{" + ",".join(map(str, sorted(oids))) + "}",
        }
        begin = "".join(
            compose(conn, ";SELECT pg_catalog.set_config({name}, {value}, true)", name=n, value=v)
            for n, v in settings.items()
        )
        run(conn, f"{'BEGIN' if is_alone else 'SAVEPOINT pgmig_plan'}{begin}")
        facts = read_some(conn, old, oids)
        back = "ROLLBACK TO SAVEPOINT pgmig_plan;RELEASE SAVEPOINT pgmig_plan"
        run(conn, "ROLLBACK" if is_alone else back)
        return facts


def printing_of(conn: Connection) -> Mapping[str, str]:
    """Settings of a session that the printing of expressions depends on."""
    return dict[str, str](fetch(conn, _PRINTING))


def watcher(printing: Mapping[str, str], before: Facts, base: Facts, half: Half) -> Watcher:
    """A watcher of one script.

    Args:
        printing: settings of the session that has read the facts.
        before: facts before the script.
        base: facts as they are on the target.
        half: the script.
    """
    count = sum(1 for _ in half.statements())
    return Watcher(before, frozenset(base.relations), half.header.transaction, printing, count)
