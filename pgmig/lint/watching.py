"""Watching: what each statement of a script changes of relations that it locks strongly."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import LiteralString

from pgmig.db import Connection
from pgmig.db.execute import ask, compose
from pgmig.lint.facts import Change, Part, Standing, Verb
from pgmig.shadow.trace import Relation, StatementTrace
from pgmig.shadow.trace.values import MODES, Catalog

_STRONG = MODES.index("ShareUpdateExclusiveLock")

# Of each part: the relation, what tells it from others, its name, a detail, a flag; of a column
# whether something gives it its value too, of a constraint the relation that it references. A
# script may set its search path: types have their schema whatever it is, as format_type writes
# those that the path does not find.
_QUERIES: Mapping[Part, LiteralString] = MappingProxyType(
    {
        "relation": """
SELECT c.oid, '', c.relname, n.nspname, c.relpersistence <> 'u'
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.oid = ANY ({oids}::oid[])""",
        "column": """
SELECT a.attrelid, a.attnum, a.attname,
    CASE WHEN n.nspname <> 'pg_catalog'
            AND pg_catalog.pg_type_is_visible(coalesce(e.oid, t.oid))
        THEN pg_catalog.quote_ident(n.nspname) || '.' ELSE '' END
        || pg_catalog.format_type(a.atttypid, a.atttypmod),
    a.attnotnull, a.atthasdef OR a.attidentity <> ''
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem AND e.typarray = t.oid
JOIN pg_catalog.pg_namespace n ON n.oid = coalesce(e.typnamespace, t.typnamespace)
WHERE a.attrelid = ANY ({oids}::oid[]) AND a.attnum > 0 AND NOT a.attisdropped""",
        "constraint": """
SELECT o.conrelid, o.oid, o.conname, o.contype, o.convalidated, o.confrelid
FROM pg_catalog.pg_constraint o
WHERE (o.conrelid = ANY ({oids}::oid[]) AND o.contype <> 't')
    OR o.confrelid = ANY ({oids}::oid[])
ORDER BY o.conname""",
        "index": """
SELECT i.indrelid, i.indexrelid, c.relname, '', i.indisvalid
FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
WHERE i.indrelid = ANY ({oids}::oid[])""",
        "trigger": """
SELECT t.tgrelid, t.oid, t.tgname, '', t.tgenabled <> 'D'
FROM pg_catalog.pg_trigger t WHERE t.tgrelid = ANY ({oids}::oid[]) AND NOT t.tgisinternal""",
    }
)

_PARTS: tuple[Part, ...] = ("relation", "column", "constraint", "index", "trigger")

# Where that is written down.
_WRITTEN: Mapping[Part, frozenset[Catalog]] = MappingProxyType(
    {
        "relation": frozenset({"class", "namespace"}),
        "column": frozenset({"attribute", "attrdef", "type", "namespace"}),
        "constraint": frozenset({"constraint"}),
        "index": frozenset({"class", "index"}),
        "trigger": frozenset({"trigger"}),
    }
)

# The parts that one query tells of.
_TOLD: Mapping[Part, frozenset[Part]] = MappingProxyType(
    {
        "relation": frozenset({"relation"}),
        "index": frozenset({"index"}),
        "trigger": frozenset({"trigger"}),
        "column": frozenset({"column", "default"}),
        "constraint": frozenset({"constraint", "reference"}),
    }
)

_STANDING: LiteralString = """
SELECT n.nspname, c.relname, c.oid, c.relkind, coalesce(pg_catalog.json_agg(a.attname
    ORDER BY a.attnum) FILTER (WHERE a.attname IS NOT NULL), '[]')
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_attribute a
    ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND (n.nspname, c.relname) IN (
    SELECT w ->> 0, w ->> 1 FROM pg_catalog.json_array_elements({names}::json) w)
