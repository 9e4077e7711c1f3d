"""Two orders of the same scripts, tried in shadow databases."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass

from pgmig import catalog
from pgmig.catalog.scope import ALL, Scope
from pgmig.db import connect
from pgmig.errors import OrdersDiffer, StatementFailed
from pgmig.model import Snapshot
from pgmig.plan import differences, without_order
from pgmig.scripts import Script
from pgmig.shadow.database import open_server
from pgmig.shadow.orders import replay
from pgmig.shadow.server import LocalServer

_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Place:
    """Where orders are tried.

    Attributes:
        shadow_url: a server for shadow databases; None for the local one.
        local: where the local server lives.
        scope: what of a schema is the project's.
        on_step: told what happens next.
    """

    shadow_url: str | None = None
    local: LocalServer | None = None
    scope: Scope = ALL
    on_step: Callable[[str], None] = lambda _: None


@dataclass(frozen=True, slots=True)
class Agreed:
    """What both orders lead to.

    Attributes:
        snapshot: of the new order.
        major: of the server that they were tried on.
        notes: what differs and means nothing to a program, as the order of columns, for people.
    """

    snapshot: Snapshot
    major: int
    notes: tuple[str, ...]


def agreed(old: Sequence[Script], new: Sequence[Script], place: Place, *, do: str) -> Agreed:
    """See that both orders lead to one schema.

    Args:
        old: the scripts as they ran where mine ran first.
        new: the scripts as they shall run.
        place: where.
        do: what to do when they differ.

    Raises:
        OrdersDiffer: they do not, or one of them does not run.
        PostgresNotFound, ConnectionFailed: there is no shadow server.
    """
    labels = tuple(each.label for each in old), tuple(each.label for each in new)
    local = place.local or LocalServer()
    with ExitStack() as stack:
        wanted = 0 if place.shadow_url else local.settled().place().major
        server = stack.enter_context(open_server(wanted, shadow_url=place.shadow_url, local=local))
        roles = sorted({role for each in (*old, *new) for role in each.up.header.roles})
        stack.enter_context(server.roles(roles))
        made: list[Snapshot] = []
        for words, order in (("as it was", old), ("with the new numbers", new)):
            made_by = replay(
                server,
                order,
                on_layer=lambda label: place.on_step(f"running {label} in a shadow database"),
            )
            try:
                with made_by.database() as url, closing(connect(url)) as conn:
                    made.append(catalog.read(conn, scope=place.scope))
            except StatementFailed as error:
                told = f"the order {words} does not run: {error.what}"
                raise OrdersDiffer(old=labels[0], new=labels[1], findings=(told,), do=do) from error
        before, after = made
        found = differences(after, before)
        real = without_order(found)
        if real:
            shown = [str(each) for each in real[:_SHOWN]]
            shown += [f"and {len(real) - _SHOWN} more"] if len(real) > _SHOWN else []
            raise OrdersDiffer(old=labels[0], new=labels[1], findings=tuple(shown), do=do)
        return Agreed(after, server.major, tuple(str(each) for each in found))
