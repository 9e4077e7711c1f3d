"""What became of the rows, against what was announced."""

from collections.abc import Iterable, Sequence

from pgmig.db import Connection
from pgmig.errors import ProofFailed
from pgmig.model import Hazard
from pgmig.shadow.rows import Lost, Rows, lost

_VALUES = ("data-loss", "narrowing")
_SHOWN = 8


def require_rows(
    step: str,
    before: Rows,
    conn: Connection,
    hazards: Iterable[Hazard],
) -> None:
    """Refuse when rows or values are not there that nobody said would go.

    Args:
        step: names the moment.
        before: what every table held.
        conn: a session in the shadow database.
        hazards: what was announced.

    Raises:
        ProofFailed: names table, column, and values.
    """
    announced = tuple(hazards)
    found = [each for each in lost(before, conn) if not _is_told(each, announced)]
    if found:
        shown = tuple(str(each) for each in found[:_SHOWN])
        rest = (f"and {len(found) - _SHOWN} more",) if len(found) > _SHOWN else ()
        raise ProofFailed(step=step, findings=(*shown, *rest))


def _is_told(each: Lost, announced: Sequence[Hazard]) -> bool:
    """Whether a hazard is about this table, or about a type, whose values may be in any table."""
    for hazard in announced:
        is_here = (hazard.key.schema, hazard.key.name) == each.table
        if is_here and (hazard.name in _VALUES or hazard.name.startswith("drop")):
            return True
        if hazard.name in _VALUES and hazard.key.kind not in {"table", "foreign table"}:
            return True
    return False
