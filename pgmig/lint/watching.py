"""Watching: what each statement of a script changes of relations that it locks strongly."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import LiteralString

from pgmig.db import Connection
from pgmig.db.execute import Rows, ask, compose
from pgmig.lint.facts import Change, Part, Standing, Verb
from pgmig.shadow.trace import Relation, StatementTrace
from pgmig.shadow.trace.values import MODES, Catalog

_STRONG = MODES.index("ShareUpdateExclusiveLock")

# Of each part: the relation, what tells it from others, its name, a detail, a flag; of a column
# whether something gives it its value too, and its type, of a constraint the relation that it
# references. To plan joins would take the server longer than to run this.
_QUERIES: Mapping[Part, LiteralString] = MappingProxyType(
    {
        "relation": """
SELECT c.oid, '', c.relname,
    (SELECT n.nspname FROM pg_catalog.pg_namespace n WHERE n.oid = c.relnamespace),
    c.relpersistence <> 'u'
FROM pg_catalog.pg_class c
WHERE c.oid = ANY ({oids}::oid[])""",
        "column": """
SELECT a.attrelid, a.attnum, a.attname, '', a.attnotnull, a.atthasdef OR a.attidentity <> '',
    a.atttypid, a.atttypmod
FROM pg_catalog.pg_attribute a
WHERE a.attrelid = ANY ({oids}::oid[]) AND a.attnum > 0 AND NOT a.attisdropped""",
        "constraint": """
SELECT o.conrelid, o.oid, o.conname, o.contype, o.convalidated, o.confrelid
FROM pg_catalog.pg_constraint o
WHERE (o.conrelid = ANY ({oids}::oid[]) AND o.contype <> 't')
    OR o.confrelid = ANY ({oids}::oid[])
ORDER BY o.conname""",
        "index": """
SELECT i.indrelid, i.indexrelid,
    (SELECT c.relname FROM pg_catalog.pg_class c WHERE c.oid = i.indexrelid), '', i.indisvalid
FROM pg_catalog.pg_index i
WHERE i.indrelid = ANY ({oids}::oid[])""",
        "trigger": """
SELECT t.tgrelid, t.oid, t.tgname, '', t.tgenabled <> 'D'
FROM pg_catalog.pg_trigger t WHERE t.tgrelid = ANY ({oids}::oid[]) AND NOT t.tgisinternal""",
    }
)

# A script may set its search path: types have their schema whatever it is, as format_type writes
# those that the path does not find.
_TYPES: LiteralString = """
SELECT m.oid, m.typmod, CASE WHEN n.nspname <> 'pg_catalog'
            AND pg_catalog.pg_type_is_visible(coalesce(e.oid, t.oid))
        THEN pg_catalog.quote_ident(n.nspname) || '.' ELSE '' END
        || pg_catalog.format_type(m.oid, m.typmod)
FROM ROWS FROM (
    pg_catalog.unnest({oids}::oid[]), pg_catalog.unnest({typmods}::integer[])) m (oid, typmod)
JOIN pg_catalog.pg_type t ON t.oid = m.oid
LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem AND e.typarray = t.oid
JOIN pg_catalog.pg_namespace n ON n.oid = coalesce(e.typnamespace, t.typnamespace)
"""

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

_TOLD_BY: Mapping[Part, Part] = MappingProxyType({"default": "column", "reference": "constraint"})

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

# What goes with the session; a lock of the transaction goes with that.
_KEPT: LiteralString = """
SELECT 'temporary ' || relname FROM pg_catalog.pg_class
WHERE relnamespace = pg_catalog.pg_my_temp_schema() AND relkind IN ('r', 'v', 'S')
UNION ALL SELECT 'prepared ' || name FROM pg_catalog.pg_prepared_statements
UNION ALL SELECT 'cursor ' || name FROM pg_catalog.pg_cursors WHERE is_holdable
UNION ALL SELECT 'advisory lock' WHERE EXISTS (
    SELECT FROM pg_catalog.pg_locks
    WHERE locktype = 'advisory' AND pid = pg_catalog.pg_backend_pid())
ORDER BY 1
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

_COLUMN: tuple[Part, ...] = ("column",)
_LOSING = frozenset({"dropped", "renamed", "changed"})

_Place = tuple[Part, int, str]
_Found = tuple[str, str, bool]

Texts = dict[tuple[str, str], str]
"""What types are called, by OID and modifier, as far as it was asked for."""


