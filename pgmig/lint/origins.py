"""Origins: which of several scripts made an object, or changed it last.

A row of a catalog tells the transaction that wrote it (ddl-system-columns.html, xmin). Of a table
that of its system columns is taken, which nothing changes, and of a view that of its query.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import LiteralString

from pgmig.db import Connection
from pgmig.db.execute import ask, compose
from pgmig.kinds.table.record import Table
from pgmig.model import Snapshot

Place = tuple[str, str, str]
"""Schema, table or "", and name: of a routine without its arguments."""

_NEXT: LiteralString = "SELECT pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())"

# Behind how many of the scripts' beginnings each row was written.
_WRITTEN: LiteralString = """
SELECT w.schema, w.of, w.name, (
    SELECT count(*) FROM pg_catalog.unnest({since}::pg_catalog.xid[]) s (xid)
    WHERE pg_catalog.age(s.xid) >= pg_catalog.age(w.xid))
FROM (
    SELECT n.nspname AS schema, c.relname::text AS of, a.attname::text AS name, a.xmin AS xid
    FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE a.attnum > 0 AND c.relkind IN ('r', 'p', 'f')
    UNION ALL
    SELECT n.nspname, '', c.relname, a.xmin
    FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE a.attnum = -1 AND c.relkind IN ('r', 'p', 'f')
    UNION ALL
    SELECT n.nspname, '', c.relname, r.xmin
    FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_class c ON c.oid = r.ev_class
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE r.rulename = '_RETURN'
    UNION ALL
    SELECT n.nspname, '', c.relname, i.xmin
    FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    UNION ALL
    SELECT n.nspname, c.relname, o.conname, o.xmin
    FROM pg_catalog.pg_constraint o JOIN pg_catalog.pg_class c ON c.oid = o.conrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    UNION ALL
    SELECT n.nspname, c.relname, p.polname, p.xmin
    FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_class c ON c.oid = p.polrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    UNION ALL
    SELECT n.nspname, '', p.proname, p.xmin
    FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
    UNION ALL
    SELECT n.nspname, '', t.typname, t.xmin
    FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
    WHERE t.typtype IN ('d', 'e')
) w
WHERE pg_catalog.age(w.xid) <= pg_catalog.age({first}::pg_catalog.xid)
"""


@dataclass(slots=True)
class Origins:
    """Takes note of where scripts begin.

    Attributes:
        labels: of the scripts, in the order in which they ran.
    """

    labels: list[str] = field(default_factory=list[str])
    _since: list[str] = field(default_factory=list[str])

    def begin(self, conn: Connection, label: str) -> None:
        """A script is about to run; whoever writes afterwards has a later transaction."""
        (((xid,),),) = ask(conn, _NEXT)
        self.labels.append(label)
        self._since.append(str(int(xid or 0) % 2**32))

    def found(self, conn: Connection) -> dict[Place, str]:
        """The label of the script that wrote each object last, of those that the scripts wrote."""
        if len(self.labels) <= 1:
            return {}
        since = "{" + ",".join(self._since) + "}"
        (rows,) = ask(conn, compose(conn, _WRITTEN, since=since, first=self._since[0]))
        return {
            (schema or "", of or "", name or ""): self.labels[int(count or 1) - 1]
            for schema, of, name, count in rows
        }


def written(old: Snapshot, new: Snapshot) -> Iterator[Place]:
    """What one script made or changed, from the schemas before and behind it."""
    for key, record in new.objects.items():
        before = old.objects.get(key)
        if before is record or before == record:
            continue
        if isinstance(record, Table):
            known = before.columns if isinstance(before, Table) else ()
            yield from ((key.schema, key.name, e.name) for e in record.columns if e not in known)
        if before is None or not isinstance(record, Table):
            yield key.schema, key.parent, key.name.partition("(")[0]


def script_of(origins: Mapping[Place, str], names: Sequence[str]) -> str | None:
    """The script that wrote what has these names: its own, its table's, last its schema's."""
    if len(names) <= 1:
        return None
    of_table = origins.get((names[-1], names[1], names[0]))
    return of_table or origins.get((names[-1], "", names[0]))
