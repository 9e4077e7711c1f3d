"""What became of the rows, against what was announced and agreed to."""

from collections.abc import Iterable, Sequence

from pgmig.db import Connection
from pgmig.errors import ConsentMissing, ProofFailed
from pgmig.model import Hazard
from pgmig.shadow.rows import Loss, Lost, Rows, lost

_SHOWN = 8
_TABLES = ("table", "foreign table")
_OF = {
    Loss.TABLE: frozenset({"drop-table"}),
    Loss.COLUMN: frozenset({"drop-column", "drop-table", "data-loss"}),
    Loss.VALUE: frozenset({"data-loss", "drop-table"}),
    Loss.ROW: frozenset({"drop-table"}),
    Loss.ADDED: frozenset({"drop-table"}),
}
_CONSENT = "data-loss"


def require_rows(
    step: str,
    before: Rows,
    conn: Connection,
    hazards: Iterable[Hazard],
    *,
    allowed: frozenset[str] = frozenset(),
) -> tuple[Lost, ...]:
    """Refuse when rows or values are not there that nobody said would go.

    A value that another type of its column keeps only in part was seen to go: that needs consent.

    Args:
        step: names the moment.
        before: what every table held.
        conn: a session in the shadow database.
        hazards: what was announced.
        allowed: the hazards that are agreed to.

    Returns:
        Values that went with consent though no hazard had said so: the first of each column.

    Raises:
        ConsentMissing: values changed, and `allowed` does not say data-loss.
        ProofFailed: rows, columns or tables went that nobody announced; they are named.
    """
    announced = tuple(hazards)
    found = [each for each in lost(before, conn) if not _is_told(each, announced)]
    by_column = {(each.table, each.column): each for each in reversed(found)}
    values = tuple(e for e in reversed(by_column.values()) if e.what is Loss.VALUE)
    others = [each for each in found if each.what is not Loss.VALUE]
    if others:
        raise ProofFailed(step=step, findings=_shown(found))
    if values and _CONSENT not in allowed:
        raise ConsentMissing(dangers=[(_CONSENT, text) for text in _shown(values)])
    return values


def _shown(found: Sequence[Lost]) -> tuple[str, ...]:
    shown = tuple(str(each) for each in found[:_SHOWN])
    return (*shown, f"and {len(found) - _SHOWN} more") if len(found) > _SHOWN else shown


def _is_told(each: Lost, announced: Sequence[Hazard]) -> bool:
    """Whether a hazard is about this table, or about a type, whose values may be in any table."""
    names = _OF[each.what]
    for hazard in announced:
        is_here = (hazard.key.schema, hazard.key.name) == each.table
        is_type = hazard.key.kind not in _TABLES and each.what is Loss.VALUE
        if hazard.name in names and (is_here or is_type):
            return True
    return False
