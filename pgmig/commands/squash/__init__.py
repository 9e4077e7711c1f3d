"""`pgmig squash`: one proved script in the place of the first ones."""

from pgmig.commands.squash.squashing import Options, Squashed, squash

__all__ = ["Options", "Squashed", "squash"]
