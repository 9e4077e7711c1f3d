"""CREATE INDEX CONCURRENTLY, DROP INDEX CONCURRENTLY, REINDEX.

What they leave when they are interrupted: sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY and
sql-reindex.html#SQL-REINDEX-CONCURRENTLY.
"""

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from pgmig.db import Connection
from pgmig.ddl.quote import qualified
from pgmig.engine.outcome.activity import at_work
from pgmig.engine.outcome.looking import look_by_name, look_by_oid, look_for_invalid
from pgmig.engine.outcome.values import Evidence, Index, Relation, Verdict

# REINDEX CONCURRENTLY names the index that it builds, and the one that it has replaced, so; a
# number follows when that name is taken (ChooseRelationName).
_PASSING: Final = ("_ccnew", "_ccold")


class CreateIndex(msgspec.Struct, frozen=True):
    """CREATE INDEX CONCURRENTLY.

    Attributes:
        table: as it is written.
        name: as it is written; "" when the server is to choose it.
        skips: IF NOT EXISTS.
    """

    table: str
    name: str
    skips: bool

    @property
    def form(self) -> str:
        """As evidence has it."""
        return "CREATE INDEX"

    def observe(self, conn: Connection) -> Evidence:
        """The table and its indexes."""
        return look_by_name(conn, self.table, self.name or None)

    def decide(self, conn: Connection, before: Evidence | None) -> Verdict:
        """By the indexes that the table did not have before."""
        if before is None:
            return self._decide_unobserved(self.observe(conn))
        if before.table is None:
            return Verdict("redo", evidence=(f"{self.table} was not there before it",))
        now = look_by_oid(conn, before.table.oid)
        if now.table is None:
            return Verdict("redo", evidence=(f"{_told(before.table)} is not there any more",))
        known = {index.oid for index in before.indexes}
        made = [
            index
            for index in _of_table(now)
            if index.oid not in known and (index.name == before.new or not before.new)
        ]
        if not before.new:
            made = [index for index in made if not is_passing(index.name)]
        if len(made) > 1:
            lines = (f"{_shown(index, now)}, new since it began" for index in made)
            return Verdict("unknown", evidence=(*lines, "it names none: each may be its own"))
        if not made:
            return self._decide_unmade(before, now)
        return _decide_made(made[0], now)

    def _decide_unmade(self, before: Evidence, now: Evidence) -> Verdict:
        """It has made nothing; an index of its name may be there as before."""
        found = _of_name(now, before.new)
        if found is None:
            name = (
                qualified(now.table.schema, before.new) if now.table and before.new else "its own"
            )
            return Verdict("redo", evidence=(f"there is no index {name} on {_told(now.table)}",))
        line = f"{_shown(found, now)}; it was there before"
        if not self.skips:
            return Verdict("redo", evidence=(line,))
        if found.is_valid:
            return Verdict("done", evidence=(line,))
        return Verdict(
            "unknown", evidence=(line, "IF NOT EXISTS would pass over it: REINDEX or DROP it first")
        )

    def _decide_unobserved(self, now: Evidence) -> Verdict:
        """Without knowing what was there before."""
        found = _of_name(now, now.new)
        if found is not None and found.is_valid:
            return Verdict("done", evidence=(_shown(found, now),))
        if found is not None:
            line = "whether it was there before is not known"
            return Verdict("unknown", evidence=(_shown(found, now), line))
        if now.new or now.table is None:
            return Verdict("redo", evidence=(f"there is no index {self.name} on {self.table}",))
        shown = (_shown(index, now) for index in _of_table(now))
        return Verdict("unknown", evidence=(*shown, "it names none: any may be its own"))


class DropIndex(msgspec.Struct, frozen=True):
    """DROP INDEX CONCURRENTLY.

    Attributes:
        name: as it is written.
    """

    name: str

    @property
    def form(self) -> str:
        """As evidence has it."""
        return "DROP INDEX"

    def observe(self, conn: Connection) -> Evidence:
        """The index."""
        return look_by_name(conn, self.name)

    def decide(self, conn: Connection, before: Evidence | None) -> Verdict:
        """Whether that index is still there, in whatever state."""
        if before is None:
            now = self.observe(conn)
            if now.named is None:
                line = f"there is no {self.name}; whether there was is not known"
                return Verdict("unknown", evidence=(line,))
            return _decide_undropped(now)
        if before.named is None:
            return Verdict("redo", evidence=(f"{self.name} was not there before it",))
        now = look_by_oid(conn, before.named.oid)
        if now.named is None:
            return Verdict("done", evidence=(f"{_told(before.named)} is not there any more",))
        return _decide_undropped(now)


