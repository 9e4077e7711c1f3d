"""An error of the server as a value, whatever it came in."""

from typing import Final

import msgspec
import psycopg
from psycopg import pq

from pgmig.errors import ServerRefused

CONNECTION_LOST: Final = "08006"


class ServerFault(msgspec.Struct, frozen=True):
    """An error as the server reported it.

    Attributes:
        sqlstate: five characters; 08006 when the connection broke without a last word.
        message: one line.
        detail: "" when there is none, as for `hint` and `context`.
        hint: what the server advises.
        context: the call stack of functions.
        position: the character of the message that the server points at, from 0; None when it
            points at none.
        internal_query: text that the server ran or read on behalf of the statement, such as the
            body of a function, when it points into that.
        internal_position: the character of it, from 0.
        constraint: the name of the constraint or unique index that was not met.
        column: the name of the column that the error is about.
        schema: of the table that the error is about.
    """

    sqlstate: str
    message: str
    detail: str = ""
    hint: str = ""
    context: str = ""
    position: int | None = None
    internal_query: str = ""
    internal_position: int | None = None
    constraint: str = ""
    column: str = ""
    schema: str = ""


def refused(fault: ServerFault) -> ServerRefused:
    """The error to raise when the server refuses a query of ours."""
    return ServerRefused(
        message=fault.message, sqlstate=fault.sqlstate, detail=fault.detail, hint=fault.hint
    )


def fault_of(error: psycopg.Error) -> ServerFault:
    """What the server said, or libpq in its place, in an error of the driver."""
    diag = error.diag
    return ServerFault(
        sqlstate=diag.sqlstate or CONNECTION_LOST,
        message=diag.message_primary or " ".join(str(error).split()),
        detail=diag.message_detail or "",
        hint=diag.message_hint or "",
        context=diag.context or "",
        position=int(diag.statement_position) - 1 if diag.statement_position else None,
        constraint=diag.constraint_name or "",
        column=diag.column_name or "",
        schema=diag.schema_name or "",
    )


def fault_of_result(result: pq.abc.PGresult, encoding: str) -> ServerFault:
    """What the server said in the result of a statement that failed."""

    def field(code: pq.DiagnosticField) -> str:
        return (result.error_field(code) or b"").decode(encoding, errors="replace")

    position = field(pq.DiagnosticField.STATEMENT_POSITION)
    internal_position = field(pq.DiagnosticField.INTERNAL_POSITION)
    return ServerFault(
        sqlstate=field(pq.DiagnosticField.SQLSTATE) or CONNECTION_LOST,
        message=field(pq.DiagnosticField.MESSAGE_PRIMARY)
        or " ".join(result.get_error_message(encoding).split()),
        detail=field(pq.DiagnosticField.MESSAGE_DETAIL),
        hint=field(pq.DiagnosticField.MESSAGE_HINT),
        context=field(pq.DiagnosticField.CONTEXT),
        position=int(position) - 1 if position else None,
        internal_query=field(pq.DiagnosticField.INTERNAL_QUERY),
        internal_position=int(internal_position) - 1 if internal_position else None,
        constraint=field(pq.DiagnosticField.CONSTRAINT_NAME),
        column=field(pq.DiagnosticField.COLUMN_NAME),
        schema=field(pq.DiagnosticField.SCHEMA_NAME),
    )
