"""Reach: which relations a statement may write to beside those that it names."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, LiteralString, TypeVar

from pgmig.commands.plan.facts import Facts
from pgmig.db import Connection
from pgmig.db.execute import fetch_each
from pgmig.db.fragments import is_ours
from pgmig.errors import PgmigError
from pgmig.scripts.batch.tokens import Token, tokens

T = TypeVar("T")

# Every part of a query is a LiteralString, which the type checker proves.
# ruff: noqa: S608

# A partition or child and its parent, both ways; a view, and behind it what it reads.
_KIN: LiteralString = (
    "SELECT inhrelid, inhparent FROM pg_catalog.pg_inherits"
    " UNION SELECT inhparent, inhrelid FROM pg_catalog.pg_inherits"
    " UNION SELECT r.ev_class, d.refobjid FROM pg_catalog.pg_rewrite r"
    " JOIN pg_catalog.pg_class c ON c.oid = r.ev_class"
    " JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass"
    " AND d.objid = r.oid AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass"
    " WHERE c.relkind = 'v' AND d.refobjid <> r.ev_class AND " + is_ours("c.relnamespace")
)

# Rows that a foreign key deletes or changes with those that they refer to.
_CASCADES: LiteralString = (
    "SELECT confrelid, conrelid FROM pg_catalog.pg_constraint"
    " WHERE contype = 'f' AND (confdeltype IN ('c', 'n', 'd') OR confupdtype IN ('c', 'n', 'd'))"
)

# Foreign keys by which rows go with those that they refer to.
_DELETES: LiteralString = (
    "SELECT confrelid, conrelid, conkey::int[] FROM pg_catalog.pg_constraint"
    " WHERE contype = 'f' AND confdeltype = 'c'"
)

# What runs beside a statement that writes: functions of triggers, and rules.
_TRIGGERS: LiteralString = (
    "SELECT tgrelid, tgfoid FROM pg_catalog.pg_trigger WHERE NOT tgisinternal"
    " UNION ALL SELECT ev_class, 0 FROM pg_catalog.pg_rewrite"
    " WHERE rulename <> '_RETURN' AND ev_class >= 16384"
)

# A function of the server or of a library in C writes to no table of ours that it is not given.
_ROUTINES: LiteralString = (
    "SELECT p.oid, p.proname::text, l.lanname::text, p.prosrc,"
    " coalesce(pg_catalog.pg_get_function_sqlbody(p.oid), '')"
    " FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_language l ON l.oid = p.prolang"
    " WHERE l.lanname NOT IN ('internal', 'c') AND p.prokind IN ('f', 'p') AND "
    + is_ours("p.pronamespace")
)

# What rows must meet when they are changed, and need not meet yet.
_UNPROVED: LiteralString = (
    "SELECT k.conrelid, k.conname::text, k.conkey::int[], coalesce("
    "pg_catalog.pg_get_expr(k.conbin, k.conrelid), pg_catalog.format('(%I IS NOT NULL)', a.attname)"
    ") FROM pg_catalog.pg_constraint k LEFT JOIN pg_catalog.pg_attribute a"
    " ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]"
    " WHERE k.contype IN ('c', 'n') AND NOT k.convalidated AND k.conrelid <> 0 AND "
    "coalesce(pg_catalog.to_jsonb(k) ->> 'conenforced', 'true') = 'true' AND "
    + is_ours("k.connamespace")
)

_READ = frozenset({"sql", "plpgsql"})  # languages whose bodies are read for words
_REFUSALS = frozenset({"raise", "assert"})
_LEVELS = frozenset({"debug", "log", "info", "notice", "warning"})  # that end nothing
WRITING = frozenset({"insert", "update", "delete", "merge", "truncate", "copy", "execute", "call"})


@dataclass(frozen=True, slots=True)
class Unproved:
    """A constraint that is NOT VALID: a row that breaks it can stay, and cannot be changed.

    Attributes:
        relation: its OID.
        name: of the constraint.
        columns: the numbers of those that it reads.
        condition: as the server prints it.
    """

    relation: int
    name: str
    columns: tuple[int, ...]
    condition: str


@dataclass(frozen=True, slots=True)
class Reach:
    """What is written with what a statement names.

    Attributes:
        kin: partitions, children, parents, and what a view reads, by relation.
        cascades: relations whose rows foreign keys change with those of another, by that.
        triggered: relations with triggers or rules.
        programs: those of them whose triggers or rules may write anywhere.
        writers: names of routines that may write anywhere.
        unproved: constraints that rows break which are not changed.
        deletes: foreign keys by which rows are deleted with others: of which relation, in which
            one, and the numbers of its columns.
        raisers: names of routines that may refuse by themselves.
        words: those of the bodies of routines, by their names.
    """

    kin: Mapping[int, frozenset[int]] = field(default_factory=dict[int, frozenset[int]])
    cascades: Mapping[int, frozenset[int]] = field(default_factory=dict[int, frozenset[int]])
    triggered: frozenset[int] = frozenset()
    programs: frozenset[int] = frozenset()
    writers: frozenset[str] = frozenset()
    unproved: frozenset[Unproved] = frozenset()
    deletes: frozenset[tuple[int, int, tuple[int, ...]]] = frozenset()
    raisers: frozenset[str] = frozenset()
    words: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])

    def __or__(self, other: "Reach") -> "Reach":
        """What either has."""
        return Reach(
            _joined(self.kin, other.kin),
            _joined(self.cascades, other.cascades),
            self.triggered | other.triggered,
            self.programs | other.programs,
            self.writers | other.writers,
            self.unproved | other.unproved,
            self.deletes | other.deletes,
            self.raisers | other.raisers,
            {**self.words, **other.words},
        )

    def kin_of(self, oids: Iterable[int]) -> frozenset[int]:
        """These, and what holds their rows too."""
        return _closed(oids, self.kin)

    def words_behind(self, words: Iterable[str]) -> frozenset[str]:
        """These, and those of the bodies of routines that they name."""
        return _closed(words, self.words)

    def written_with(self, oids: Iterable[int]) -> frozenset[int]:
        """These, what holds their rows too, and what foreign keys change with them."""
        return _closed(oids, _joined(self.kin, self.cascades))


def read_reach(conn: Connection, said: dict[str, frozenset[str]]) -> Reach:
    """The reach in a shadow database.

    Args:
        conn: a session whose search_path is empty.
        said: the words of bodies of routines; those that are read are added.
    """
    found = fetch_each(conn, _KIN, _CASCADES, _DELETES, _ROUTINES, _TRIGGERS, _UNPROVED)
    pairs, changed, deletes, routines, triggers, unproved = found
    kin, cascades = dict[int, set[int]](), dict[int, set[int]]()
    for one, other in pairs:
        kin.setdefault(one, set()).add(other)
    for one, other in changed:
        cascades.setdefault(one, set()).add(other)
    heard = _heard_in(routines, said)
    oids, names = _reaching(heard, WRITING)
    _, raisers = _reaching(heard, _REFUSALS)
    return Reach(
        {oid: frozenset(found) for oid, found in kin.items()},
        {oid: frozenset(found) for oid, found in cascades.items()},
        frozenset(oid for oid, _ in triggers),
        frozenset(oid for oid, routine in triggers if not routine or routine in oids),
        names,
        frozenset(
            Unproved(relation, name, tuple(columns or ()), condition)
            for relation, name, columns, condition in unproved
        ),
        frozenset((one, other, tuple(columns)) for one, other, columns in deletes),
        raisers,
        _by_name(heard),
    )


def relations_named(facts: Iterable[Facts], names: set[str]) -> set[int]:
    """OIDs of the relations that bear one of the names."""
    return {oid for each in facts for oid, one in each.relations.items() if one.name in names}


def refuses(sql: str) -> bool:
    """Whether a text has a statement that refuses by itself, in a string too."""
    return bool(_heard(words_in_order(sql)) & _REFUSALS)


def words_in_order(sql: str) -> list[str]:
    """All words of a text, those in strings too, in lower case."""
    return "".join(c if c.isalnum() or c == "_" else " " for c in sql.lower()).split()


def _heard_in(
    routines: Iterable[tuple[Any, ...]], said: dict[str, frozenset[str]]
) -> dict[tuple[int, str], frozenset[str]]:
    """The words of routines, by OID and name; of one that cannot be read, all that matter."""
    named = dict[tuple[int, str], frozenset[str]]()
    for oid, name, language, source, body in routines:
        text = f"{source} {body}"
        if language in _READ and text not in said:
            said[text] = _said(text)
        named[oid, name] = said[text] if language in _READ else WRITING | _REFUSALS
    return named


def _by_name(named: Mapping[tuple[int, str], frozenset[str]]) -> dict[str, frozenset[str]]:
    """The words of all routines of one name."""
    found = dict[str, frozenset[str]]()
    for (_, name), words in named.items():
        found[name] = found.get(name, frozenset()) | words
    return found


def _reaching(
    named: Mapping[tuple[int, str], frozenset[str]], words: frozenset[str]
) -> tuple[set[int], frozenset[str]]:
    """OIDs and names of those that say one of these words, or call another that does."""
    found, names = set[tuple[int, str]](), set(words)
    while more := {each for each, heard in named.items() if each not in found and heard & names}:
        found |= more
        names |= {name for _, name in more}
    return {oid for oid, _ in found}, frozenset(name for _, name in found)


def _said(body: str) -> frozenset[str]:
    """The words of a body; of one that cannot be read, all that matter."""
    try:
        return _heard([_folded(each) for each in tokens(body) if each.is_name])
    except (PgmigError, ValueError, IndexError):
        return WRITING | _REFUSALS


def _heard(words: Sequence[str]) -> frozenset[str]:
    """These words, without a RAISE that only tells."""
    pairs = zip(words, [*words[1:], ""], strict=True)
    return frozenset(word for word, then in pairs if word != "raise" or then not in _LEVELS)


def _folded(token: Token) -> str:
    return token.text.strip('"').lower()


def _joined(
    one: Mapping[int, frozenset[int]], other: Mapping[int, frozenset[int]]
) -> Mapping[int, frozenset[int]]:
    nothing = frozenset[int]()
    return {oid: one.get(oid, nothing) | other.get(oid, nothing) for oid in {*one, *other}}


def _closed(begun: Iterable[T], edges: Mapping[T, frozenset[T]]) -> frozenset[T]:
    found = set[T]()
    todo = list(begun)
    while todo:
        each = todo.pop()
        if each not in found:
            found.add(each)
            todo += edges.get(each, ())
    return frozenset(found)
