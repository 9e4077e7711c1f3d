"""What a plan holds, as values: the same that `--out` writes and `up --plan` reads."""

from datetime import datetime
from typing import Literal

import msgspec

FORMAT = 1  # of the document

Verdict = Literal["go", "careful", "no"]

Phase = Literal["", "expand", "contract", "both"]

Base = Literal["history", "schema", "none"]
"""Where the pending scripts were tried: in a replay of the history, in a copy of the schema as it
is, or nowhere."""


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """Which database it is.

    Attributes:
        name: user, host, port and database, for people.
        database: its name.
        oid: its number on its server.
        system: the identifier of its server's data, which a copy of the server has too; "" where
            the role may not ask.
        server_version: as the server names it, like `18.1`.
        major: of the server.
        role: the deploying role.
    """

    name: str
    database: str
    oid: int
    system: str
    server_version: str
    major: int
    role: str


class TableFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What the target says of a table that the scripts touch.

    Attributes:
        name: with its schema, quoted where it must be.
        bytes: of its rows, with those of its partitions.
        index_bytes: of its indexes.
        rows: about how many it has; None where nobody has counted yet.
        writes: rows that are written a second, on average; None where it cannot be known.
        since: since when that is counted; None: while the plan was made.
        tablespace: in which it is; "" where that is the database's own.
    """

    name: str
    bytes: int
    index_bytes: int
    rows: int | None
    writes: float | None = None
    since: datetime | None = None
    tablespace: str = ""

    @property
    def whole(self) -> int:
        """Bytes in all."""
        return self.bytes + self.index_bytes


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A transaction that has been open for a while, for which locks would have to wait.

    Attributes:
        pid: of its backend; 0 of a prepared transaction.
        seconds: since it began.
        application: its application_name, or the name of a prepared transaction.
        user: whose it is.
        holds: tables of the scripts that it has locked, each with the mode.
        has_snapshot: it may see rows that are gone since.
    """

    pid: int
    seconds: float
    application: str
    user: str
    holds: tuple[tuple[str, str], ...] = ()
    has_snapshot: bool = False


class Replica(msgspec.Struct, frozen=True, kw_only=True):
    """A server that follows the target.

    Attributes:
        name: its application_name.
        kind: `standby`, or `subscriber` to which rows are decoded.
        bytes: of WAL that it has not replayed yet; None where the role may not see it.
        seconds: by which it is behind; None where it is idle, or the role may not see it.
    """

    name: str
    kind: Literal["standby", "subscriber"] = "standby"
    bytes: int | None = None
    seconds: float | None = None


class Slot(msgspec.Struct, frozen=True, kw_only=True):
    """A replication slot of the target's server, for which WAL is kept.

    Attributes:
        name: its own.
        is_active: somebody reads from it.
        bytes: of WAL that are kept for it.
        limit: how many more may come before it is lost; None where there is no limit.
    """

    name: str
    is_active: bool
    bytes: int
    limit: int | None = None


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """What rewrites need in one tablespace.

    Attributes:
        tablespace: its name; "" of the database's own.
        needed: bytes, beside those that are taken now, by the script that needs most.
        free: bytes there; None where that is not known.
    """

    tablespace: str
    needed: int
    free: int | None = None


class PlannedLock(msgspec.Struct, frozen=True, kw_only=True):
    """A lock of a statement on something that is there before the scripts.

    Attributes:
        relation: under the name that it has on the target.
        mode: as pg_locks.mode names it.
        blocks: `reads and writes`, `writes`, or "".
    """

    relation: str
    mode: str
    blocks: str


class PlannedStatement(msgspec.Struct, frozen=True, kw_only=True):
    """A statement that was seen to do something to what is there before the scripts.

    Attributes:
        number: in its script, from 1.
        line: in its file, from 1.
        sql: its beginning.
        locks: those that queries do not take too.
        rewrites: relations that it writes anew.
        rebuilt: indexes that it builds, each with its table.
        scans: relations that it reads whole.
        changes: relations of which it locks rows, those that it changes, to its end.
        unobserved: what could not be seen of it.
        is_alone: it runs outside any transaction.
        seconds: about how long it takes, at the rate of the plan; None: a moment.
        blocked: about how long others wait for what it blocks; None: it blocks nothing.
        forecast: the same in words.
    """

    number: int
    line: int
    sql: str
    locks: tuple[PlannedLock, ...] = ()
    rewrites: tuple[str, ...] = ()
    rebuilt: tuple[tuple[str, str], ...] = ()
    scans: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    unobserved: tuple[str, ...] = ()
    is_alone: bool = False
    seconds: float | None = None
    blocked: float | None = None
    forecast: tuple[str, ...] = ()


