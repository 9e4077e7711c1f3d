"""Tables that somebody chose by patterns."""

from collections.abc import Callable, Iterable, Sequence
from fnmatch import fnmatchcase
from typing import LiteralString

import msgspec

from pgmig.catalog.patterns import require_name
from pgmig.db import Connection, describe
from pgmig.db.execute import fetch
from pgmig.errors import TablesUnmatched
from pgmig.seeds.names import TableName

_SPECIAL = frozenset("*?[")

# Those of an extension are rows of its own, which CREATE EXTENSION makes.
_TABLES: LiteralString = """
SELECT n.nspname::text, c.relname::text, c.relispartition,
    EXISTS (SELECT FROM pg_catalog.pg_depend d
        WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid
            AND d.deptype = 'e'),
    c.oid, ARRAY (SELECT p.relid::pg_catalog.oid FROM pg_catalog.pg_partition_ancestors(c.oid) p
        WHERE p.relid <> c.oid)
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pgmig')
    AND n.nspname !~ '^pg_'
ORDER BY n.nspname COLLATE pg_catalog."C", c.relname COLLATE pg_catalog."C"
"""


class _Candidate(msgspec.Struct, frozen=True):
    """A table, and whether a pattern with wildcards may choose it."""

    name: TableName
    is_for_patterns: bool
    oid: int
    ancestors: frozenset[int]


def choose(
    conn: Connection,
    patterns: Iterable[str],
    *,
    is_ignored: Callable[[TableName], bool] = lambda _: False,
) -> tuple[TableName, ...]:
    """The tables that patterns choose, by name.

    A pattern is compared with `schema.table` as the shell compares file names. Partitions, tables
    of extensions and what is ignored are chosen by their whole names alone; a partition whose table
    is chosen too is left out, because its rows are in that one.

    Args:
        conn: a session.
        patterns: each may be several, with commas between.
        is_ignored: whether a table is somebody else's.

    Raises:
        BadPattern: one is empty, or has blanks around it or quotes.
        TablesUnmatched: one chooses nothing; the nearest table is named.
        ServerRefused: the server answered with an error.
    """
    words = split_patterns(patterns)
    candidates = [
        _Candidate(
            TableName(schema, name),
            not is_partition and not is_member and not is_ignored(TableName(schema, name)),
            oid,
            frozenset(ancestors),
        )
        for schema, name, is_partition, is_member, oid, ancestors in fetch(conn, _TABLES)
    ]
    found = dict[TableName, _Candidate]()
    for word in words:
        hits = {each.name: each for each in candidates if _matches(each, word)}
        if not hits:
            known = [_plain(each.name) for each in candidates]
            raise TablesUnmatched(pattern=word, target=describe(conn), known=known)
        found |= hits
    oids = {each.oid for each in found.values()}
    return tuple(sorted(name for name, each in found.items() if not each.ancestors & oids))


def split_patterns(patterns: Iterable[str]) -> Sequence[str]:
    """The single patterns, each once.

    Raises:
        BadPattern: one is empty, or has blanks around it or quotes.
    """
    words = [word.strip() for text in patterns for word in text.split(",")]
    for word in words:
        require_name(word, text=word)
    return tuple(dict.fromkeys(words))


def _matches(candidate: _Candidate, word: str) -> bool:
    name = _plain(candidate.name)
    if name == word:
        return True
    is_exact = not _SPECIAL.intersection(word)
    return not is_exact and candidate.is_for_patterns and fnmatchcase(name, word)


def _plain(table: TableName) -> str:
    """The name as patterns see it: as it is, without quotes."""
    return f"{table.schema}.{table.name}"
