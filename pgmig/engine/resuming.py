"""Going on with a script that is part-way: what must still be as it was."""

from collections.abc import Sequence

from pgmig.engine.body import Body
from pgmig.engine.history import State
from pgmig.engine.part_way import PartWay
from pgmig.engine.step import Step
from pgmig.errors import BatchChanged, PartWayChanged, PartWayElsewhere, StepChanged
from pgmig.scripts.text import checksum


def require_resumable(state: State, steps: Sequence[Step]) -> None:
    """Refuse to begin anything else while a script is part-way.

    Raises:
        PartWayElsewhere: the first step is not the one that is part-way.
        PartWayChanged: it is, under another name or as one transaction.
    """
    found = state.part_way
    if found is None:
        return
    if not continues(found, steps):
        raise PartWayElsewhere(label=found.label, direction=found.direction, done=found.done)
    if not found.is_begun:
        return  # it left nothing behind
    half = steps[0].half
    if steps[0].label != found.label or half.header.transaction:
        raise PartWayChanged(
            path=half.path,
            label=found.label,
            done=found.done,
            is_renamed=steps[0].label != found.label,
        )


def continues(found: PartWay, steps: Sequence[Step]) -> bool:
    """Whether the first step is the one that is part-way."""
    return any((s.version, s.direction) == (found.version, found.direction) for s in steps[:1])


def done_before(found: PartWay | None, step: Step, body: Body) -> int:
    """How many statements an earlier run has done, each compared with the file.

    Raises:
        StepChanged, BatchChanged: statements that are done, or may be, are another text now.
    """
    if found is None:
        return 0
    pieces = body.half.statements()
    for statement in found.statements:
        piece = next(pieces, None)
        is_same = piece is not None and statement.checksum == checksum(piece.sql)
        if statement.outcome != "failed" and not is_same:
            line = piece.line if piece else 1
            if statement.cursor is not None:
                raise BatchChanged(
                    path=body.half.path,
                    line=line,
                    number=statement.number,
                    version=step.version,
                    rows=statement.cursor.rows,
                    reason="is another text now",
                )
            raise StepChanged(path=body.half.path, line=line, number=statement.number)
    return found.done
