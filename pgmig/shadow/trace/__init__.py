"""What each statement of a script locks, rewrites and reads whole, seen on a shadow database."""

from pgmig.shadow.trace.running import Tracer, run_traced
from pgmig.shadow.trace.text import trace_lines
from pgmig.shadow.trace.values import Aspect, Blocks, Lock, Relation, StatementTrace, Trace

__all__ = [
    "Aspect",
    "Blocks",
    "Lock",
    "Relation",
    "StatementTrace",
    "Trace",
    "Tracer",
    "run_traced",
    "trace_lines",
]
