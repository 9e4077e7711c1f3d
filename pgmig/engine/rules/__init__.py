"""Which steps a command means, and what must be true of history and files before one runs.

A baseline stands for everything numbered below it: scripts there need no file, are never pending
and are never out of order. A checkpoint stands for scripts too, but for a new database alone: one
that has run some of them sees them in its place.
"""

from pgmig.engine.rules.comparison import Comparison, compare, seen, seen_if_there
from pgmig.engine.rules.going import steps_goto
from pgmig.engine.rules.steps import steps_down, steps_redo, steps_up

__all__ = [
    "Comparison",
    "compare",
    "seen",
    "seen_if_there",
    "steps_down",
    "steps_goto",
    "steps_redo",
    "steps_up",
]
