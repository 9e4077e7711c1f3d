"""Synthetic rows: what shows that a script keeps the rows it does not announce to lose."""

from pgmig.shadow.rows.fill import Filled, fill
from pgmig.shadow.rows.fit import Unfit, fit
from pgmig.shadow.rows.held import Rows, values
from pgmig.shadow.rows.lost import Loss, Lost, lost

__all__ = ["Filled", "Loss", "Lost", "Rows", "Unfit", "fill", "fit", "lost", "values"]
