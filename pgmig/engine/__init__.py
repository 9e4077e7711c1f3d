"""History, locks and the runner that applies scripts."""

from pgmig.engine.history import (
    Applied,
    Entry,
    State,
    look,
    read_entries,
    read_state,
)
from pgmig.engine.lock import LOCK_KEY, runner_lock
from pgmig.engine.options import Listener, Options, Pace
from pgmig.engine.part_way import PartWay, StatementProgress
from pgmig.engine.report import RunReport, StepReport
from pgmig.engine.resolving import require_unknown, resolve
from pgmig.engine.runner import apply, record_baseline, run_script
from pgmig.engine.step import Step

__all__ = [
    "LOCK_KEY",
    "Applied",
    "Entry",
    "Listener",
    "Options",
    "Pace",
    "PartWay",
    "RunReport",
    "State",
    "StatementProgress",
    "Step",
    "StepReport",
    "apply",
    "look",
    "read_entries",
    "read_state",
    "record_baseline",
    "require_unknown",
    "resolve",
    "run_script",
    "runner_lock",
]
