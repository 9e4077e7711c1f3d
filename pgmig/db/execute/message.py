"""Messages: statements of scripts, of ours, and of scripts between ours."""

from collections.abc import Callable, Iterable, Sequence

import msgspec

from pgmig.db.connect import Connection
from pgmig.db.execute.exchange import Exchange, Reply, Rows
from pgmig.db.execute.fault import refused


def send(
    conn: Connection,
    text: str,
    copy_data: Sequence[Iterable[str]] = (),
    meanwhile: Callable[[], None] = lambda: None,
    on_result: Callable[[int], None] | None = None,
) -> Reply:
    """Run `text` as one message and wait for all of its results.

    Args:
        conn: a session in autocommit mode.
        text: one or more statements.
        copy_data: what each `COPY ... FROM STDIN` of the text reads, in their order and in blocks.
        meanwhile: something to do while the server works on the first of the statements.
        on_result: hears how many statements are completed, each time that a result arrives.

    Raises:
        PgmigError: the copy data could not be read to its end; that COPY has failed.
    """
    return Exchange(conn, iter(copy_data), meanwhile, on_result).run(text)


def run(conn: Connection, text: str) -> None:
    """Run `text`, one message, to its end.

    Raises:
        ServerRefused: a statement failed.
        KeyboardInterrupt: Ctrl-C arrived; the server was told to stop.
    """
    reply = send(conn, text)
    if reply.is_interrupted:
        raise KeyboardInterrupt
    if reply.fault is not None:
        raise refused(reply.fault)


def send_between(
    conn: Connection,
    before: Sequence[str],
    text: str,
    behind: Sequence[str],
    copy_data: Sequence[Iterable[str]] = (),
) -> tuple[Reply, list[Rows]]:
    """Run one statement of somebody else's between statements of ours, all in one message.

    Args:
        conn: a session in autocommit mode.
        before: what stands before it, each one statement.
        text: the statement.
        behind: what stands behind it, each one statement.
        copy_data: as `send` has it.

    Returns:
        What came of the statement, and the rows of each of ours, up to one that failed with it.

    Raises:
        ServerRefused: one of ours failed.
        PgmigError: as `send`.
    """
    head = "".join(f"{each};" for each in before)
    exchange = Exchange(conn, iter(copy_data), lambda: None, answers=[], skipped=len(before))
    reply = exchange.run(";".join((f"{head}{text}", *behind)))
    if reply.fault is None or reply.is_interrupted or reply.is_lost:
        return reply, exchange.answers or []
    if reply.completed != len(before):
        raise refused(reply.fault)
    position = reply.fault.position
    if position is not None:
        position = position - len(head) if position >= len(head) else None
    fault = msgspec.structs.replace(reply.fault, position=position)
    return msgspec.structs.replace(reply, completed=0, fault=fault), exchange.answers or []


def ask(conn: Connection, *queries: str) -> list[Rows]:
    """The rows of each of these queries of ours, composed, which are sent as one message.

    Raises:
        ServerRefused: the server answered one of them with an error.
        KeyboardInterrupt: Ctrl-C arrived; the server was told to stop.
    """
    exchange = Exchange(conn, iter(()), lambda: None, answers=[])
    reply = exchange.run(";".join(queries))
    if reply.is_interrupted:
        raise KeyboardInterrupt
    if reply.fault is not None:
        raise refused(reply.fault)
    return exchange.answers or []
