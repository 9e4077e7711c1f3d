"""`pgmig rebase`: scripts that came late get numbers after those that are there."""

from pgmig.commands.rebase.rebasing import Options, Rebased, rebase

__all__ = ["Options", "Rebased", "rebase"]
