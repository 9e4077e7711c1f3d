"""What became of a statement that ran alone, when nobody recorded its outcome.

PostgreSQL refuses some statements in a transaction block, so their outcome cannot be committed with
them. Before such a statement `observe` notes what stands in the catalog; after a crash or a failed
try `decide` looks again and says from the difference what happened. It reads and never writes.

The statement is to be sent as it is written, as a message of its own: by that text a session is
known that still works on it.
"""

import logging
from typing import Final

import msgspec

from pgmig.db import Connection
from pgmig.engine.outcome.activity import at_work
from pgmig.engine.outcome.leftovers import Leftover, leftovers
from pgmig.engine.outcome.reading import read_subject
from pgmig.engine.outcome.subject import Opaque
from pgmig.engine.outcome.values import Evidence, Index, Relation, Verdict
from pgmig.errors import ServerRefused
from pgmig.scripts import Piece

__all__ = [
    "Evidence",
    "Index",
    "Leftover",
    "Relation",
    "Verdict",
    "decide",
    "form_of",
    "is_opaque",
    "leftovers",
    "observe",
]

logger = logging.getLogger(__name__)

# A name that can be none, of a schema that this role may not look into, of another database
# (errcodes-appendix.html).
_UNRESOLVED: Final = ("0A", "22", "3D", "3F", "42")


def observe(conn: Connection, piece: Piece) -> Evidence:
    """What stands in the catalog before `piece` runs; at most one query.

    Its names are resolved as the session would resolve them for the statement, so call it in the
    state in which the statement will be sent, outside a transaction.

    Raises:
        ServerRefused: the server does not answer.
    """
    subject = read_subject(piece.sql)
    try:
        found = subject.observe(conn)
    except ServerRefused as error:
        if not error.sqlstate.startswith(_UNRESOLVED):
            raise
        # The statement will be refused for the same name, with its place in the script.
        logger.debug("%r names what the server does not resolve: %s", piece, error)
        found = Evidence()
    return msgspec.structs.replace(found, form=subject.form)


def decide(conn: Connection, piece: Piece, before: Evidence | None) -> Verdict:
    """What became of `piece`; call it outside a transaction.

    Args:
        conn: a session that does not run the statement.
        piece: the statement.
        before: what `observe` gave before its first try; None when that is not known. One that was
            given for a statement of another form, before a script was corrected, counts for None.

    Raises:
        ServerRefused: the server does not answer.
    """
    subject = read_subject(piece.sql)
    if before is not None and before.form != subject.form:
        before = None
    busy = at_work(conn, piece.sql, _tables(before) if before else ())
    if busy:
        return Verdict("busy", evidence=busy)
    return subject.decide(conn, before)


def form_of(piece: Piece) -> str:
    """The form of a statement: evidence of another form tells nothing about it."""
    return read_subject(piece.sql).form


def is_opaque(piece: Piece) -> bool:
    """Whether the catalog tells nothing of what became of a statement."""
    return isinstance(read_subject(piece.sql), Opaque)


def _tables(before: Evidence) -> tuple[int, ...]:
    """The tables on whose indexes nobody else can work while the statement does."""
    if before.table is None:
        return ()
    return (before.table.oid, *{index.table for index in before.indexes})
