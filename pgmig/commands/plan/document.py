"""A plan in a file, and whether what is here now is what it was made of."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import structs

from pgmig.commands.document import document
from pgmig.commands.plan.asking import Asker
from pgmig.commands.plan.judging import verdict
from pgmig.commands.plan.live import read_identity
from pgmig.commands.plan.values import FORMAT, Identity, Planned, PlannedScript
from pgmig.db import Connection
from pgmig.engine import State, Step
from pgmig.errors import (
    PlanEdited,
    PlanElsewhere,
    PlanOutdated,
    PlanSaysNo,
    PlanScriptsDiffer,
    PlanTextDiffers,
    PlanUnreadable,
)
from pgmig.scripts.write import write_file

_COMMAND = "plan"
_TIMEOUT = 10_000  # milliseconds
_CHECKSUM = 32  # hexadecimal digits


def sealed(planned: Planned) -> Planned:
    """The plan with its checksum, by which an edited document is known."""
    return structs.replace(planned, checksum=_checksum(planned))


def _checksum(planned: Planned) -> str:
    """Of all fields but itself, whatever the layout of the document."""
    fields: dict[str, Any] = msgspec.to_builtins(structs.replace(planned, checksum=""))
    return hashlib.sha256(document(fields).encode()).hexdigest()[:_CHECKSUM]


def write_plan(planned: Planned, path: Path) -> None:
    """Write the JSON document of `pgmig plan --json`, whole or not at all.

    Raises:
        FileNotWritten: with what the system said.
    """
    fields: dict[str, Any] = msgspec.to_builtins(planned)
    text = document({"command": _COMMAND, **fields}, indent=2)
    write_file(path, f"{text}\n".encode())


def read_plan(path: Path) -> Planned:
    """The plan in a file.

    Raises:
        PlanUnreadable: it is none, or one of another format.
        PlanEdited: it is another text than the one that was written.
    """
    try:
        found: Any = msgspec.json.decode(path.read_bytes())
    except OSError as error:
        raise PlanUnreadable(path=path, reason=error.strerror or str(error)) from None
    except msgspec.DecodeError as error:
        raise PlanUnreadable(path=path, reason=str(error)) from None
    if not isinstance(found, dict) or found.get("command") != _COMMAND:  # pyright: ignore[reportUnknownMemberType] - any JSON
        raise PlanUnreadable(path=path, reason="it is another document")
    if found.get("format") != FORMAT:  # pyright: ignore[reportUnknownMemberType] - any JSON
        raise PlanUnreadable(path=path, reason="another pgmig has written it")
    try:
        planned = msgspec.convert(found, Planned)
    except msgspec.ValidationError as error:
        raise PlanUnreadable(path=path, reason=str(error)) from None
    if planned.checksum != _checksum(planned):
        raise PlanEdited(path=path)
    return planned


def require_yes(planned: Planned, path: Path) -> None:
    """Refuse a plan whose verdict is no, or whose reasons make it so.

    Raises:
        PlanSaysNo: names the first reason.
    """
    texts = [
        f"{each.script}: {each.text}" if each.script else each.text
        for each in planned.reasons
        if each.verdict == "no"
    ]
    if "no" in {planned.verdict, verdict(planned.reasons)}:
        raise PlanSaysNo(path=path, reasons=texts)


def require_target(planned: Planned, conn: Connection) -> None:
    """Refuse another database, server or role than the plan's.

    Raises:
        PlanElsewhere: says which.
    """
    found, wanted = read_identity(conn, Asker(conn, _TIMEOUT)), planned.target
    if found.system and wanted.system and found.system != wanted.system:
        raise _elsewhere("server", found, wanted)
    if (found.database, found.oid) != (wanted.database, wanted.oid):
        raise _elsewhere("database", found, wanted)
    if not (found.system and wanted.system) and _host(found) != _host(wanted):
        raise _elsewhere("server", found, wanted)
    if found.role != wanted.role:
        raise PlanElsewhere(what_differs="role", found=found.role, planned=wanted.role)
    if found.major != wanted.major:
        raise PlanElsewhere(
            what_differs="version of PostgreSQL",
            found=found.server_version,
            planned=wanted.server_version,
        )


def _host(identity: Identity) -> str:
    """Host and port, of `user@host:port/database`."""
    return identity.name.rpartition("@")[2].rpartition("/")[0]


def _elsewhere(what: str, found: Identity, wanted: Identity) -> PlanElsewhere:
    return PlanElsewhere(
        what_differs=what,
        found=f"{found.name} (database {found.oid})",
        planned=f"{wanted.name} (database {wanted.oid})",
    )


def require_history(planned: Planned, state: State, target: str) -> None:
    """Refuse a history in which more was written since than scripts of the plan.

    Raises:
        PlanOutdated: it has gone another way.
    """
    if state.last_id != planned.last_id + len(_applied(planned, state)):
        at = state.applied[state.current].label if state.current else "the beginning"
        raise PlanOutdated(
            target=target,
            planned=f"{planned.label or 'the beginning'} (entry {planned.last_id})",
            found=f"{at} (entry {state.last_id})",
        )


def require_planned(planned: Planned, state: State, steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """The same steps, which are those of the plan that have not run yet.

    A run that stopped on its way has applied the first of them: the rest is still what was planned.

    Raises:
        PlanScriptsDiffer: other scripts are pending.
        PlanTextDiffers: a script is another text.
    """
    done = _applied(planned, state)
    left = planned.scripts[len(done) :]
    have, want = [step.label for step in steps], [each.label for each in left]
    if have != want:
        raise PlanScriptsDiffer(
            unplanned=[label for label in have if label not in want],
            gone=[label for label in want if label not in have],
            order=(have, want),
        )
    changed = [
        step
        for step, each in zip(steps, left, strict=True)
        if (step.script.up.checksum, _down(step)) != (each.up, each.down)
    ]
    if changed:
        raise PlanTextDiffers(path=changed[0].script.up.path, others=len(changed) - 1)
    return steps


def _applied(planned: Planned, state: State) -> Sequence[PlannedScript]:
    """The first scripts of the plan that were applied since, as it has them."""
    done: list[PlannedScript] = []
    for each in planned.scripts:
        applied = state.applied.get(each.version)
        if applied is None or applied.up_checksum != each.up or applied.id <= planned.last_id:
            break
        done.append(each)
    return done


def _down(step: Step) -> str | None:
    return step.script.down.checksum if step.script.down else None
