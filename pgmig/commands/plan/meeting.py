"""Meeting: rows that scripts write, held against those rows of the target that they would meet."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from msgspec import structs

from pgmig.commands.plan.asking import Asker, told
from pgmig.commands.plan.casts import unquoted
from pgmig.commands.plan.facts import Facts
from pgmig.commands.plan.harvest import MOST, Drawn, Keyed, Value, Written
from pgmig.commands.plan.keys import Key
from pgmig.commands.plan.sources import ROW, Rows
from pgmig.commands.plan.trying import Tried
from pgmig.commands.plan.values import CheckResult
from pgmig.commands.plan.words import some
from pgmig.commands.plan.writing import Change, Stake, changes
from pgmig.ddl import ident_text, literal_text, qualified
from pgmig.scripts import Piece
from pgmig.scripts.batch.tokens import tokens

# Names and expressions in a query are quoted, or come from the server's own deparser.
# ruff: noqa: S608

EXAMPLES = 5

_AT, _WRITTEN = '"pgmig: at"', '"pgmig: written"'
_TAKING = frozenset({"DELETE", "TRUNCATE"})  # after which fewer keys are taken
_ADDING = frozenset({"INSERT", "COPY"})
_FROM_SEQUENCES = frozenset({"CURRVAL", "LASTVAL", "NEXTVAL"})
_ON_SEQUENCES = frozenset({"SETVAL", "RESTART"})


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement that wrote something, and what is known of it.

    Attributes:
        tried: the script.
        piece: the statement.
        written: by it.
        earlier: what others before it may change, each with its first word.
        is_plain: it writes the same rows everywhere.
    """

    tried: Tried
    piece: Piece
    written: Written
    earlier: tuple[tuple[str, Change], ...]
    is_plain: bool

    @property
    def is_literal(self) -> bool:
        """Whether it asks no sequence what it has given."""
        said = {each.word for each in tokens(self.piece.sql)}
        return self.is_plain and not said & _FROM_SEQUENCES

    def doubt(self, key: Key, columns: frozenset[str]) -> str:
        """Why another row may be met, or none, when the script runs; "" where that is certain."""
        if not self.is_plain:
            return "the statement can write other rows there"
        if key.sort != "parent" and any(part.resolution for part in self.written.parts or ()):
            return "ON CONFLICT may have an answer to it"
        stake = Stake(key.target or key.relation, columns)
        if any(each.meets(stake) for word, each in self.earlier if word not in _ADDING):
            return "a statement before it may change that"
        return ""

    def doubt_of_none(self, key: Key, columns: frozenset[str]) -> str:
        """The same where no row is met now: one that is gone meets nothing."""
        if not self.is_plain:  # what it reads is told by itself
            return ""
        kept = () if key.sort == "parent" else _TAKING
        others = [each for word, each in self.earlier if word not in kept and word not in _ADDING]
        stake = Stake(key.target or key.relation, columns)
        is_changed = any(each.meets(stake) for each in others)
        return "that is so now, and a statement before it may change those rows" * is_changed


def met(
    asker: Asker,
    scripts: Sequence[Tried],
    *,
    has_values: bool,
    on_step: Callable[[str], None],
) -> Iterator[CheckResult]:
    """What came of it, key by key.

    Args:
        asker: asks the target.
        scripts: what was seen of them.
        has_values: examples show values, not only keys.
        on_step: told what happens next.
    """
    base = scripts[0].before if scripts else Facts()
    sequences = _Sequences(asker, base)
    for tried, statements in statements_of(scripts):
        told = set[tuple[object, ...]]()
        groups = dict[tuple[object, ...], list[tuple[Statement, Keyed]]]()
        for statement in statements:
            for keyed in _unanswered(asker, base, sequences, statement):
                key = keyed.key
                if key.relation in base.relations and not _is_passed_over(statement, key):
                    place = (key.sort, key.relation, key.name, statement.is_plain, *keyed.types)
                    groups.setdefault(place, []).append((statement, keyed))
        for found in groups.values():
            meeting = _Meeting(asker, base, tried, sequences, found, has_values)
            if meeting.is_asked:
                on_step(f"checking that {meeting.words[0]}")
                result = meeting.result()
                root = base.relations[meeting.key.relation].parent
                if root is None or (root, result.sort, result.outcome, result.doubt) not in told:
                    yield result
                if result.outcome == "passed":  # of many partitions one
                    told.add((root, result.sort, result.outcome, result.doubt))


def unheld(scripts: Sequence[Tried]) -> Iterator[str]:
    """Foreign keys that are off while rows are written, in words."""
    for tried in scripts:
        names = {
            ident_text(keyed.key.name)
            for written in tried.written
            for keyed in written.keys
            if keyed.key.is_off
        }
        if names:
            told = some(tuple(sorted(names)), 3)
            yield f"{tried.step.label} writes rows while foreign keys are off, not asked: {told}"


