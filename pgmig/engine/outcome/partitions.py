"""ALTER TABLE ... DETACH PARTITION ... CONCURRENTLY, which commits on its way.

sql-altertable.html: when its second transaction was interrupted, the partition is pending detach
until FINALIZE completes it; no other partition can be detached concurrently meanwhile.
"""

from typing import Final, LiteralString

import msgspec

from pgmig.db import Connection
from pgmig.db.execute import fetch
from pgmig.ddl.quote import qualified
from pgmig.engine.outcome.qualifying import qualify_operators
from pgmig.engine.outcome.values import Evidence, Relation, Verdict

_ATTACHED: Final = "attached"
_PENDING: Final = "pending"
_APART: Final = "apart"

_BY_NAME: LiteralString = """
SELECT pg_catalog.to_regclass(%s)::pg_catalog.oid AS parent,
    pg_catalog.to_regclass(%s)::pg_catalog.oid AS part"""
_BY_OID: LiteralString = "SELECT %s::pg_catalog.oid AS parent, %s::pg_catalog.oid AS part"

_FACTS: LiteralString = """
SELECT p.oid::bigint, pn.nspname::pg_catalog.text, p.relname::pg_catalog.text,
    c.oid::bigint, cn.nspname::pg_catalog.text, c.relname::pg_catalog.text,
    CASE WHEN h.inhdetachpending THEN 'pending' WHEN h.inhrelid IS NOT NULL THEN 'attached'
        ELSE 'apart' END
FROM given
LEFT JOIN pg_catalog.pg_class p ON p.oid = given.parent
LEFT JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
LEFT JOIN pg_catalog.pg_class c ON c.oid = given.part
LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_inherits h ON h.inhrelid = c.oid AND h.inhparent = p.oid
"""

_NAMED = qualify_operators("WITH given AS (" + _BY_NAME + ")" + _FACTS)
_NUMBERED = qualify_operators("WITH given AS (" + _BY_OID + ")" + _FACTS)


class DetachPartition(msgspec.Struct, frozen=True):
    """DETACH PARTITION, CONCURRENTLY or FINALIZE.

    Attributes:
        parent: as it is written.
        part: as it is written.
        is_last: FINALIZE.
    """

    parent: str
    part: str
    is_last: bool

    @property
    def form(self) -> str:
        """As evidence has it."""
        return "DETACH PARTITION"

    def observe(self, conn: Connection) -> Evidence:
        """Both tables, and whether they hang together."""
        return _look(conn, _NAMED, self.parent, self.part)

    def decide(self, conn: Connection, before: Evidence | None) -> Verdict:
        """By the row of pg_inherits."""
        if before is None:
            return self._judge(self.observe(conn), was_together=True)
        if before.named is None or before.part is None:
            return Verdict("redo", evidence=("one of the tables was not there before it",))
        now = _look(conn, _NUMBERED, before.named.oid, before.part.oid)
        return self._judge(now, was_together=before.state != _APART)

    def _judge(self, now: Evidence, *, was_together: bool) -> Verdict:
        names = f"{_named(now.part, self.part)} and {_named(now.named, self.parent)}"
        if now.state == _PENDING:
            line = f"{names}: detaching has begun and is not finished"
            if self.is_last or now.named is None or now.part is None:
                return Verdict("redo", evidence=(line,))
            return Verdict("done", (finalize(now.named, now.part),), (line,))
        if now.state == _ATTACHED:
            return Verdict("redo", evidence=(f"{names} are still together",))
        if not was_together:
            return Verdict("redo", evidence=(f"{names} were apart before it",))
        return Verdict("done", evidence=(f"{names} are apart",))


def finalize(parent: Relation, part: Relation) -> str:
    """The statement that completes an interrupted detaching."""
    names = (qualified(each.schema, each.name) for each in (parent, part))
    return "ALTER TABLE {} DETACH PARTITION {} FINALIZE".format(*names)


def _look(conn: Connection, query: LiteralString, parent: object, part: object) -> Evidence:
    (row,) = fetch(conn, query, (parent, part))
    return Evidence(
        named=Relation(*row[:3]) if row[0] else None,
        part=Relation(*row[3:6]) if row[3] else None,
        state=row[6],
    )


def _named(relation: Relation | None, written: str) -> str:
    return qualified(relation.schema, relation.name) if relation else f"{written} (gone)"