class ReindexRelation(msgspec.Struct, frozen=True):
    """REINDEX INDEX and REINDEX TABLE, CONCURRENTLY or not.

    Attributes:
        name: as it is written.
    """

    name: str

    @property
    def form(self) -> str:
        """As evidence has it."""
        return "REINDEX"

    def observe(self, conn: Connection) -> Evidence:
        """The table and its indexes."""
        return look_by_name(conn, self.name)

    def decide(self, conn: Connection, before: Evidence | None) -> Verdict:
        """Done when another index stands in the place of each; what stands by goes in any case.

        Without CONCURRENTLY an index keeps its number, so it is rebuilt again, which is no harm.
        """
        if before is None or before.table is None or before.named is None:
            return Verdict("redo", evidence=("REINDEX may run twice",))
        now = look_by_oid(conn, before.table.oid)
        left = _passing(now.indexes, before)
        meant = {
            index.oid
            for index in before.indexes
            if index.oid == before.named.oid or (before.named == before.table and index.is_valid)
        }
        kept = {index.oid for index in now.indexes if index not in left} & meant
        cleanup, lines = _dropping(left)
        if now.table is None or kept or not meant:
            return Verdict("redo", cleanup, (*lines, f"{_told(before.named)} is not rebuilt whole"))
        return Verdict("done", cleanup, (*lines, f"{_told(before.named)} is rebuilt"))


class ReindexMany(msgspec.Struct, frozen=True):
    """REINDEX SCHEMA, DATABASE and SYSTEM, CONCURRENTLY or not.

    Attributes:
        schema: as it is written; "" for a whole database.
    """

    schema: str

    @property
    def form(self) -> str:
        """As evidence has it."""
        return "REINDEX SCHEMA"

    def observe(self, conn: Connection) -> Evidence:
        """The INVALID indexes."""
        return Evidence(indexes=look_for_invalid(conn, self.schema or None))

    def decide(self, conn: Connection, before: Evidence | None) -> Verdict:
        """Again, without what stands by."""
        if before is None:
            return Verdict("redo", evidence=("REINDEX may run twice",))
        left = _passing(self.observe(conn).indexes, before)
        busy = at_work(conn, "", [index.table for index in left]) if left else ()
        if busy:
            return Verdict("busy", evidence=busy)
        cleanup, lines = _dropping(left)
        return Verdict("redo", cleanup, (*lines, "REINDEX may run twice"))


def is_passing(name: str) -> bool:
    """Whether REINDEX CONCURRENTLY gives such names to indexes that are to go again."""
    return name.rstrip("0123456789").endswith(_PASSING)


def drop(index: Index) -> str:
    """The statement that takes away what an interrupted one has left."""
    return f"DROP INDEX CONCURRENTLY {qualified(index.schema, index.name)}"


def _decide_made(index: Index, now: Evidence) -> Verdict:
    line = f"{_shown(index, now)}; it was not there before"
    if index.is_valid:
        return Verdict("done", evidence=(line,))
    return Verdict("redo", (drop(index),), (line,))


def _decide_undropped(now: Evidence) -> Verdict:
    found = [index for index in now.indexes if now.named and index.oid == now.named.oid]
    lines = tuple(_shown(index, now) for index in found) or (f"{_told(now.named)} is there",)
    return Verdict("redo", evidence=lines)


def _passing(indexes: Iterable[Index], before: Evidence) -> tuple[Index, ...]:
    """What REINDEX CONCURRENTLY has left since."""
    known = {index.oid for index in _abandoned(before.indexes)}
    return tuple(index for index in _abandoned(indexes) if index.oid not in known)


def _abandoned(indexes: Iterable[Index]) -> Iterator[Index]:
    return (index for index in indexes if not index.is_valid and is_passing(index.name))


def _dropping(left: Iterable[Index]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Statements that take it away, and lines that tell of it.

    An ordinary role may own an index of a TOAST table and cannot name it, having no right to look
    into pg_toast: there it stays, and REINDEX passes over it.
    """
    lines = (
        f"index {qualified(index.schema, index.name)} is left of it"
        + ("" if index.may_drop else ", and this role may not drop it")
        for index in left
    )
    return tuple(drop(index) for index in left if index.may_drop), tuple(lines)


def _of_table(now: Evidence) -> tuple[Index, ...]:
    """The table's own indexes, without those of its TOAST table or of its parts."""
    return tuple(index for index in now.indexes if now.table and index.table == now.table.oid)


def _of_name(now: Evidence, name: str) -> Index | None:
    return next((index for index in _of_table(now) if name and index.name == name), None)


def _told(relation: Relation | None) -> str:
    return qualified(relation.schema, relation.name) if relation else "it"


def _shown(index: Index, now: Evidence) -> str:
    state = "valid" if index.is_valid else "INVALID"
    return f"index {qualified(index.schema, index.name)} on {_told(now.table)} is {state}"