@dataclass(slots=True)
class Watcher:
    """Sees the statements of one script, in the order in which they run.

    Attributes:
        outside: another session of the database, which sees what is committed.
        is_transactional: the script is one transaction.
        texts: of types, before the script.
        is_renaming: a type or a schema may have got another name.
        columns: of views, when they were first locked strongly.
        changes: by statement.
        held: by statement, the strongest lock of its transaction on each relation.
        kept: by statement, what it left in the session, where the script has no transaction.
        session: what was left in the session by then.
    """

    outside: Connection
    is_transactional: bool
    texts: Texts = field(default_factory=Texts)
    is_renaming: bool = False
    columns: dict[Relation, tuple[str, ...]] = field(
        default_factory=dict[Relation, tuple[str, ...]]
    )
    changes: dict[int, tuple[Change, ...]] = field(default_factory=dict[int, tuple[Change, ...]])
    held: dict[int, dict[Relation, str]] = field(default_factory=dict[int, dict[Relation, str]])
    kept: dict[int, tuple[str, ...]] = field(default_factory=dict[int, tuple[str, ...]])
    session: frozenset[str] = frozenset()
    _now: dict[Relation, str] = field(default_factory=dict[Relation, str])
    _relations: dict[int, Relation] = field(default_factory=dict[int, Relation])
    _state: dict[_Place, _Found] = field(default_factory=dict[_Place, _Found])
    _known: set[tuple[Part, int]] = field(default_factory=set[tuple[Part, int]])
    _texts: Texts = field(default_factory=Texts)  # where one may have another name
    _written: frozenset[Catalog] = frozenset()

    def see(self, conn: Connection, trace: StatementTrace) -> None:
        """Look at what a statement did, from the session that ran it."""
        if trace.is_renaming or not self.is_transactional:
            self.is_renaming, self._texts = True, {}
        if not self.is_transactional:
            self._now, self.texts = {}, {}
            self._keep(conn, trace.number)
        for lock in trace.locks:
            self._now[lock.relation] = lock.mode
        self.held[trace.number] = dict(self._now)
        self._written |= trace.catalogs
        strong = {each.oid: each for each, mode in self._now.items() if _is_strong(mode)}
        new = strong.keys() - self._relations.keys()
        self._relations.update((oid, strong[oid]) for oid in new)
        # What came before the lock is told here too.
        catalogs = self._written if new else trace.catalogs
        parts: list[Part] = [each for each in _PARTS if not catalogs.isdisjoint(_WRITTEN[each])]
        self._remember(strong.keys(), parts)
        for oid in (each for each in new if strong[each].relkind in "vm"):
            self._remember((oid,), _COLUMN)
            self.columns[strong[oid]] = tuple(
                name
                for (part, of, _), (name, *_) in self._state.items()
                if of == oid and part == "column"
            )
        if not strong or not parts:
            return
        told = frozenset[Part]().union(*(_TOLD[each] for each in parts))
        old = {
            place: each
            for place, each in self._state.items()
            if place[0] in told and place[1] in strong
        }
        texts = self._texts if self.is_renaming else self.texts
        found = _state(conn, strong.keys(), parts, texts)
        self.changes[trace.number] = tuple(self._compare(old, found))
        for place in old:
            del self._state[place]
        self._state.update(found)

    def _remember(self, oids: Collection[int], parts: Sequence[Part]) -> None:
        """What there was, from a session outside the transaction, which sees what was before it.

        In a script without a transaction all of it at once, before there is more.
        """
        asked: Sequence[Part] = parts if self.is_transactional else _PARTS
        all_asked: Iterator[tuple[Part, int]] = ((part, oid) for part in asked for oid in oids)
        new = set(all_asked) - self._known
        if not new:
            return
        self._known.update(new)
        queries: list[Part] = [part for part in asked if any((part, oid) in new for oid in oids)]
        found = _state(self.outside, {oid for _, oid in new}, queries, self.texts)
        for (part, oid, one), each in found.items():
            if (_TOLD_BY.get(part, part), oid) in new:
                self._state[part, oid, one] = each

    def _keep(self, conn: Connection, number: int) -> None:
        (rows,) = ask(conn, _KEPT)
        now = tuple(name or "" for (name,) in rows)
        if self.kept:
            last = max(self.kept)
            self.kept[last] = tuple(each for each in self.kept[last] if each in now)
        self.kept[number] = tuple(each for each in now if each not in self.session)
        self.session = frozenset(now)

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
        for place in sorted(dict.fromkeys((*old, *new)), key=lambda each: _ORDER.index(each[0])):
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
    conn: Connection, oids: Collection[int], queries: Sequence[Part], texts: Texts
) -> dict[_Place, _Found]:
    """What there is of these parts, in the order of the parts."""
    listed = "{" + ",".join(map(str, sorted(oids))) + "}"
    answers = ask(conn, *(compose(conn, _QUERIES[each], oids=listed) for each in queries))
    found: dict[_Place, _Found] = {}
    for part, rows in zip(queries, answers, strict=True):
        if part == "column":
            _learn(conn, rows, texts)
        for row in rows:
            found.update(_read(part, row, oids, texts))
    return dict(sorted(found.items(), key=lambda each: _ORDER.index(each[0][0])))


def _learn(conn: Connection, rows: Rows, texts: Texts) -> None:
    """Ask for the types of columns that are not known yet."""
    missing = sorted({(row[6] or "", row[7] or "") for row in rows} - texts.keys())
    if not missing:
        return
    oids, typmods = ("{" + ",".join(each) + "}" for each in zip(*missing, strict=True))
    (found,) = ask(conn, compose(conn, _TYPES, oids=oids, typmods=typmods))
    texts.update(((oid or "", typmod or ""), text or "") for oid, typmod, text in found)


def _read(
    part: Part, row: tuple[str | None, ...], oids: Collection[int], texts: Texts
) -> Iterator[tuple[_Place, _Found]]:
    oid, one, name, detail, flag = (each or "" for each in row[:5])
    is_set = flag == "t"
    if part == "column":
        detail = texts.get((row[6] or "", row[7] or ""), "")
    if part != "constraint" or (int(oid) in oids and detail != "t"):
        yield (part, int(oid), one), (name, detail, is_set)
    if part == "constraint" and int(row[5] or 0) in oids:
        yield ("reference", int(row[5] or 0), one), (name, detail, is_set)
    if part == "column" and row[5] == "t":
        yield ("default", int(oid), one), (name, "", True)
