"""What a statement takes and gives, as the server reads it, without running it."""

from typing import LiteralString

import msgspec
import psycopg
from psycopg import pq

from pgmig.db.connect import Connection
from pgmig.db.execute import ServerFault, fault_of, fetch

_TYPES: LiteralString = """
SELECT o::text, pg_catalog.format_type(o, NULL) FROM pg_catalog.unnest(%s::oid[]) AS o
"""


class Shape(msgspec.Struct, frozen=True):
    """What a statement takes and gives.

    Attributes:
        parameters: the types of $1, $2 and so on.
        columns: name and type of each column of its rows; none where it gives no rows.
    """

    parameters: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]


def shape(conn: Connection, statement: str) -> Shape | ServerFault:
    """Have the server parse one statement and say what it takes and gives.

    A Parse message and a Describe (protocol-flow.html, "Extended Query"): names are looked up, and
    rights are not. The transaction has failed afterwards where the server said no.

    Args:
        conn: a session within a transaction.
        statement: one; types of its parameters that it does not say are inferred.
    """
    encoding = conn.info.encoding
    result = conn.pgconn.prepare(b"", statement.encode(encoding))
    if result.status == pq.ExecStatus.COMMAND_OK:
        result = conn.pgconn.describe_prepared(b"")
    if result.status != pq.ExecStatus.COMMAND_OK:
        return fault_of(psycopg.errors.error_from_result(result, encoding))
    parameters = [result.param_type(i) for i in range(result.nparams)]
    columns = [(result.fname(i) or b"", result.ftype(i)) for i in range(result.nfields)]
    names = dict[str, str](fetch(conn, _TYPES, ([*parameters, *(oid for _, oid in columns)],)))
    return Shape(
        tuple(names[str(oid)] for oid in parameters),
        tuple((name.decode(encoding), names[str(oid)]) for name, oid in columns),
    )
