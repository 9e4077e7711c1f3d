"""Watching: what each statement of a script changes of relations that it locks strongly."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import LiteralString

from pgmig.db import Connection
from pgmig.db.execute import fetch
from pgmig.lint.facts import Change, Part, Verb
from pgmig.shadow.trace import Relation, StatementTrace
from pgmig.shadow.trace.values import MODES

_STRONG = MODES.index("ShareUpdateExclusiveLock")

_OIDS: LiteralString = """
SELECT n.nspname, c.relname, c.oid
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE (n.nspname, c.relname) IN (SELECT * FROM unnest(%s::text[], %s::text[]))
"""

# Of each part: the relation, what tells it from others, its name, a detail, a flag.
_STATE: LiteralString = """
SELECT 'relation', c.oid, '', c.relname, n.nspname, true
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.oid = ANY (%s::oid[])
UNION ALL
SELECT 'column', a.attrelid, a.attnum::text, a.attname,
    pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull
FROM pg_catalog.pg_attribute a
WHERE a.attrelid = ANY (%s::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL
SELECT 'default', a.attrelid, a.attnum::text, a.attname, '', true
FROM pg_catalog.pg_attribute a
WHERE a.attrelid = ANY (%s::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
    AND (a.atthasdef OR a.attidentity <> '')
UNION ALL
SELECT 'constraint', o.conrelid, o.oid::text, o.conname, o.contype::text, o.convalidated
FROM pg_catalog.pg_constraint o WHERE o.conrelid = ANY (%s::oid[]) AND o.contype <> 't'
UNION ALL
SELECT 'reference', o.confrelid, o.oid::text, o.conname, o.contype::text, o.convalidated
FROM pg_catalog.pg_constraint o WHERE o.confrelid = ANY (%s::oid[])
UNION ALL
SELECT 'index', i.indrelid, i.indexrelid::text, c.relname, '', i.indisvalid
FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
WHERE i.indrelid = ANY (%s::oid[])
UNION ALL
SELECT 'trigger', t.tgrelid, t.oid::text, t.tgname, '', t.tgenabled <> 'D'
FROM pg_catalog.pg_trigger t WHERE t.tgrelid = ANY (%s::oid[]) AND NOT t.tgisinternal
"""

_Place = tuple[Part, int, str]
_Found = tuple[str, str, bool]


@dataclass(slots=True)
class Watcher:
    """Sees the statements of one script, in the order in which they run.

    Attributes:
        outside: another session of the database, which sees what is committed.
        is_transactional: the script is one transaction.
        changes: by statement.
        held: by statement, the strongest lock of its transaction on each relation.
    """

    outside: Connection
    is_transactional: bool
    changes: dict[int, tuple[Change, ...]] = field(default_factory=dict[int, tuple[Change, ...]])
    held: dict[int, dict[Relation, str]] = field(default_factory=dict[int, dict[Relation, str]])
    _now: dict[Relation, str] = field(default_factory=dict[Relation, str])
    _relations: dict[int, Relation] = field(default_factory=dict[int, Relation])
    _state: dict[_Place, _Found] = field(default_factory=dict[_Place, _Found])

    def see(self, conn: Connection, trace: StatementTrace) -> None:
        """Look at what a statement did, from the session that ran it."""
        if not self.is_transactional:
            self._now = {}
        for lock in trace.locks:
            self._now[lock.relation] = lock.mode
        self.held[trace.number] = dict(self._now)
        strong = {each for each, mode in self._now.items() if MODES.index(mode) >= _STRONG}
        if not strong:
            return
        self._meet(strong - {*self._relations.values()})
        oids = sorted(oid for oid, each in self._relations.items() if each in strong)
        found = _state(conn, oids)
        old = {place: each for place, each in self._state.items() if place[1] in {*oids}}
        self.changes[trace.number] = tuple(self._compare(old, found))
        for place in old:
            del self._state[place]
        self._state.update(found)

    def _meet(self, relations: Iterable[Relation]) -> None:
        """Learn what relations were before the transaction, from a session outside it."""
        met = sorted(relations)
        if not met:
            return
        names = [each.schema for each in met], [each.name for each in met]
        by_name = {(each.schema, each.name): each for each in met}
        new: dict[int, Relation] = {
            oid: by_name[schema, name] for schema, name, oid in fetch(self.outside, _OIDS, names)
        }
        self._relations.update(new)
        self._state.update(_state(self.outside, sorted(new)))

    def _compare(self, old: dict[_Place, _Found], new: dict[_Place, _Found]) -> Iterator[Change]:
        for place in dict.fromkeys((*old, *new)):
            part, oid, _ = place
            relation = self._relations[oid]
            before, after = old.get(place), new.get(place)
            if before is None and after is not None:
                name, detail, is_set = after
                yield Change(part, "added", relation, name, "", detail, is_set)
            elif after is None and before is not None:
                name, detail, is_set = before
                yield Change(part, "dropped", relation, name, detail, "", is_set)
            elif before is not None and after is not None:
                yield from _altered(part, relation, before, after)


def _altered(part: Part, relation: Relation, old: _Found, new: _Found) -> Iterator[Change]:
    name, detail, is_set = new
    if old[0] != name:
        yield Change(part, "renamed", relation, name, old[0], name, is_set)
    if old[1] != detail:
        yield Change(part, "changed", relation, name, old[1], detail, is_set)
    if old[2] != is_set:
        verb: Verb = "set" if is_set else "unset"
        yield Change(part, verb, relation, name, is_set=is_set)


def _state(conn: Connection, oids: list[int]) -> dict[_Place, _Found]:
    rows = fetch(conn, _STATE, (oids,) * _STATE.count("%s"))
    return {
        (part, oid, one): (name, detail, is_set) for part, oid, one, name, detail, is_set in rows
    }
