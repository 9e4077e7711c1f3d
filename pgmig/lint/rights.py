"""Rights: what a server lets its superusers alone do, as its catalog tells."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import LiteralString

from pgmig.db import Connection
from pgmig.db.execute import fetch
from pgmig.scripts import Piece

# A function may have a namesake that everybody may call.
_RIGHTS: LiteralString = """
SELECT 'setting', s.name FROM pg_catalog.pg_settings s
WHERE s.context NOT IN ('user', 'internal')
UNION ALL
SELECT 'function', p.proname FROM pg_catalog.pg_proc p
WHERE p.pronamespace = 'pg_catalog'::pg_catalog.regnamespace AND p.proname IN (
    SELECT o.proname FROM pg_catalog.pg_proc o WHERE o.oid < 16384 AND o.proacl IS NOT NULL)
GROUP BY p.proname HAVING pg_catalog.bool_and(p.proacl IS NOT NULL AND NOT EXISTS (
    SELECT FROM pg_catalog.aclexplode(p.proacl) a WHERE a.grantee = 0))
"""
_UNTRUSTED: LiteralString = """
SELECT DISTINCT 'extension', v.name FROM pg_catalog.pg_available_extension_versions v
JOIN pg_catalog.pg_available_extensions e ON e.name = v.name AND e.default_version = v.version
WHERE v.superuser AND NOT v.trusted
"""


# What everybody sets, and how the names begin of functions that not everybody may call.
_COMMON = frozenset(
    {"SEARCH_PATH", "LOCK_TIMEOUT", "STATEMENT_TIMEOUT", "CONSTRAINTS", "ROLE", "TRANSACTION"}
    | {"CLIENT_ENCODING", "CLIENT_MIN_MESSAGES", "CHECK_FUNCTION_BODIES", "ROW_SECURITY"}
)
_MARKS = ("pg_", "lo_", "set_config")
_LONG = 100_000  # characters of a statement that is not searched


@dataclass(frozen=True, slots=True)
class Rights:
    """Names of what a plain owner of a database may not have.

    Attributes:
        settings: that no statement of theirs sets.
        functions: of the system's, that they may not call.
        extensions: that they may not make; only where it was asked for.
    """

    settings: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()
    extensions: frozenset[str] = frozenset()


def may_need(piece: Piece) -> bool:
    """Whether a statement may be one of which the server's rights tell something."""
    words = piece.words
    if words[:1] == ("SET",):
        return _COMMON.isdisjoint(words)
    text = piece.sql.lower().replace("pg_catalog", "") if len(piece.sql) < _LONG else ""
    return any(each in text for each in _MARKS)


def read_rights(conn: Connection, *, has_extensions: bool) -> Rights:
    """What the server of a session says; of extensions it has to read files."""
    queries: Sequence[LiteralString] = (_RIGHTS, _UNTRUSTED) if has_extensions else (_RIGHTS,)
    rows = [(str(sort), str(name)) for query in queries for sort, name in fetch(conn, query)]

    def named(wanted: str) -> frozenset[str]:
        return frozenset(name for sort, name in rows if sort == wanted)

    return Rights(named("setting"), named("function"), named("extension"))
