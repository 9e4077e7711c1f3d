"""How database and scripts stand to each other, and what is in the way of the next run."""

from collections.abc import Iterator, Sequence
from typing import LiteralString

from pgmig.commands.applying import guarded
from pgmig.commands.doctor.finding import Finding
from pgmig.commands.status import StatusReport
from pgmig.commands.target import Target
from pgmig.db import Connection
from pgmig.db.execute import fetch
from pgmig.engine import Step
from pgmig.scripts import Directory, Piece, Script

_OFFERED: LiteralString = """
SELECT e.name::text, bool_or(v.trusted OR NOT v.superuser)
  FROM pg_catalog.pg_available_extensions e
  JOIN pg_catalog.pg_available_extension_versions v ON v.name = e.name
 WHERE e.name = ANY (%s::text[]) GROUP BY 1
"""
_IS_SUPER: LiteralString = "SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user"


def agreement(report: StatusReport) -> Iterator[Finding]:
    """Whether history and files tell the same, and what is left to do."""
    labels = [version.label for version in report.conflicts]
    if labels:
        yield Finding(
            "scripts",
            "wrong",
            f"history and files disagree about {', '.join(labels[:3])}"
            + (f" and {len(labels) - 3} more" if len(labels) > 3 else ""),
            "`pgmig status` tells how",
        )
    else:
        count = len(report.pending)
        what = "nothing is pending" if not count else f"{count} pending"
        yield Finding("scripts", "ok", f"history and files agree, {what}")


def in_the_way(report: StatusReport) -> Iterator[Finding]:
    """Runners at work, scripts that are part-way, and what crashes have left."""
    if report.runner:
        what = f"another runner is at work: {report.runner}"
        yield Finding("runner", "careful", what, "wait for it, as --runner-timeout does")
    else:
        yield Finding("runner", "ok", "none is at work")
    if found := report.part_way:
        yield Finding(
            "part-way",
            "careful",
            f"{found.label} is part-way ({found.direction}), {found.done} of its statements are"
            " done",
            "`pgmig status` tells how to go on",
        )
    for left in report.leftovers or ():
        what = f"left by a crash: {left.kind} {left.name} of {left.table}"
        yield Finding("leftovers", "careful", what, left.do)
    if report.due:
        what = f"materialized views without the rows that they had: {', '.join(report.due)}"
        yield Finding("leftovers", "careful", what, "`pgmig up` fills them")
    if not (report.part_way or report.leftovers or report.due):
        yield Finding("leftovers", "ok", "nothing is part-way, and no crash has left anything")


def pending(report: StatusReport, directory: Directory) -> tuple[Script, ...]:
    """The scripts that are not applied."""
    labels = {version.label for version in report.pending}
    return tuple(script for script in directory.scripts if script.label in labels)


def allowed(
    target: Target, conn: Connection, directory: Directory, waiting: Sequence[Script]
) -> Iterator[Finding]:
    """Whether the protections of the environment let the pending scripts up."""
    rules = target.protections
    if not waiting or (rules.allow is None and rules.require is None):
        return
    steps = tuple(Step(script, "up") for script in waiting)
    guarded(target, conn, directory, steps, is_planned=True)
    yield Finding("protections", "ok", "they let the pending scripts up")


def extensions(waiting: Sequence[Script]) -> tuple[str, ...]:
    """The extensions that scripts make, by name."""
    found: set[str] = set()
    for script in waiting:
        for piece in script.up.statements():
            if piece.words[:2] == ("CREATE", "EXTENSION"):
                found.add(_extension(piece))
    return tuple(sorted(found))


def _extension(piece: Piece) -> str:
    """The name in CREATE EXTENSION."""
    rest = piece.words[2:]
    if rest[:3] == ("IF", "NOT", "EXISTS"):
        rest = rest[3:]
    return rest[0].lower() if rest else piece.sql.partition('"')[2].partition('"')[0]


def offered(conn: Connection, wanted: tuple[str, ...]) -> Iterator[Finding]:
    """Whether the server offers the extensions that pending scripts make."""
    if not wanted:
        return
    found = {str(name): bool(is_free) for name, is_free in fetch(conn, _OFFERED, (list(wanted),))}
    missing = [name for name in wanted if name not in found]
    if missing:
        yield Finding(
            "extensions",
            "wrong",
            f"pending scripts make extensions that the server does not offer: {', '.join(missing)}",
            "install them there, or allow them where the provider keeps a list",
        )
    ((is_super,),) = fetch(conn, _IS_SUPER)
    closed = [name for name in wanted if name in found and not found[name] and not is_super]
    if closed:
        yield Finding(
            "extensions",
            "careful",
            f"only superusers may make these, by PostgreSQL's own rules: {', '.join(closed)}",
            "make them beforehand as whoever may; some providers let their admin role do it",
        )
    if not missing and not closed:
        yield Finding("extensions", "ok", f"the server offers {', '.join(wanted)}")
