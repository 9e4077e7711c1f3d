"""Blocking: statements that read or write a whole table while others wait for it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pgmig.lint.facts import Change, Done, Facts
from pgmig.shadow.trace import Lock, Relation

Cause = Literal[
    "rewrite",
    "refresh",
    "reindex",
    "rebuild",
    "index",
    "unique",
    "exclusion",
    "check",
    "foreign key",
    "not null",
    "validation",
    "required",
    "rows",
    "scan",
]

_OF_ROWS = frozenset(
    {"INSERT", "UPDATE", "DELETE", "MERGE", "SELECT", "WITH", "COPY", "VALUES", "TABLE", "EXPLAIN"}
)
_BY_TYPE: dict[str, Cause] = {
    "c": "check",
    "f": "foreign key",
    "n": "not null",
    "p": "unique",
    "u": "unique",
    "x": "exclusion",
}


@dataclass(frozen=True, slots=True)
class Blocked:
    """Relations that wait for one statement, and why it takes long.

    Attributes:
        done: the statement.
        cause: why it reads or writes all of them.
        relations: which.
        blocks: what waits.
        is_by_this: false when an earlier statement of the transaction took the lock.
        names: of the constraints or columns that are the cause.
    """

    done: Done
    cause: Cause
    relations: tuple[Relation, ...]
    blocks: str
    is_by_this: bool
    names: tuple[str, ...] = ()

    @property
    def on(self) -> str:
        """The relations, for people."""
        return ", ".join(map(str, self.relations))


def blocked(facts: Facts, *causes: Cause) -> Iterator[Blocked]:
    """Every such statement that has one of these causes."""
    for done in facts.statements:
        yield from (each for each in _of_statement(done) if each.cause in causes)


def waiting(facts: Facts) -> Iterator[tuple[Done, tuple[Relation, ...], str]]:
    """Statements that read all of something while others wait for what was locked before.

    Each with what it reads and what waits, in words; what is locked itself is not read here.
    """
    for done in facts.statements:
        read = done.trace.scans
        locked = sorted(each for each in done.held if done.is_blocking(each))
        if read and locked and not _taken(done) and set(read).isdisjoint(locked):
            blocks = max((_held(done, each).blocks for each in locked), key=len)
            yield done, read, f"{blocks} on {', '.join(map(str, locked))}"


def _taken(done: Done) -> set[Relation]:
    """What the statement itself locks so that others wait."""
    return {each.relation for each in done.trace.locks if each.blocks}


def _of_statement(done: Done) -> Iterator[Blocked]:
    found: dict[Cause, dict[Relation, tuple[str, ...]]] = {}
    for relation, cause, names in _causes(done):
        if done.is_blocking(relation):
            on = found.setdefault(cause, {})
            on[relation] = (*on.get(relation, ()), *names)
    for cause, on in found.items():
        relations = tuple(sorted(on))
        yield Blocked(
            done,
            cause,
            relations,
            max((_held(done, each).blocks for each in relations), key=len),
            bool(_taken(done) & on.keys()),
            tuple(dict.fromkeys(name for names in on.values() for name in names)),
        )


def _held(done: Done, relation: Relation) -> Lock:
    indexes = [each.indexes for each in done.trace.locks if each.relation == relation]
    return Lock(relation, done.held[relation], *indexes)


def _causes(done: Done) -> Iterator[tuple[Relation, Cause, tuple[str, ...]]]:
    if done.verb in {"TRUNCATE", "DROP", "ROLLBACK"}:
        return
    for relation in done.trace.rewrites:
        is_refresh = relation.relkind == "m" and done.verb == "REFRESH"
        cause: Cause = "refresh" if is_refresh else "rewrite"
        yield relation, cause, _retyped(done, relation)
    rebuilt = {relation for relation, _ in done.trace.rebuilt}
    for relation, index in done.trace.rebuilt:
        of_index: Cause = "reindex" if done.verb == "REINDEX" else "rebuild"
        yield relation, of_index, (index,)
    for relation in done.trace.scans:
        if relation in done.trace.rewrites:
            continue
        for why, names in _of_scan(done, relation):
            if why != "scan" or relation not in rebuilt:
                yield relation, why, names


def _retyped(done: Done, relation: Relation) -> tuple[str, ...]:
    return tuple(
        each.name
        for each in done.changes
        if each.relation == relation and each.part == "column" and each.verb in {"changed", "added"}
    )


def _of_scan(done: Done, relation: Relation) -> Iterator[tuple[Cause, tuple[str, ...]]]:
    """Why the relation was read whole; several reasons when one statement has several."""
    found = _changed(done, relation)
    if found:
        for why, names in found.items():
            yield why, tuple(names)
    else:
        yield _of_words(done, relation), ()


def _of_words(done: Done, relation: Relation) -> Cause:
    """Why a statement reads a relation of which it changes nothing."""
    if done.verb == "REINDEX":
        return "reindex"
    if "INDEX" in done.piece.words[:3]:
        return "index"
    if relation in _taken(done):  # by a partition beside DEFAULT, by a routine
        return "scan"
    is_query = done.verb in _OF_ROWS or done.verb == "CREATE"
    is_query = is_query or (done.verb in {"DO", "CALL"} and not done.changes)
    return "rows" if is_query else "scan"


def _changed(done: Done, relation: Relation) -> dict[Cause, list[str]]:
    """The changes of a relation for which it may have been read, and their names."""
    found: dict[Cause, list[str]] = {}
    for each in done.changes:
        cause = None if _is_again(each, done) else _of_change(each)
        if each.relation == relation and cause is not None:
            found.setdefault(cause, []).append(each.name)
    if columns := [name for name in found.get("not null", ()) if name in _set_columns(done)]:
        found["not null"] = columns  # from 18 on each has a constraint too
    elif "required" in found:
        found.pop("not null", None)
    if "unique" in found or "exclusion" in found:
        found.pop("index", None)
        found.pop("not null", None)  # of a primary key, whose index is read anyway
    return found


def _is_again(change: Change, done: Done) -> bool:
    """Whether its index was built again under its old name, as by a change of a column's type."""
    return change.verb == "added" and (change.relation, change.name) in done.trace.rebuilt


def _set_columns(done: Done) -> set[str]:
    return {each.name for each in done.changes if each.part == "column" and each.verb == "set"}


def _of_change(change: Change) -> Cause | None:
    match change.part, change.verb:
        case "index", "added":
            return "index"
        case "constraint" | "reference", "added":
            return _BY_TYPE.get(change.new) if change.is_set else None
        case "constraint" | "reference", "set":
            return "validation"
        case "column", "set":
            return "not null"
        case "column", "added":
            return "required" if change.is_set else None
        case _:
            return None
