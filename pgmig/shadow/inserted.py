"""Columns for which an INSERT of an application has to give a value and gives none.

The server says so when the statement runs, not when it is parsed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import LiteralString

from pgmig.db import Connection
from pgmig.db.execute import fetch
from pgmig.scripts.batch.tokens import Token, tokens

# A trigger may fill what the statement does not.
_REQUIRED: LiteralString = """
SELECT n.name, pg_catalog.array_agg(a.attname::text ORDER BY a.attnum),
    pg_catalog.array_agg(a.attname::text ORDER BY a.attnum) FILTER (WHERE a.attnotnull
        AND NOT a.atthasdef AND a.attidentity = '' AND t.typdefault IS NULL)
FROM pg_catalog.unnest(%s::text[]) n (name)
JOIN pg_catalog.pg_class c ON c.oid = pg_catalog.to_regclass(n.name) AND c.relkind IN ('r', 'p')
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_trigger g WHERE g.tgrelid = c.oid
    AND g.tgtype & 7 = 7 AND g.tgenabled <> 'D')
GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class Target:
    """What an INSERT puts rows into.

    Attributes:
        table: as it is written.
        columns: that it names; None without a list of them.
        count: how many values it gives, without a list; None where only running tells.
    """

    table: str
    columns: frozenset[str] | None
    count: int | None = None

    def lacks(self, every: Sequence[str], required: Sequence[str]) -> tuple[str, ...]:
        """The columns that it should give a value for.

        Args:
            every: column of the table, in order.
            required: those that take no NULL and have no default.
        """
        given = self.columns
        if given is None:
            given = frozenset(every if self.count is None else every[: self.count])
        return tuple(name for name in required if name not in given)


def target_of(sql: str) -> Target | None:
    """What a statement inserts into; None of one that is no plain INSERT."""
    listed = list(tokens(sql))
    if [each.word for each in listed[:2]] != ["INSERT", "INTO"]:
        return None
    end = 3
    while end + 1 < len(listed) and listed[end].text == ".":
        end += 2
    if end > len(listed):
        return None
    table = sql[listed[2].start : listed[end - 1].end]
    rest = listed[end:]
    if rest[:1] and rest[0].word == "AS":
        rest = rest[2:]
    if not rest:
        return None
    if rest[0].text == "(" and rest[1:2] and rest[1].is_name and rest[1].word not in _QUERIES:
        return Target(table, frozenset(_names(rest)))
    words = [each.word for each in rest]
    if words[:2] == ["DEFAULT", "VALUES"]:
        return Target(table, frozenset())
    return Target(table, None, _count(rest[1:]) if words[0] == "VALUES" else None)


_QUERIES = frozenset({"SELECT", "VALUES", "WITH", "TABLE"})


def _inner(listed: Sequence[Token]) -> Sequence[Token]:
    """What stands in the parentheses that open here."""
    depth = listed[0].depth
    for place, each in enumerate(listed[1:], start=1):
        if each.depth == depth:
            return listed[1:place]
    return listed[1:]


def _names(listed: Sequence[Token]) -> list[str]:
    """The first name of each part of the list that opens here."""
    inner = _inner(listed)
    depth = listed[0].depth + 1
    starts = [
        0,
        *(at + 1 for at, each in enumerate(inner) if each.text == "," and each.depth == depth),
    ]
    return [_folded(inner[at].text) for at in starts if at < len(inner)]


def _folded(text: str) -> str:
    return text[1:-1].replace('""', '"') if text.startswith('"') else text.lower()


def _count(listed: Sequence[Token]) -> int | None:
    """How many values the first row of VALUES has."""
    if not listed or listed[0].text != "(":
        return None
    depth = listed[0].depth + 1
    return 1 + sum(each.text == "," and each.depth == depth for each in _inner(listed))


def lacking(conn: Connection, targets: Mapping[str, Target]) -> dict[str, tuple[str, ...]]:
    """The columns without a value, by statement; names are looked up as the session does."""
    names = sorted({each.table for each in targets.values()})
    if not names:
        return {}
    known = {
        name: (every, required or ()) for name, every, required in fetch(conn, _REQUIRED, (names,))
    }
    return {
        sql: missing
        for sql, each in targets.items()
        if each.table in known and (missing := each.lacks(*known[each.table]))
    }
