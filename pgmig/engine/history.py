"""History: what was applied to a database, and the row that says so.

The state of a database is computed: a version is applied when the last row about it says `up`.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal, LiteralString

import msgspec

from pgmig import __version__
from pgmig.db import Connection
from pgmig.db.execute import compose, fetch, fetch_each, settled
from pgmig.engine.part_way import PartWay, StatementProgress
from pgmig.engine.schema import FORMAT, Home, probe
from pgmig.engine.step import Step
from pgmig.errors import BadScript, HistoryTooNew, TextNotKept
from pgmig.scripts import Half, Script
from pgmig.scripts.directory import make_half, make_script, read_half
from pgmig.scripts.header import Header
from pgmig.scripts.names import Direction, parse_name
from pgmig.scripts.text import checksum

ENTRY_COUNT: Final = 3

EntryKind = Literal["script", "baseline"]


class Applied(msgspec.Struct, frozen=True, kw_only=True):
    """A version that the database has.

    Attributes:
        version: the script's number.
        id: number of the history row that says so.
        label: the script's file name without its half.
        kind: `script` when it ran here, `baseline` when it was recorded without running.
        up_checksum: of the text that ran.
        down_checksum: of the way back as it was then; None when there was none.
        applied_at: when it was committed.
        role: who applied it.
    """

    version: int
    id: int
    label: str
    kind: EntryKind
    up_checksum: str
    down_checksum: str | None
    applied_at: datetime
    role: str


class State(msgspec.Struct, frozen=True):
    """What a database has, computed from its history.

    Attributes:
        last_id: number of the last history row; 0 when there is none.
        applied: every applied version, in order.
        part_way: the script that has begun and not ended.
        tried: the script of which only failures are known: nothing of it was done.
    """

    last_id: int = 0
    applied: Mapping[int, Applied] = {}
    part_way: PartWay | None = None
    tried: PartWay | None = None

    @property
    def current(self) -> int:
        """The highest applied version; 0 when there is none."""
        return max(self.applied, default=0)

    @property
    def baseline(self) -> int:
        """The highest version that was recorded as a baseline; 0 when there is none."""
        return max((a.version for a in self.applied.values() if a.kind == "baseline"), default=0)


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One row of history, for people.

    Attributes:
        id: its number.
        version: the script's number.
        label: the script's file name without its half.
        direction: up or down.
        kind: script or baseline.
        outcome: applied.
        is_transactional: whether it ran in one transaction.
        statements: how many it has.
        started_at: when it began.
        finished_at: when it was committed.
        role: who ran it.
        tool_version: the pgmig that ran it.
        checksum: of the text that ran.
    """

    id: int
    version: int
    label: str
    direction: Direction
    kind: EntryKind
    outcome: str
    is_transactional: bool
    statements: int
    started_at: datetime
    finished_at: datetime
    role: str
    tool_version: str
    checksum: str


# Three queries in one message, before the format is known: no format may do without what they name.
_FORMAT: LiteralString = """
SELECT format, tool_version, coalesce((SELECT max(id) FROM pgmig.history), 0) FROM pgmig.meta
"""

_APPLIED: LiteralString = """
SELECT version, id, name, kind, up_checksum, down_checksum, finished_at, role
FROM (
    SELECT DISTINCT ON (version) direction, version, id, name, kind, up_checksum, down_checksum,
        finished_at, role
    FROM pgmig.history WHERE outcome = 'applied'
    ORDER BY version, id DESC
) h
WHERE direction = 'up'
ORDER BY version
"""

# By its row as JSON: the first format has no `before`.
_PROGRESS: LiteralString = """
SELECT history_id, version, name, direction, statement, checksum, outcome, sqlstate, message,
    pg_catalog.to_jsonb(p) ->> 'before'
FROM pgmig.progress p
WHERE history_id > coalesce((SELECT max(id) FROM pgmig.history), 0)
ORDER BY history_id, statement
"""

_ENTRIES: LiteralString = """
SELECT id, version, name, direction, kind, outcome, is_transactional, statements,
    started_at, finished_at, role, tool_version,
    CASE direction WHEN 'up' THEN up_checksum ELSE down_checksum END
FROM pgmig.history
ORDER BY id
"""

_AFTER: LiteralString = """
SELECT version, direction, name,
    CASE direction WHEN 'up' THEN up_checksum ELSE down_checksum END
FROM pgmig.history WHERE id > %s ORDER BY id
"""

KEPT_TEXT: Final = 16_000_000
"""Characters of a script that history keeps; of a longer one it keeps the checksum alone."""

_TEXTS: LiteralString = """
SELECT up_text, down_text FROM pgmig.history WHERE id = %s
"""

_INSERT: LiteralString = """
INSERT INTO pgmig.history (id, version, name, direction, kind, outcome, up_text, down_text,
    up_checksum, down_checksum, is_transactional, statements, finished_at, role, tool_version,
    started_at)
VALUES ({id}, {version}, {label}, {direction}, {kind}, 'applied', {up_text}, {down_text},
    {up_checksum}, {down_checksum}, {is_transactional}, {statements},
    pg_catalog.clock_timestamp(), CURRENT_USER, {tool_version}, """

# Fails when the row above is not there: a trigger or a rule may keep it out and say nothing.
_IS_WRITTEN: LiteralString = """;SELECT 1 OPERATOR(pg_catalog./) pg_catalog.count(*)
FROM pgmig.history WHERE id OPERATOR(pg_catalog.=) {id}"""

# For whoever listens: which script was applied, as soon as it is.
_NOTIFY: LiteralString = ";SELECT pg_catalog.pg_notify('pgmig', {payload})"

