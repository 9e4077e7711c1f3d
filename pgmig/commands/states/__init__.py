"""States: everything that has a schema, parsed, resolved to one snapshot, and made again."""

from pgmig.commands.states.form import State, parse
from pgmig.commands.states.resolved import Bench, Options, Resolved
from pgmig.commands.states.resolving import Pair, opened, resolve
from pgmig.commands.states.settling import settled

__all__ = [
    "Bench",
    "Options",
    "Pair",
    "Resolved",
    "State",
    "opened",
    "parse",
    "resolve",
    "settled",
]