def statements_of(scripts: Sequence[Tried]) -> Iterator[tuple[Tried, list[Statement]]]:
    """The statements that wrote something, script by script."""
    earlier: list[tuple[str, Change]] = []
    for tried in scripts:
        pieces = list(tried.step.half.statements())
        made = changes(tried)
        words = [(piece.words[0] if piece.words else "") for piece in pieces]
        routines = {
            name
            for each in (tried.before, tried.after)
            if each is not None
            for name, _ in each.routines.values()
        }
        moving = tried.reach.triggered | _called_by_default(tried, routines)
        mine = [
            (_kind(word, piece), each)
            for word, piece, each in zip(words, pieces, made, strict=True)
        ]
        yield (
            tried,
            [
                Statement(
                    tried,
                    pieces[each.number - 1],
                    each,
                    (*earlier, *mine[: each.number - 1]),
                    _is_plain(moving, pieces[each.number - 1], each, routines),
                )
                for each in tried.written
            ],
        )
        earlier += mine


def _kind(word: str, piece: Piece) -> str:
    """The first word; of an INSERT that can change rows, UPDATE."""
    is_changing = word == "INSERT" and any(each.word == "UPDATE" for each in tokens(piece.sql))
    return "UPDATE" if is_changing else word


def _called_by_default(tried: Tried, routines: set[str]) -> frozenset[int]:
    """OIDs of tables of which a default calls a routine."""
    facts = tried.after or tried.before
    return frozenset(
        oid
        for (oid, _), column in (facts.columns.items() if routines else ())
        if column.default
        and any(unquoted(each.text) in routines for each in tokens(column.default) if each.is_name)
    )


def _is_plain(moving: frozenset[int], piece: Piece, written: Written, routines: set[str]) -> bool:
    """Whether it writes the same rows everywhere; to tables that are `moving` none does."""
    if written.inserted.keys() & moving or written.unseen:
        return False
    if piece.words[:1] == ("COPY",):
        return bool(piece.data)
    if piece.words[:1] != ("INSERT",) or written.parts is None:
        return False
    names = {unquoted(each.text) for each in tokens(piece.sql) if each.is_name}
    return all(part.operation == "Insert" for part in written.parts) and not names & routines


def _unanswered(
    asker: Asker, base: Facts, sequences: "_Sequences", statement: Statement
) -> Iterator[Keyed]:
    """What the rows of a statement must meet, but for those to which ON CONFLICT has an answer."""
    written = statement.written
    answered = set[tuple[int, str]]()
    arbiters = {name for part in written.parts or () for name in part.arbiters}
    for keyed in written.keys:
        if keyed.key.name in arbiters and keyed.key.sort != "parent":
            found = [(statement, keyed)]
            meeting = _Meeting(asker, base, statement.tried, sequences, found, has_values=False)
            if meeting.is_asked:
                answered |= {(keyed.key.relation, place) for place in meeting.places()}
    for keyed in written.keys:
        left = [
            (row, place)
            for row, place in zip(keyed.rows, keyed.places, strict=False)
            if (keyed.key.relation, place) not in answered
        ]
        if not answered or keyed.key.sort == "parent":
            yield keyed
        elif left:
            rows, places = zip(*left, strict=True)
            yield replace(keyed, rows=tuple(rows), places=tuple(places))


def _is_passed_over(statement: Statement, key: Key) -> bool:
    """Whether ON CONFLICT has an answer to a row with the same key."""
    if key.sort == "parent":
        return False
    inserts = [part for part in statement.written.parts or () if part.resolution]
    return any(not part.arbiters or key.name in part.arbiters for part in inserts)


@dataclass(frozen=True, slots=True)
class _Sequences:
    """What sequences of the target give next."""

    asker: Asker
    base: Facts

    def given(self, values: Iterable[Value]) -> tuple[dict[Drawn, str], str]:
        """What each value that a sequence gave will be there; why it is not known."""
        drawn = {each for each in values if isinstance(each, Drawn)}
        nexts = dict[int, tuple[int, int]]()
        for oid in {each.sequence for each in drawn} & self.base.relations.keys():
            relation = self.base.relations[oid]
            name = qualified(relation.schema, relation.name)
            found = self.asker.ask(
                f"SELECT q.last_value, q.is_called, s.seqincrement FROM {name} q,"
                " pg_catalog.pg_sequence s WHERE s.seqrelid ="
                f" {literal_text(name)}::pg_catalog.regclass"
            )
            if found.fault is not None:
                return {}, told(found.fault, self.asker.timeout)
            ((last, is_called, step),) = found.rows
            nexts[oid] = (last + step * is_called, step)
        return {
            each: str(nexts[each.sequence][0] + each.place * nexts[each.sequence][1])
            if each.sequence in nexts
            else each.value
            for each in drawn
        }, ""


