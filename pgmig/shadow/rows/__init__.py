"""Synthetic rows: what shows that a script keeps the rows it does not announce to lose."""

from pgmig.shadow.rows.fill import Filled, fill
from pgmig.shadow.rows.held import Rows, values
from pgmig.shadow.rows.lost import Loss, Lost, lost

__all__ = ["Filled", "Loss", "Lost", "Rows", "fill", "lost", "values"]
