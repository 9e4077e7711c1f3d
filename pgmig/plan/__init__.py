"""Two snapshots in, ordered statements out."""

from pgmig.plan.compare import Difference, differences, without_order
from pgmig.plan.likeness import Likeness
from pgmig.plan.planner import Plan, plan
from pgmig.plan.text import script_text

__all__ = [
    "Difference",
    "Likeness",
    "Plan",
    "differences",
    "plan",
    "script_text",
    "without_order",
]
