"""What `pgmig diff` tells in words and in JSON."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pgmig.cli.labels import plural
from pgmig.cli.output import near

if TYPE_CHECKING:
    from pgmig.commands.diff import Diff
    from pgmig.model import Hazard
    from pgmig.shadow.trace import StatementTrace

_SHOWN = 40  # differences that a summary lists


def lines_of(done: "Diff") -> Iterator[str]:
    """What was found and written, a line each."""
    if done.is_written and done.rehearsed is not None:
        for each in done.rehearsed.scripts:
            yield from (near(half.path) for half in (each.script.up, each.script.down) if half)
            yield f"  way down: {each.back}"
        yield proof_of(done)
        yield from rows_of(done)
    else:
        yield f"{plural(len(done.differences), 'difference')} from {done.old} to {done.new}"
        yield from (f"  {each}" for each in done.differences[:_SHOWN])
        if len(done.differences) > _SHOWN:
            yield f"  and {len(done.differences) - _SHOWN} more"
    yield from (f"rename: {each}" for each in done.renames)
    yield from (f"look at it: {each}" for each in done.unfollowed)
    yield from (f"danger: {each.name}: {each.key}: {each.evidence}" for each in dangers_of(done))
    told = {hazard.evidence for hazard in done.plan.hazards}
    likely = (each.told for each in done.plan.likely if each.evidence not in told)
    yield from (f"looks like a rename: {each}" for each in likely)
    if not done.is_written:
        yield "write the scripts with `pgmig diff NAME`"


def rows_of(done: "Diff") -> Iterator[str]:
    """What is true of rows that the proof could not take along."""
    if done.rehearsed is None:
        return
    for unfit in done.rehearsed.unfit:
        yield f"it stops where {'.'.join(unfit.table)} holds such a row: {unfit.reason}"
    refused = done.rehearsed.refused
    if done.rehearsed.bare:
        names = ", ".join(done.rehearsed.bare)
        yield f"proved without rows in {names}: the way down stops at any, as {refused}"
    elif refused:
        yield f"proved with ordinary values alone; of others the server says: {refused}"


def proof_of(done: "Diff") -> str:
    """The proof in a sentence; "" without one."""
    if done.rehearsed is None:
        return ""
    rows = plural(done.rehearsed.rows, "row")
    told = f"proved on PostgreSQL {done.major}: up, down, up, with {rows}"
    missing = [f"{table} ({reason})" for table, reason in done.rehearsed.unfilled]
    return told + (f"; no row could be made for {', '.join(missing)}" if missing else "")


def dangers_of(done: "Diff") -> Iterator["Hazard"]:
    """What takes rows or values, or writes a table anew."""
    seen = done.rehearsed.scripts if done.rehearsed else ()
    found = [hazard for each in seen for hazard in each.hazards]
    for hazard in dict.fromkeys((*done.plan.hazards, *found)):
        if hazard.name not in {"lock", "scan"}:
            yield hazard


def document_of(done: "Diff") -> dict[str, object]:
    """The fields of the JSON document."""
    scripts = done.rehearsed.scripts if done.rehearsed else ()
    return {
        "from": done.old,
        "to": done.new,
        "is_same": done.is_same,
        "major": done.major,
        "differences": [str(each) for each in done.differences],
        "renames": done.renames,
        "notes": done.plan.notes,
        "unfollowed": done.unfollowed,
        "likely_renames": [each.hint for each in done.plan.likely],
        "statements": [
            {
                "sql": each.sql,
                "object": str(each.touches),
                "column": each.column,
                "reason": each.reason,
                "mode": each.mode or "transaction",
                "hazards": [_hazard(one) for one in each.hazards],
            }
            for each in done.plan.statements
        ],
        "scripts": [
            {
                "label": each.script.label,
                "up": each.script.up.text,
                "down": each.script.down.text if each.script.down else None,
                "back": each.back,
                "hazards": [_hazard(one) for one in each.hazards],
                "trace": [_traced(one) for one in each.trace.statements],
                "path": each.script.up.path if done.is_written else None,
            }
            for each in scripts
        ],
        "rows": done.rehearsed.rows if done.rehearsed else None,
        "unfit": done.rehearsed.unfit if done.rehearsed else None,
        "refused": done.rehearsed.refused if done.rehearsed else None,
        "bare": done.rehearsed.bare if done.rehearsed else None,
        "unfilled": done.rehearsed.unfilled if done.rehearsed else None,
    }


def _hazard(hazard: "Hazard") -> dict[str, str]:
    return {"name": hazard.name, "object": str(hazard.key), "evidence": hazard.evidence}


def _traced(trace: "StatementTrace") -> dict[str, object]:
    return {
        "statement": trace.number,
        "locks": [
            {"relation": str(each.relation), "mode": each.mode, "blocks": each.blocks or None}
            for each in trace.locks
            if not each.is_of_queries
        ],
        "rewrites": [str(each) for each in trace.rewrites],
        "rebuilt": [{"table": str(table), "index": index} for table, index in trace.rebuilt],
        "scans": [str(each) for each in trace.scans],
        "unobserved": sorted(trace.unobserved),
    }
