"""Two snapshots in, ordered statements out."""

from pgmig.plan.compare import Difference, differences
from pgmig.plan.planner import Plan, plan
from pgmig.plan.text import script_text

__all__ = ["Difference", "Plan", "differences", "plan", "script_text"]
