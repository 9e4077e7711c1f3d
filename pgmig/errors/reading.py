"""Scripts that are read while they run."""

from pathlib import Path

from pgmig.errors.scripts import BadScript


class ScriptChanged(BadScript):
    """A script too large for memory is another text than when it was checked."""

    def __init__(self, *, path: Path) -> None:
        super().__init__(
            f"{path.name} was changed while it was being read",
            path=path,
            do="let nothing write the file and run the command again; of a script that runs in one"
            " transaction nothing remains",
        )
