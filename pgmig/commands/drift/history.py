"""What the history of a database says that it should be."""

from dataclasses import dataclass
from pathlib import Path

from pgmig.commands.states.deploying import search_path_of
from pgmig.commands.states.form import Recorded
from pgmig.db import Connection, describe
from pgmig.engine import Applied, State, look
from pgmig.engine.history import read_state, stored_script
from pgmig.engine.schema import settle
from pgmig.errors import HistoryMissing, HistoryMoved, PartWayElsewhere
from pgmig.shadow.recorded import of_recorded
from pgmig.shadow.replay import Layer

_FRESH = "a new database"  # what a history says of which everything was taken down


@dataclass(frozen=True, slots=True)
class History:
    """What the history says, and of which database."""

    target: str
    major: int
    state: State
    applied: tuple[Applied, ...]  # those that make the database, in the order of applying

    @property
    def last(self) -> str:
        """Label of the last applied script; "" when everything was taken down."""
        return self.state.applied[self.state.current].label if self.state.applied else ""


def read_history(conn: Connection) -> History:
    """What this database's history says.

    Raises:
        HistoryMissing: pgmig never wrote to this database.
        PartWayElsewhere: a script is part-way.
        HistoryForeign, HistoryTooNew, RightsMissing: as `engine.look` says.
    """
    home, state = look(conn)
    target = describe(conn)
    if not home.is_there or (state.last_id == 0 and state.part_way is None):
        raise HistoryMissing(target=target)
    if found := state.part_way:
        raise PartWayElsewhere(label=found.label, direction=found.direction, done=found.done)
    above = (each for each in state.applied.values() if each.version >= state.baseline)
    applied = tuple(sorted(above, key=lambda one: one.id))
    return History(target, conn.info.server_version // 10000, state, applied)


def require_still(conn: Connection, history: History) -> None:
    """Refuse when the history has gone on since.

    Raises:
        HistoryMoved: it has.
    """
    settle(conn)  # the database may have a DateStyle of its own
    state = read_state(conn)
    if state.last_id != history.state.last_id or state.part_way is not None:
        raise HistoryMoved(target=history.target)


def recorded(conn: Connection, history: History, directory: Path) -> Recorded:
    """The applied scripts as a state."""
    paths = dict[str, str | None]()
    steps, roles = list[Layer](), set[str]()
    for applied in history.applied:
        script = stored_script(conn, applied, directory, "up")
        roles.update(script.up.header.roles)
        role = "" if applied.kind == "baseline" else applied.role
        if role and role not in paths:
            paths[role] = search_path_of(conn, role)
        steps.append(of_recorded(script, role, search_path=paths.get(role)))
    label = f"the history at {history.last}" if history.last else _FRESH
    return Recorded(label, tuple(steps), tuple(sorted(roles)), tuple(sorted(paths)))
