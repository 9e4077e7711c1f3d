"""Facts: what is known of one script when it is judged."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, TypeVar

from pgmig import ddl
from pgmig.lint.rights import Rights
from pgmig.model import ObjectKey, Record, Snapshot
from pgmig.scripts import Piece, Script
from pgmig.scripts.batch.tokens import Token, tokens
from pgmig.shadow.application import Effect
from pgmig.shadow.roundtrip import Fault
from pgmig.shadow.trace import Relation, StatementTrace
from pgmig.shadow.trace.values import MODES

Part = Literal["relation", "column", "default", "constraint", "reference", "index", "trigger"]
Verb = Literal["added", "dropped", "renamed", "changed", "set", "unset"]

_OF_PARTITIONS = frozenset({"column", "default"})  # changed in each under one name

_LONG = 100_000  # characters of a statement in whose words nobody looks for a name


@dataclass(frozen=True, slots=True)
class Change:
    """What one statement changed of a relation that was there before the script.

    Attributes:
        part: of the relation. A default is all that gives a column its value; a reference is a
            foreign key of another table to this one.
        verb: what became of it; set and unset are of what `is_set` tells.
        relation: which, under the name that it had.
        name: of the part, the new one when it was renamed.
        old: what it was: a name, a column's type, a relation's schema.
        new: what it is: the same, and of an added constraint its pg_constraint.contype.
        is_set: logged, of a relation; NOT NULL of a column; valid, of a constraint and an index;
            enabled, of a trigger.
    """

    part: Part
    verb: Verb
    relation: Relation
    name: str
    old: str = ""
    new: str = ""
    is_set: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """A relation that a script left.

    Attributes:
        oid: of it, which tells whether it is the one that had the name before.
        relkind: pg_class.relkind.
        columns: their names.
    """

    oid: int
    relkind: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Done:
    """One statement of the way up, and what was seen of it.

    Attributes:
        number: in its half, from 1.
        piece: its text.
        trace: its locks, rewrites and scans.
        changes: of relations on which its transaction held a strong lock.
        held: the strongest lock of its transaction on each relation, by then.
        kept: what it left in its session, where the script has no transaction: a sort of one word,
            "table" or the like, and a name.
    """

    number: int
    piece: Piece
    trace: StatementTrace
    changes: tuple[Change, ...] = ()
    held: Mapping[Relation, str] = field(default_factory=dict[Relation, str])
    kept: tuple[str, ...] = ()

    @cached_property
    def verb(self) -> str:
        """Its first word, in capitals."""
        return next(iter(self.piece.words), "")

    def is_blocking(self, relation: Relation) -> bool:
        """Whether others cannot write to the relation, or cannot even read it, by then."""
        mode = self.held.get(relation)
        if relation.relkind == "m":  # nobody writes to it
            return mode == "AccessExclusiveLock"
        return mode is not None and MODES.index(mode) >= MODES.index("ShareLock")

    def tokens(self) -> list[Token]:
        """Its tokens; none of one that is very long."""
        return list(self._tokens)

    @cached_property
    def _tokens(self) -> tuple[Token, ...]:
        sql = self.piece.sql
        return tuple(tokens(sql)) if len(sql) < _LONG else ()

    @cached_property
    def flat(self) -> tuple[str, ...]:
        """Its bare words outside all parentheses, in capitals; "" for what is none."""
        return tuple(each.word for each in self._tokens if not each.depth)


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule found.

    Attributes:
        message: one sentence without a full stop.
        statement: which is at fault, from 1; None: the file, or whichever names it.
        do: what to do instead.
        names: of what it is about, most telling first, where the statement is not known.
        script: the label, where a rule of the course knows it.
    """

    message: str
    statement: int | None = None
    do: str = ""
    names: tuple[str, ...] = ()
    script: str = ""


