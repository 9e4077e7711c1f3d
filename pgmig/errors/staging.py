"""The commit that git is making."""

from pathlib import Path

from pgmig.errors.base import UsageError


class IndexUnusable(UsageError):
    """Git cannot tell what the next commit holds."""

    def __init__(self, *, reason: str, directory: Path) -> None:
        super().__init__(
            f"git does not tell what the next commit holds: {reason}",
            where=str(directory),
            do="resolve a merge that is under way; outside a repository leave --staged",
        )
        self.reason = reason
        self.directory = directory
