"""Two snapshots in, ordered statements out."""

from pgmig.plan.compare import Difference, differences
from pgmig.plan.planner import Plan, plan

__all__ = ["Difference", "Plan", "differences", "plan"]