GROUP BY 1, 2, 3, 4
"""

_ORDER: tuple[Part, ...] = (
    "relation",
    "column",
    "default",
    "constraint",
    "reference",
    "index",
    "trigger",
)

_LOSING = frozenset({"dropped", "renamed", "changed"})

_Place = tuple[Part, int, str]
_Found = tuple[str, str, bool]


@dataclass(slots=True)
class Watcher:
    """Sees the statements of one script, in the order in which they run.

    Attributes:
        outside: another session of the database, which sees what is committed.
        is_transactional: the script is one transaction.
        columns: of views, when they were first locked strongly.
        changes: by statement.
        held: by statement, the strongest lock of its transaction on each relation.
    """

    outside: Connection
    is_transactional: bool
    columns: dict[Relation, tuple[str, ...]] = field(
        default_factory=dict[Relation, tuple[str, ...]]
    )
    changes: dict[int, tuple[Change, ...]] = field(default_factory=dict[int, tuple[Change, ...]])
    held: dict[int, dict[Relation, str]] = field(default_factory=dict[int, dict[Relation, str]])
    _now: dict[Relation, str] = field(default_factory=dict[Relation, str])
    _relations: dict[int, Relation] = field(default_factory=dict[int, Relation])
    _state: dict[_Place, _Found] = field(default_factory=dict[_Place, _Found])
    _written: frozenset[Catalog] = frozenset()

    def see(self, conn: Connection, trace: StatementTrace) -> None:
        """Look at what a statement did, from the session that ran it."""
        if not self.is_transactional:
            self._now = {}
        for lock in trace.locks:
            self._now[lock.relation] = lock.mode
        self.held[trace.number] = dict(self._now)
        self._written |= trace.catalogs
        strong = {each.oid: each for each, mode in self._now.items() if _is_strong(mode)}
        new = strong.keys() - self._relations.keys()
        if new:  # from a session outside the transaction, which sees what was before it
            self._relations.update((oid, strong[oid]) for oid in new)
            before = _state(self.outside, new, _PARTS)
            self._state.update(before)
            for oid in (each for each in new if strong[each].relkind in "vm"):
                names = (
                    name
                    for (part, of, _), (name, *_) in before.items()
                    if of == oid and part == "column"
                )
                self.columns[strong[oid]] = tuple(names)
        # What came before the lock is told here too.
        catalogs = self._written if new else trace.catalogs
        queries: list[Part] = [each for each in _PARTS if not catalogs.isdisjoint(_WRITTEN[each])]
        if not strong or not queries:
            return
        parts = frozenset[Part]().union(*(_TOLD[each] for each in queries))
        old = {
            place: each
            for place, each in self._state.items()
            if place[0] in parts and place[1] in strong
        }
        found = _state(conn, strong.keys(), queries)
        self.changes[trace.number] = tuple(self._compare(old, found))
        for place in old:
            del self._state[place]
        self._state.update(found)

    def left(self) -> dict[tuple[str, str], Standing]:
        """What stands, behind the script, under the old names of what it changed."""
        changed = (each for changes in self.changes.values() for each in changes)
        names = {
            (each.relation.schema, each.relation.name)
            for each in changed
            if (each.part in {"relation", "column"} and each.verb in _LOSING)
        }
        if not names:
            return {}
        wanted = json.dumps(sorted(names))
        (rows,) = ask(self.outside, compose(self.outside, _STANDING, names=wanted))
        return {
            (schema or "", name or ""): Standing(
                int(oid or 0), relkind or "", tuple(json.loads(columns or "[]"))
            )
            for schema, name, oid, relkind, columns in rows
        }

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


def _is_strong(mode: str) -> bool:
    return MODES.index(mode) >= _STRONG


def _state(
    conn: Connection, oids: Collection[int], queries: Sequence[Part]
) -> dict[_Place, _Found]:
    """What there is of these parts, in the order of the parts."""
    listed = "{" + ",".join(map(str, sorted(oids))) + "}"
    answers = ask(conn, *(compose(conn, _QUERIES[each], oids=listed) for each in queries))
    found: dict[_Place, _Found] = {}
    for part, rows in zip(queries, answers, strict=True):
        for row in rows:
            found.update(_read(part, row, oids))
    return dict(sorted(found.items(), key=lambda each: _ORDER.index(each[0][0])))


def _read(
    part: Part, row: tuple[str | None, ...], oids: Collection[int]
) -> Iterator[tuple[_Place, _Found]]:
    oid, one, name, detail, flag = (each or "" for each in row[:5])
    is_set = flag == "t"
    if part != "constraint" or (int(oid) in oids and detail != "t"):
        yield (part, int(oid), one), (name, detail, is_set)
    if part == "constraint" and int(row[5] or 0) in oids:
        yield ("reference", int(row[5] or 0), one), (name, detail, is_set)
    if part == "column" and row[5] == "t":
        yield ("default", int(oid), one), (name, "", True)
