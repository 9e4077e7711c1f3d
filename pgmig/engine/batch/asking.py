"""Questions between two batches, that no setting of the script answers for us."""

from typing import Any, LiteralString

import msgspec

from pgmig.db.execute import Reply, ServerFault, answer, compose, local_role, refused
from pgmig.engine.job import Job
from pgmig.engine.session import lex_as_standard

# Values are read as text and given back under other settings: ISO dates with their zone
# and shortest exact floats (runtime-config-client.html) mean the same under all of them.
TEXT_FORM = """SET LOCAL DateStyle='ISO';SET LOCAL IntervalStyle='postgres';
SET LOCAL TimeZone='UTC';SET LOCAL extra_float_digits=3;SET LOCAL bytea_output='hex';
"""
_LOCK_TIMEOUT: LiteralString = "SET LOCAL lock_timeout={lock_timeout};"
OUR_PATH = "SET LOCAL search_path='';"


def ask(job: Job, query: str, *, is_own_path: bool = False) -> list[tuple[Any, ...]]:
    """The rows of a query that is composed; it is asked as the role that the script runs under.

    Args:
        job: the step that runs.
        query: all its names are qualified.
        is_own_path: names in it are to be found as the script would find them.

    Raises:
        ServerRefused: the server answered with an error.
    """
    found = asked(job, TEXT_FORM + ("" if is_own_path else OUR_PATH), query)
    if isinstance(found, ServerFault):
        raise refused(found)
    return found


def asked(job: Job, settings: str, query: str) -> list[tuple[Any, ...]] | ServerFault:
    """The rows of a query under some settings, or why there are none.

    A position in the fault is counted from the beginning of the query.

    Raises:
        RunConnectionLost: the server went away.
    """
    conn = job.conn
    lex_as_standard(conn)
    head = settings
    if conn.is_pooled:
        head += local_role(conn) + compose(conn, _LOCK_TIMEOUT, lock_timeout=job.lock_timeout)
    found = answer(conn, head + query)
    if isinstance(found, ServerFault) and (conn.closed or conn.broken):
        holds = f"{job.step.label} part-way: what it has committed is kept"
        raise job.lost(Reply(0, fault=found, is_lost=True), holds)
    if isinstance(found, ServerFault) and found.position is not None:
        return msgspec.structs.replace(found, position=max(0, found.position - len(head)))
    return found