_STARTED_WITH_TRANSACTION: LiteralString = "pg_catalog.transaction_timestamp())"
# Runs with an empty search_path, for the operator and the function.
_STARTED_WITH_STATEMENT: LiteralString = (
    "(SELECT min(started_at) FROM pgmig.progress WHERE history_id = {id}))"
)


def look(conn: Connection) -> tuple[Home, State]:
    """The place of the history and what it tells; creates nothing.

    Raises:
        HistoryForeign, RightsMissing: as `schema.probe`.
        HistoryTooNew: as `read_state`.
    """
    with settled(conn):
        home = probe(conn)
        return home, read_state(conn) if home.is_there else State()


def read_state(conn: Connection) -> State:
    """What the database has; its schema `pgmig` must be there.

    Raises:
        HistoryTooNew: a later pgmig wrote this history.
    """
    ((form, tool_version, last_id),), rows, statements = fetch_each(
        conn, _FORMAT, _APPLIED, _PROGRESS
    )
    if form > FORMAT:
        raise HistoryTooNew(found=form, known=FORMAT, tool_version=tool_version)
    applied = {row[0]: Applied(**_named(Applied, row)) for row in rows}
    found = _part_way(statements)
    if found is not None and not found.is_begun:
        return State(last_id, applied, tried=found)
    return State(last_id, applied, found)


def read_entries(conn: Connection) -> tuple[Entry, ...]:
    """Every row of history, the oldest first."""
    return tuple(Entry(**_named(Entry, row)) for row in fetch(conn, _ENTRIES))


class Written(msgspec.Struct, frozen=True):
    """Which half of which script a row of history is about.

    Attributes:
        version: the script's number.
        direction: which half.
        label: the script's file name without its half.
        checksum: of the text that ran.
    """

    version: int
    direction: Direction
    label: str
    checksum: str

    @classmethod
    def of(cls, step: Step) -> "Written":
        """What the row of `step` says."""
        return cls(step.version, step.direction, step.label, step.half.checksum)


def written_after(conn: Connection, last_id: int) -> tuple[Written, ...]:
    """What the rows behind number `last_id` are about, in their order."""
    return tuple(Written(*row) for row in fetch(conn, _AFTER, (last_id,)))


def stored_script(
    conn: Connection, applied: Applied, directory: Path, direction: Direction = "down"
) -> Script:
    """The script as history keeps it, its paths being those that its files have or had.

    Raises:
        TextNotKept: the half of `direction` was too long to be kept, and its file is another now.
    """
    ((up_text, down_text),) = fetch(conn, _TEXTS, (applied.id,))
    up_path = directory / f"{applied.label}.up.sql"
    name = parse_name(up_path.name)
    if name is None:
        message = f"history holds a script of a name that none can have: {applied.label}"
        raise ValueError(message)
    down_path = directory / f"{applied.label}.down.sql"
    up = _stored_half(up_path, up_text, applied.up_checksum)
    down = None
    if applied.down_checksum is not None:
        down = _stored_half(down_path, down_text, applied.down_checksum)
    wanted = up if direction == "up" else down
    if wanted is not None and is_unkept(wanted):
        raise TextNotKept(path=wanted.path, label=applied.label, kept=KEPT_TEXT)
    if is_unkept(up):
        return Script(name.version, name.name, up, down)
    return make_script(up, down, name)


def _stored_half(path: Path, text: str | None, total: str) -> Half:
    """A half as history keeps it; what it does not keep may still be in its file."""
    if text is not None:
        return make_half(path, text)
    with suppress(BadScript):
        half = read_half(path)
        if half.checksum == total:
            return half
    return Half(path=path, source="", checksum=total, header=Header())


def is_unkept(half: Half) -> bool:
    """Whether this is a half that history knows by its checksum alone."""
    return not half.size and half.checksum != checksum("")


def _kept(half: Half | None) -> str | None:
    """The text that history keeps of a half."""
    if half is None or is_unkept(half) or half.size > KEPT_TEXT:
        return None
    return half.text


def entry_sql(
    conn: Connection,
    step: Step,
    *,
    history_id: int,
    statements: int,
    kind: EntryKind = "script",
) -> str:
    """The statements that add the row of a step to history, `ENTRY_COUNT` of them."""
    script = step.script
    is_transactional = kind == "baseline" or step.half.header.transaction
    started = _STARTED_WITH_TRANSACTION if is_transactional else _STARTED_WITH_STATEMENT
    payload = msgspec.json.encode({"direction": step.direction, "script": script.label}).decode()
    return compose(
        conn,
        _INSERT + started + _IS_WRITTEN + _NOTIFY,
        id=history_id,
        version=script.version,
        label=script.label,
        direction=step.direction,
        kind=kind,
        up_text=_kept(script.up),
        down_text=_kept(script.down),
        up_checksum=script.up.checksum,
        down_checksum=None if script.down is None else script.down.checksum,
        is_transactional=is_transactional,
        statements=statements,
        tool_version=__version__,
        payload=payload,
    )


def _part_way(rows: Sequence[Sequence[Any]]) -> PartWay | None:
    for history_id, version, label, direction, *_ in rows[:1]:
        return PartWay(
            history_id=history_id,
            version=version,
            label=label,
            direction=direction,
            statements=tuple(
                StatementProgress(**_named(StatementProgress, row[4:])) for row in rows
            ),
        )
    return None


def _named(struct: type[msgspec.Struct], row: Sequence[Any]) -> dict[str, Any]:
    """The columns of `row` by the struct's fields, which stand in the same order."""
    return dict(zip(struct.__struct_fields__, row, strict=True))
