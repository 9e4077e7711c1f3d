"""What no statement of PostgreSQL does, found while planning."""

from pgmig.errors.base import Refused


class ExtensionNotDowngraded(Refused):
    """An extension would have to go back to an older version."""

    def __init__(self, *, extension: str, old: str, new: str) -> None:
        super().__init__(
            f"unsupported: extension {extension}: version is {old}, should be {new}; "
            "extensions have no way back to an older version",
            do="leave it as it is, or drop and create the extension in a script made with "
            "`pgmig new NAME`",
        )
        self.extension = extension
        self.old = old
        self.new = new