@dataclass(frozen=True, slots=True)
class _Meeting:
    """One key of one table, and all that a script writes to it."""

    asker: Asker
    base: Facts
    tried: Tried
    sequences: _Sequences
    found: Sequence[tuple[Statement, Keyed]]
    has_values: bool

    @property
    def key(self) -> Key:
        """Which."""
        return self.found[0][1].key

    @property
    def is_asked(self) -> bool:
        """Whether the target has what it is about, and something is to be met there."""
        oids = {self.key.relation, *([self.key.target] if self.key.target else [])}
        there = self.base.columns
        has_columns = all((self.key.relation, n) in there for n in self.key.columns)
        if self.key.sort == "parent":
            has_columns = all((self.key.target, n) in there for n in self.key.target_columns)
        return oids <= self.base.relations.keys() and has_columns and bool(self._rows())

    @property
    def words(self) -> tuple[str, str]:
        """What is asked, and what there is where it is not so."""
        table, name = self._name(self.key.relation), ident_text(self.key.name)
        if self.key.sort == "parent":
            parent = self._name(self.key.target)
            return (
                f"each row that it writes to {table} finds its row of {parent} ({name})",
                f"rows that it writes to {table} have no row in {parent} ({name})",
            )
        return (
            f"no row of {table} is in the way of those that it writes ({name})",
            f"rows of {table} are in the way of those that it writes ({name})",
        )

    def result(self) -> CheckResult:
        """What came of it."""
        began = time.monotonic()
        asks, fails = self.words
        first = self.found[0][0]
        made = CheckResult(
            sort="missing" if self.key.sort == "parent" else "taken",
            relation=self._name(self.key.relation),
            asks=asks,
            fails=fails,
            script=self.tried.step.label,
            statement=first.written.number,
            line=first.piece.line,
            outcome="passed",
            count=0,
        )
        found = self._asked(made)
        return structs.replace(found, seconds=time.monotonic() - began)

    def places(self) -> Iterator[str]:
        """Places of rows of the first statement that meet one of the target."""
        _, keyed = self.found[0]
        given, _ = self.sequences.given(value for row in keyed.rows for value in row)
        query = self._query(list(enumerate(keyed.rows)), given)
        for (at,) in self.asker.ask(f"SELECT DISTINCT {_AT} FROM ({query}) b").rows:
            yield keyed.places[at]

    def _asked(self, made: CheckResult) -> CheckResult:
        rows = self._rows()
        given, unknown = self.sequences.given(value for _, row in rows for value in row)
        if unknown:
            return structs.replace(made, outcome="unknown", count=None, reason=unknown)
        bad = self._query(rows, given)
        counted = self.asker.ask(f"SELECT count(*), min({_AT}) FROM ({bad}) b")
        if counted.fault is not None:
            reason = told(counted.fault, self.asker.timeout)
            return structs.replace(made, outcome="unknown", count=None, reason=reason)
        ((count, number),) = counted.rows
        columns = self._columns()
        if count:
            return self._failed(made, bad, count, number)
        cut = any(keyed.is_cut for _, keyed in self.found)
        if cut:
            reason = f"only the first {MOST:,} rows of a statement are held against the target"
            return structs.replace(made, outcome="unknown", count=None, reason=reason)
        doubts = [each.doubt_of_none(self.key, columns) for each, _ in self.found]
        return structs.replace(made, doubt=max(doubts))

    def _failed(self, made: CheckResult, bad: str, count: int, number: int) -> CheckResult:
        shown = self.asker.ask(f"SELECT {ROW} FROM ({bad}) b LIMIT {EXAMPLES}")
        statement = next(each for each, _ in self.found if each.written.number == number)
        doubt = statement.doubt(self.key, self._columns())
        if not doubt and self._is_moved(statement):
            doubt = "the scripts set the sequence"
        if not doubt and self.key.sort == "parent" and self._is_hard_coded():
            doubt = "a sequence gives that number to a row that the scripts write"
        return structs.replace(
            made,
            outcome="failed",
            count=count,
            examples=tuple(str(row) for (row,) in shown.rows),
            statement=number,
            line=statement.piece.line,
            doubt=doubt,
        )

    def _is_moved(self, statement: Statement) -> bool:
        """Whether a script sets a sequence before; then nobody knows what it gives."""
        has_drawn = any(isinstance(value, Drawn) for _, row in self._rows() for value in row)
        pieces = self.tried.step.half.statements()
        return has_drawn and any(
            each.word in _ON_SEQUENCES
            for piece in pieces
            if piece.start <= statement.piece.start
            for each in tokens(piece.sql)
        )

    def _is_hard_coded(self) -> bool:
        return any(keyed.made for _, keyed in self.found)

    def _rows(self) -> list[tuple[int, tuple[Value, ...]]]:
        """What is asked about, each with the number of its statement."""
        found: list[tuple[int, tuple[Value, ...]]] = []
        for statement, keyed in self.found:
            number = statement.written.number
            for row in keyed.rows:
                if self.key.sort != "parent":
                    found.append((number, row))
                    continue
                # A row that the scripts wrote is there too, unless its number is another there.
                is_drawn = any(isinstance(value, Drawn) for value in row)
                if row not in keyed.made or (is_drawn and statement.is_literal):
                    raw = tuple(v.value if isinstance(v, Drawn) else v for v in row)
                    found.append((number, raw))
        return found[:MOST]

    def _query(
        self, rows: Sequence[tuple[int, tuple[Value, ...]]], given: Mapping[Drawn, str]
    ) -> str:
        """The rows of the target that are met, or those that find none, with their statements."""
        key = self.key
        names = [f'"pgmig: {n}"' for n, _ in enumerate(key.expressions, start=1)]
        numbers = ",".join(str(number) for number, _ in rows)
        listed = "".join(
            f", {_array([row[at] for _, row in rows], given)}" for at in range(len(names))
        )
        values = (
            f"unnest('{{{numbers}}}'::pg_catalog.int4[]{listed})"
            f" {_WRITTEN} ({', '.join([_AT, *names])})"
        )
        types = self.found[0][1].types
        news = [f"{_WRITTEN}.{name}::{each}" for name, each in zip(names, types, strict=True)]
        if key.sort == "parent":
            return self._orphans(values, names, news)
        met = [
            f"(({each}) {operator} {new}"
            + (f" OR ({each}) IS NULL AND {new} IS NULL)" if key.is_null_equal else ")")
            for each, operator, new in zip(key.expressions, key.operators, news, strict=True)
        ]
        where = " AND ".join([*met, *([f"({key.predicate})"] if key.predicate else [])])
        source = self._source().source(key.relation, key.columns, is_only=True)
        return (
            f"SELECT x.{ROW}, {_WRITTEN}.{_AT} FROM {values}"
            f" CROSS JOIN LATERAL (SELECT {ROW} FROM {source} WHERE {where}) x"
        )

    def _orphans(self, values: str, names: Sequence[str], news: Sequence[str]) -> str:
        key, columns = self.key, self.base.columns
        parent = self.base.relations[key.target]
        only = "ONLY " if parent.kind == "r" else ""
        met = " AND ".join(
            f"p.{ident_text(columns[key.target, number].name)} {operator} {new}"
            for number, operator, new in zip(key.target_columns, key.operators, news, strict=True)
        )
        shown = ", ".join(
            f"pg_catalog.concat({literal_text(each + '=')}, {_WRITTEN}.{name})"
            for each, name in zip(key.expressions, names, strict=True)
        )
        return (
            f"SELECT pg_catalog.concat_ws(', ', {shown}) AS {ROW}, {_AT} FROM {values} WHERE NOT"
            f" EXISTS (SELECT FROM {only}{self._name(key.target)} p WHERE {met})"
        )

    def _source(self) -> Rows:
        names = self.tried.after or self.tried.before
        is_known = all((self.key.relation, n) in names.columns for n in self.key.columns)
        return Rows(self.base, names if is_known else self.tried.before, self.has_values)

    def _columns(self) -> frozenset[str]:
        """Names of the columns by which rows meet."""
        oid, numbers = self.key.relation, self.key.columns
        if self.key.target:
            oid, numbers = self.key.target, self.key.target_columns
        return frozenset(
            each.columns[oid, number].name
            for each in (self.base, self.tried.before, self.tried.after or Facts())
            for number in numbers
            if (oid, number) in each.columns
        )

    def _name(self, oid: int) -> str:
        each = self.base.relations[oid]
        return qualified(each.schema, each.name)


def _array(values: Sequence[Value], given: Mapping[Drawn, str]) -> str:
    """An array of text, in which a long list is one constant (manual, arrays.html)."""
    listed = ",".join(_element(value, given) for value in values)
    return f"{literal_text(f'{{{listed}}}')}::pg_catalog.text[]"


def _element(value: Value, given: Mapping[Drawn, str]) -> str:
    if value is None:
        return "NULL"
    text = given.get(value, value.value) if isinstance(value, Drawn) else value
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
