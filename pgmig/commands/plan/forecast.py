"""Forecast: what was seen of each statement in the shadow, times what the target says of tables.

Times are reckoned with one rate for all that is read and written, which is said with them: they are
as good as that rate. A lock is held to the end of its transaction, so that whoever is blocked waits
for all that comes after it too.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from msgspec import structs

from pgmig.commands.plan import words
from pgmig.commands.plan.queries import query_effects
from pgmig.commands.plan.trying import Tried
from pgmig.commands.plan.values import (
    PlannedLock,
    PlannedScript,
    PlannedStatement,
    TableFacts,
)
from pgmig.ddl import ident_text, qualified
from pgmig.engine.body import excerpt
from pgmig.scripts import Piece
from pgmig.shadow.trace import Relation, StatementTrace
from pgmig.shadow.trace.values import ASPECTS

_OF_CHANGES = "RowExclusiveLock"
_CHANGING = frozenset({("UPDATE",), ("DELETE",), ("MERGE",)})  # also under a stronger lock
_SHOWN = 160  # characters of a statement


@dataclass(frozen=True, slots=True)
class Names:
    """Names of relations on the target, by what a trace calls them."""

    known: Mapping[tuple[str, str], str]

    @classmethod
    def of(cls, tried: Tried, base: Mapping[int, str]) -> "Names":
        """Those of a script.

        Args:
            tried: what was seen of it.
            base: names on the target by OID in the shadow.
        """
        found = tried.before.relations.items()
        return cls({(each.schema, each.name): base[oid] for oid, each in found if oid in base})

    def name(self, relation: Relation) -> str | None:
        """The name on the target; None of what the scripts make themselves."""
        return self.known.get((relation.schema, relation.name))

    def names(self, relations: Iterable[Relation]) -> tuple[str, ...]:
        """Those of relations that are on the target."""
        found = (self.name(each) for each in relations)
        return tuple(name for name in found if name is not None)


def planned(
    tried: Tried, names: Names, tables: Mapping[str, TableFacts], rate: int
) -> PlannedScript:
    """A script with its forecast.

    Args:
        tried: what was seen of it.
        names: of relations on the target.
        tables: their facts by name.
        rate: bytes a second.
    """
    half = tried.step.half
    traced = {each.number: each for each in tried.trace.statements} if tried.trace else {}
    count = 0
    found: list[PlannedStatement] = []
    for number, piece in enumerate(half.statements(), start=1):
        count = number
        trace = traced.get(number)
        made = None if trace is None else _statement(trace, piece, names, tables, rate)
        if made is not None:
            found.append(made)
    is_transactional = half.header.transaction
    return PlannedScript(
        version=tried.step.version,
        label=tried.step.label,
        path=str(half.path),
        up=half.checksum,
        down=tried.step.script.down.checksum if tried.step.script.down else None,
        is_transactional=is_transactional,
        count=count,
        is_traced=tried.trace is not None,
        done=tried.done,
        statements=tuple(_told(found, tables, is_transactional=is_transactional)),
        queries=query_effects(tried),
    )


def _statement(
    trace: StatementTrace,
    piece: Piece,
    names: Names,
    tables: Mapping[str, TableFacts],
    rate: int,
) -> PlannedStatement | None:
    """What it does to what is on the target; None when that is nothing worth a word."""
    locks = tuple(
        PlannedLock(relation=name, mode=each.mode, blocks=each.blocks)
        for each in trace.locks
        if not each.is_of_queries and (name := names.name(each.relation)) is not None
    )
    is_emptied = piece.words[:1] == ("TRUNCATE",)  # the old file is gone unread
    rewrites = () if is_emptied else names.names(trace.rewrites)
    built = () if is_emptied else trace.rebuilt
    named = ((names.name(relation), ident_text(index)) for relation, index in built)
    rebuilt = tuple((name, index) for name, index in named if name is not None)
    scans = names.names(trace.scans)
    found = (each.relation for each in trace.locks if each.mode == _OF_CHANGES)
    changes = names.names(found)
    if not changes and piece.words[:1] in _CHANGING:
        changes = scans
    if not (locks or rewrites or rebuilt or scans or trace.unobserved):
        return None
    return PlannedStatement(
        number=trace.number,
        line=piece.line,
        sql=_beginning(piece),
        locks=locks,
        rewrites=rewrites,
        rebuilt=rebuilt,
        scans=scans,
        changes=changes,
        unobserved=tuple(each for each in ASPECTS if each in trace.unobserved),
        is_alone=trace.is_alone,
        seconds=_seconds(
            {*rewrites, *(name for name in scans if name in changes)},
            {*rewrites, *scans, *(name for name, _ in rebuilt)},
            tables,
            rate,
        ),
    )


def _beginning(piece: Piece) -> str:
    text = " ".join(excerpt(piece).split())
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def _seconds(
    written: Collection[str], read: Collection[str], tables: Mapping[str, TableFacts], rate: int
) -> float | None:
    """About how long all is read and written; None when nothing is.

    A statement that changes rows of a table that it reads whole is taken to change all of them.
    """
    if not read:
        return None
    size = sum(tables[name].whole for name in written if name in tables)
    return (size + sum(tables[name].bytes for name in read if name in tables)) / rate


def _told(
    found: Sequence[PlannedStatement],
    tables: Mapping[str, TableFacts],
    *,
    is_transactional: bool,
) -> Iterable[PlannedStatement]:
    """The statements with how long they block, in words too."""
    is_held = False  # a lock of a statement before this one still blocks
    for place, each in enumerate(found):
        own = each.seconds or 0.0
        later = sum(one.seconds or 0.0 for one in found[place + 1 :]) if is_transactional else 0.0
        is_blocking = any(lock.blocks for lock in each.locks)
        done = structs.replace(each, blocked=own + later if is_blocking else None)
        is_longer = own + later >= 1 and later > own / 10
        lines = _lines(done, tables, is_longer=is_longer, is_held=is_held)
        yield structs.replace(done, forecast=tuple(lines))
        is_held = is_held or (is_blocking and is_transactional)


def _lines(
    statement: PlannedStatement,
    tables: Mapping[str, TableFacts],
    *,
    is_longer: bool,
    is_held: bool,
) -> Iterable[str]:
    """The forecast: one line for each sort of blocking, else what it does."""
    work = _work(statement, tables)
    blocking = [each for each in statement.locks if each.blocks]
    blocking.sort(key=lambda each: (-len(each.blocks), each.relation))
    for blocks, group in groupby(blocking, key=lambda each: each.blocks):
        names = tuple(_with_size(each.relation, tables) for each in group)
        lasting = _while(statement, work, is_longer=is_longer)
        yield f"blocks {blocks} on {words.some(names)}{lasting}"
    if not blocking and work:
        took = words.lasting(statement.seconds or 0.0)
        yield f"{work}: {took}; {_end(statement, is_held=is_held)}"
    elif not blocking and statement.locks:
        names = tuple(each.relation for each in statement.locks)
        yield f"keeps others from changing {words.some(names)}, not from reading and writing"
    if statement.unobserved:
        yield f"not observed: {', '.join(statement.unobserved)}"


def _end(statement: PlannedStatement, *, is_held: bool) -> str:
    """Whom a statement without a lock of its own blocks."""
    if is_held:
        return "what is blocked above stays so"
    if statement.changes:
        return f"rows of {words.some(statement.changes)} that it changes are locked meanwhile"
    return "blocks neither reads nor writes"


def _while(statement: PlannedStatement, work: str, *, is_longer: bool) -> str:
    lasting = words.lasting(statement.blocked or 0.0)
    if is_longer:
        end = f" until the script ends: {lasting}"
        return f" while it {work}, and{end}" if work else end
    if work:
        return f" while it {work}: {lasting}"
    return " for a moment"


def _work(statement: PlannedStatement, tables: Mapping[str, TableFacts]) -> str:
    """What takes it time, in words; "" when nothing does."""
    parts: list[str] = []
    if statement.rewrites:
        parts.append(f"writes {_it(statement.rewrites, statement, tables)} anew")
    if statement.rebuilt:
        indexes = tuple(index for _, index in statement.rebuilt)
        of = tuple(dict.fromkeys(table for table, _ in statement.rebuilt))
        parts.append(f"builds {words.some(indexes)} of {_it(of, statement, tables)}")
    only = tuple(name for name in statement.scans if name not in statement.rewrites)
    if only and not statement.rebuilt:
        changed = tuple(name for name in only if name in statement.changes)
        others = tuple(name for name in only if name not in changed)
        if changed:
            parts.append(f"reads and changes {_it(changed, statement, tables)}")
        if others:
            parts.append(f"reads {_it(others, statement, tables)}")
    return " and ".join(parts)


def _it(
    names: tuple[str, ...], statement: PlannedStatement, tables: Mapping[str, TableFacts]
) -> str:
    """`the table` where it is the one that is locked, else the names."""
    locked = {each.relation for each in statement.locks if each.blocks}
    if locked == {*names} and len(names) == 1:
        return "the table"
    return words.some(tuple(_with_size(each, tables) for each in names))


def _with_size(name: str, tables: Mapping[str, TableFacts]) -> str:
    facts = tables.get(name)
    if facts is None:
        return name
    told = [words.size(facts.whole), words.rows(facts.rows)]
    return f"{name} ({', '.join(part for part in told if part)})"


def touched(scripts: Iterable[Tried], base: Mapping[int, tuple[str, str]]) -> set[tuple[str, str]]:
    """Schema and name, on the target, of what the scripts lock, write anew or read whole."""
    found = set[tuple[str, str]]()
    by_name = {qualified(*name): name for name in base.values()}
    for tried in scripts:
        if tried.trace is None:
            continue
        names = Names.of(tried, {oid: qualified(*name) for oid, name in base.items()})
        for each in tried.trace.statements:
            relations = [lock.relation for lock in each.locks if not lock.is_of_queries]
            relations += [*each.rewrites, *each.scans, *(table for table, _ in each.rebuilt)]
            found.update(by_name[name] for name in names.names(relations))
    return found