@dataclass(frozen=True)
class Facts:
    """What is known of one script.

    Attributes:
        script: the pair.
        statements: of its way up.
        faults: what it does wrong, up, down and up again.
        broken: routines whose bodies were good before, and what the server says of them now.
        failed: the statement of the way up that failed.
        is_observed: it ran in a shadow database; otherwise nothing is known but its text.
        effects: on statements of the application.
        columns: those that views had when the script first locked them strongly.
        left: what stands in the end under names, schema first, of relations that it dropped, gave
            another name or took columns from.
        rights: what only a superuser may do on the server.
    """

    script: Script
    statements: tuple[Done, ...]
    faults: tuple[Fault, ...] = ()
    broken: tuple[tuple[str, str], ...] = ()
    failed: int | None = None
    is_observed: bool = True
    effects: tuple[Effect, ...] = ()
    columns: Mapping[Relation, tuple[str, ...]] = field(
        default_factory=dict[Relation, tuple[str, ...]]
    )
    left: Mapping[tuple[str, str], Standing] = field(
        default_factory=dict[tuple[str, str], Standing]
    )
    rights: Rights = field(default_factory=Rights)

    def standing(self, relation: Relation) -> Standing | None:
        """What stands in the end under the name that a changed relation had."""
        return self.left.get((relation.schema, relation.name))

    def changes(self, part: Part, *verbs: Verb) -> Iterator[tuple[Done, Change]]:
        """The changes of this sort, with their statements; once of a table and its partitions."""
        for done in self.statements:
            found = [each for each in done.changes if each.part == part and each.verb in verbs]
            found.sort(key=lambda each: each.relation.relkind != "p")
            seen: set[tuple[str, ...]] = set()
            for each in () if done.verb == "ROLLBACK" else found:
                what = (each.verb, each.name, each.old, each.new)
                is_again = part in _OF_PARTITIONS and done.verb == "ALTER" and what in seen
                seen.add(what)
                if not is_again:
                    yield done, each

    def statement_of(self, *names: str) -> int | None:
        """The first statement in which all of these names stand; for the place of a finding."""
        wanted = frozenset(names)
        return next((number for number, words in self.words if wanted <= words), None)

    def words_of(self, number: int) -> frozenset[str]:
        """The words of a statement; none of a very long one."""
        return self._words.get(number, frozenset())

    @cached_property
    def _words(self) -> Mapping[int, frozenset[str]]:
        return dict(self.words)

    @cached_property
    def words(self) -> tuple[tuple[int, frozenset[str]], ...]:
        """The words of each statement, but for very long ones."""
        texts = ((each.number, each.piece.sql) for each in self.statements)
        return tuple((number, ddl.words(text)) for number, text in texts if len(text) < _LONG)


_R = TypeVar("_R", bound=Record)


@dataclass(frozen=True)
class Course:
    """What is known of scripts that ran one after the other.

    Attributes:
        scripts: in their order, up to one that failed.
        before: the schema that the first of them found.
        after: the schema that the last of them left.
        settled: texts of bodies that name nothing that is not there, which the server has checked.
        origins: labels of scripts by what they wrote last: schema, table or "", name.
    """

    scripts: tuple[Facts, ...]
    before: Snapshot
    after: Snapshot
    settled: frozenset[str] = frozenset()
    origins: Mapping[tuple[str, str, str], str] = field(
        default_factory=dict[tuple[str, str, str], str]
    )

    def added(self, of: type[_R]) -> Iterator[tuple[ObjectKey, _R]]:
        """Objects that the scripts made."""
        for key, record in self._new:
            if isinstance(record, of) and key not in self.before.objects:
                yield key, record

    def altered(self, of: type[_R]) -> Iterator[tuple[ObjectKey, _R, _R]]:
        """Objects that were there and are others now, old and new."""
        for key, record in self._new:
            before = self.before.objects.get(key)
            if isinstance(record, of) and isinstance(before, of):
                yield key, before, record

    def all(self, of: type[_R]) -> Iterator[tuple[ObjectKey, _R]]:
        """All objects that are there now."""
        for key, record in self.after.objects.items():
            if isinstance(record, of):
                yield key, record

    @cached_property
    def _new(self) -> list[tuple[ObjectKey, Record]]:
        """What is new or another now."""
        found: list[tuple[ObjectKey, Record]] = []
        for key, record in self.after.objects.items():
            before = self.before.objects.get(key)
            if before is not record and before != record:
                found.append((key, record))
        return found
