"""What a statement takes and gives, as the server reads it, without running it."""

from collections.abc import Iterable
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class RawShape:
    """The same with types by their OID.

    Attributes:
        parameters: the types of $1, $2 and so on.
        columns: name and type of each column of its rows.
    """

    parameters: tuple[int, ...]
    columns: tuple[tuple[str, int], ...]


def raw_shape(conn: Connection, statement: str) -> RawShape | ServerFault:
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
    return RawShape(
        tuple(result.param_type(i) for i in range(result.nparams)),
        tuple(
            ((result.fname(i) or b"").decode(encoding), result.ftype(i))
            for i in range(result.nfields)
        ),
    )


def type_names(conn: Connection, shapes: Iterable[RawShape]) -> dict[int, str]:
    """The names of all types of these, by OID."""
    oids = {oid for each in shapes for oid in (*each.parameters, *(of for _, of in each.columns))}
    if not oids:
        return {}
    return {int(oid): name for oid, name in fetch(conn, _TYPES, (sorted(oids),))}


def shape(raw: RawShape, names: dict[int, str]) -> Shape:
    """The shape with its types by name."""
    return Shape(
        tuple(names[oid] for oid in raw.parameters),
        tuple((name, names[oid]) for name, oid in raw.columns),
    )
