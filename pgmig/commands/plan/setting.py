"""Setting: the columns that an UPDATE gives values to, and what kind of values."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pgmig.commands.plan.casts import unquoted
from pgmig.scripts.batch.tokens import Token, tokens

_QUERIES = frozenset({"SELECT", "TABLE", "VALUES", "WITH"})
_ENDS = frozenset({"WHERE", "FROM", "RETURNING", "WHEN"})


@dataclass(frozen=True, slots=True)
class Setting:
    """The value of one column.

    Attributes:
        is_constant: it is a string, a number, TRUE, FALSE or NULL.
        is_null: it is NULL.
        is_query: it holds a query.
        is_coalesced: it is a coalesce().
        names: that it mentions.
        listed: its tokens.
    """

    is_constant: bool
    is_null: bool
    is_query: bool
    is_coalesced: bool
    names: frozenset[str]
    listed: tuple[Token, ...] = ()


@dataclass(frozen=True, slots=True)
class Update:
    """A plain UPDATE, by what stands in its text.

    Attributes:
        schema: of the table; "" without one.
        name: of the table.
        alias: of it; "" without one.
        is_only: rows of children stay.
        values: expressions by the columns that it sets to them, but for one set to itself.
        source: what stands behind FROM.
        where: what stands behind WHERE.
    """

    schema: str
    name: str
    alias: str
    is_only: bool
    values: Mapping[str, str]
    source: str
    where: str


def update_of(sql: str) -> Update | None:
    """An UPDATE that begins so; None where it sets columns by one query, or parts of them."""
    listed = list(tokens(sql))
    places = _clauses(listed)
    if listed[:1] == [] or "SET" not in places or "CURRENT" in {each.word for each in listed}:
        return None
    head = [each for each in listed[1 : places["SET"]] if each.word not in {"ONLY", "AS"}]
    names = [unquoted(each.text) for each in head if each.is_name]
    has_schema = len(head) > 1 and head[1].text == "."
    values = dict[str, str]()
    ends = sorted([*places.values(), len(listed)])
    clause = {word: listed[at + 1 : ends[ends.index(at) + 1]] for word, at in places.items()}
    for part in _assignments(clause["SET"]):
        if len(part) < 3 or not part[0].is_name or part[1].text != "=":
            return None
        column = unquoted(part[0].text)
        if len(part) > 3 or unquoted(part[2].text) != column:
            values[column] = sql[part[2].start : part[-1].end]
    return Update(
        names[0] if has_schema else "",
        names[has_schema],
        "".join(names[has_schema + 1 : has_schema + 2]),
        any(each.word == "ONLY" for each in listed[: places["SET"]]),
        values,
        _text(sql, clause.get("FROM", ())),
        _text(sql, clause.get("WHERE", ())),
    )


def _assignments(listed: Sequence[Token]) -> Iterator[list[Token]]:
    """Column, sign and expression, also of those in a row of several; else what is there."""
    for part in _parts(listed, 0, ends=frozenset()):
        sign = next((n for n, each in enumerate(part) if each.text == "=" and not each.depth), 0)
        columns, values = part[:sign], part[sign + 1 :]
        values = values[values[:1] != [] and values[0].word == "ROW" :]
        row = _inner(values)
        found = list(zip(_inner(columns), row, strict=False))
        is_row = len(row) == len(_inner(columns)) and row[:1] != [] and row[0][:1] != []
        if is_row and row[0][0].word not in _QUERIES:
            yield from ([*one, part[sign], *other] for one, other in found)
        else:
            yield part


def _inner(listed: Sequence[Token]) -> list[list[Token]]:
    """What stands between commas in parentheses around all of it."""
    is_one = len(listed) > 1 and (listed[0].text, listed[-1].text) == ("(", ")")
    if not is_one or any(not each.depth for each in listed[1:-1]):
        return []
    return list(_parts(listed[1:-1], 1, ends=frozenset()))


def _clauses(listed: Sequence[Token]) -> dict[str, int]:
    """Where the clauses begin; IS DISTINCT FROM begins none."""
    found = dict[str, int]()
    for at, each in enumerate(listed):
        is_one = each.word in {"SET", "FROM", "WHERE", "RETURNING"} and not each.depth
        if is_one and listed[at - 1].word != "DISTINCT":
            found.setdefault(each.word, at)
    return found


def _text(sql: str, listed: Sequence[Token]) -> str:
    kept = [each for each in listed if each.text != ";"]
    return sql[kept[0].start : kept[-1].end] if kept else ""


def settings(sql: str) -> dict[str, Setting] | None:
    """The columns that a statement sets, each with its value; None where it cannot be told.

    One that is set to itself is not changed.
    """
    listed = list(tokens(sql))
    found = dict[str, Setting]()
    begins = [
        at
        for at, each in enumerate(listed)
        if each.word == "SET" and any(one.word == "UPDATE" for one in listed[max(at - 12, 0) : at])
    ]
    for at in begins:
        depth = listed[at].depth
        for part in _parts(listed[at + 1 :], depth):
            sign = next(
                (n for n, each in enumerate(part) if each.text == "=" and each.depth == depth), 0
            )
            if not sign:
                return None
            value = _value(part[sign + 1 :])
            names = [each for each in part[:sign] if each.is_name]
            if part[0].text != "(":  # of a field of a composite type, its column
                names = names[:1]
            is_same = len(part) == sign + 2 and value.names == frozenset({unquoted(names[0].text)})
            found |= {} if is_same else {unquoted(each.text): value for each in names}
    return found if begins else None


def _parts(
    listed: Sequence[Token], depth: int, ends: frozenset[str] = _ENDS
) -> Iterator[list[Token]]:
    """What stands between commas, up to the end of the clause."""
    part: list[Token] = []
    for each in listed:
        if each.depth < depth or (each.depth == depth and each.word in ends):
            break
        if each.depth == depth and each.text == ",":
            yield part
            part = []
        else:
            part.append(each)
    if part:
        yield part


def _value(listed: Sequence[Token]) -> Setting:
    words = [each.word for each in listed]
    is_literal = len(listed) == 1 and (
        not listed[0].is_name or words[0] in {"TRUE", "FALSE", "NULL"}
    )
    return Setting(
        is_literal,
        words == ["NULL"],
        "SELECT" in words,
        words[:1] == ["COALESCE"],
        frozenset(unquoted(each.text) for each in listed if each.is_name),
        tuple(listed),
    )
