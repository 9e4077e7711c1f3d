"""Synthetic rows: what shows that a script keeps the rows it does not announce to lose."""

from pgmig.shadow.rows.fill import Filled, fill

__all__ = ["Filled", "fill"]