class QueryEffect(msgspec.Struct, frozen=True, kw_only=True):
    """What a script does to a statement of the application.

    Attributes:
        place: file and line of the application's statement.
        sql: its beginning.
        change: `broken`: it cannot be any more; `changed`: it takes or gives something else; `made
            to work`: it could not be before.
        told: what the server says of it, or what it takes and gives.
        statement: of the script, after which it is so; 0 where none was seen to do it.
        line: of that statement; 0 of none.
    """

    place: str
    sql: str
    change: Literal["broken", "changed", "made to work"]
    told: str
    statement: int = 0
    line: int = 0


class PlannedScript(msgspec.Struct, frozen=True, kw_only=True):
    """A script that would run.

    Attributes:
        version: its number.
        label: its file name without its half.
        path: of its way up.
        up: the checksum of its way up.
        down: the checksum of its way back; None when there is none.
        is_transactional: whether it is one transaction.
        count: how many statements it has.
        is_traced: whether it ran to its end in a shadow database.
        done: how many statements an earlier run has done.
        statements: those of which there is something to tell.
        phase: whether it is for before the application that goes with it (`expand`), for after one
            that does without what it breaks (`contract`), or has no such place (`both`); "" where
            no application was looked at.
        queries: what it does to the application's, where those were given.
    """

    version: int
    label: str
    path: str
    up: str
    down: str | None
    is_transactional: bool
    count: int
    is_traced: bool = False
    done: int = 0
    statements: tuple[PlannedStatement, ...] = ()
    phase: Phase = ""
    queries: tuple[QueryEffect, ...] = ()


Sort = Literal[
    "null",
    "value",
    "cast",
    "check",
    "duplicate",
    "orphan",
    "overlap",
    "bound",
    "computed",
    "width",
    "sequence",
    "unproved",
]
"""What is asked of rows: `value` asks that there are none, or that a default does."""

WrittenSort = Literal["taken", "missing", "written"]
"""What is asked of rows that a script writes: whether the target has one with the same key, has the
one that a foreign key wants, or has rows of which nobody knows what the script makes."""

Outcome = Literal["passed", "failed", "unknown"]


class CheckResult(msgspec.Struct, frozen=True, kw_only=True):
    """Rows of the target held against what a script demands of them.

    Attributes:
        sort: what is asked.
        relation: on the target.
        asks: what is demanded, in words.
        fails: what there is where it is not met, in words.
        script: label of the script that demands it.
        statement: its number there; 0: of the script as a whole.
        line: of that statement.
        outcome: whether the rows meet it.
        count: how many rows do not; None where they were not counted.
        examples: some of those rows.
        reason: why it is unknown, or what the server said.
        is_repaired: a statement before it may change such rows.
        doubt: another reason why it may come out otherwise; "" where there is none.
        seconds: how long the check took.
    """

    sort: Literal[Sort, WrittenSort]
    relation: str
    asks: str
    fails: str
    script: str
    statement: int
    line: int
    outcome: Outcome
    count: int | None = None
    examples: tuple[str, ...] = ()
    reason: str = ""
    is_repaired: bool = False
    doubt: str = ""
    seconds: float = 0.0


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why the verdict is no better.

    Attributes:
        verdict: what it makes of the whole.
        text: why.
        script: label of the script that it is about; "" of none.
        line: in its way up; 0 of none.
        do: what helps; "" where that is plain.
    """

    verdict: Verdict
    text: str
    script: str = ""
    line: int = 0
    do: str = ""


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """What `pgmig up` would do on one database.

    Attributes:
        format: of this document.
        tool_version: the pgmig that made it.
        made_at: when.
        target: which database.
        to: the version that was asked for; None: all.
        is_out_of_order: late scripts are applied in their turn.
        current: the version before; 0 without one.
        label: of that version; "" without one.
        last_id: number of the last row of the history; 0 without one.
        scripts: that would run, in order.
        base: where they were tried.
        shadow_major: of the shadow server; 0 without one.
        tables: that they touch.
        checks: of the rows of the target.
        sessions: transactions that have been open for a while.
        replicas: what follows the target.
        slots: what WAL is kept for.
        rooms: what rewrites need.
        notes: what else there is to know.
        rate: the bytes a second that times are reckoned with.
        is_measured: that is what scripts with a plan have read and written there.
        verdict: go, careful or no.
        reasons: why.
        checksum: of all the rest, so that `up --plan` knows a document that was edited.
    """

    format: int = FORMAT
    tool_version: str
    made_at: datetime
    target: Identity
    to: int | None
    is_out_of_order: bool
    current: int
    label: str
    last_id: int
    scripts: tuple[PlannedScript, ...] = ()
    base: Base = "none"
    shadow_major: int = 0
    tables: tuple[TableFacts, ...] = ()
    checks: tuple[CheckResult, ...] = ()
    sessions: tuple[Session, ...] = ()
    replicas: tuple[Replica, ...] = ()
    slots: tuple[Slot, ...] = ()
    rooms: tuple[Room, ...] = ()
    notes: tuple[str, ...] = ()
    rate: int = 0
    is_measured: bool = False
    verdict: Verdict = "go"
    reasons: tuple[Reason, ...] = ()
    checksum: str = ""
