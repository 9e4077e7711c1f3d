"""Two snapshots in, ordered statements out."""

from pgmig.plan.compare import Difference, Leaf, differences, without_order
from pgmig.plan.likeness import Likeness
from pgmig.plan.planner import Plan, plan
from pgmig.plan.text import script_text

__all__ = [
    "Difference",
    "Leaf",
    "Likeness",
    "Plan",
    "differences",
    "plan",
    "script_text",
    "without_order",
]
