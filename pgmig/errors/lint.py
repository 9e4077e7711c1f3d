"""Scripts that are named to be linted or traced."""

from pathlib import Path

from pgmig.errors.base import UsageError


class ScriptNotThere(UsageError):
    """No script of the migrations directory is called that."""

    def __init__(self, *, name: str, directory: Path, nearest: str | None) -> None:
        super().__init__(
            f"no script is called {name}",
            where=str(directory),
            do=(f"did you mean {nearest}? Name" if nearest else "name")
            + " files of the directory, like 0042_orders.up.sql, labels or numbers",
        )
        self.name = name
        self.directory = directory
        self.nearest = nearest
