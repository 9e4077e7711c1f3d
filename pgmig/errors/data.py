"""`pgmig diff --data`: rows that no script can write."""

from pgmig.errors.base import Refused
from pgmig.errors.proof import ProofFailed


class RowsNotKeyed(Refused):
    """Rows of a table that has no file differ, and nothing tells them apart."""

    def __init__(self, *, table: str, count: int) -> None:
        super().__init__(
            f"{table} has no file and no primary key, and the files change {count} of its rows",
            do="give it a primary key, or take what writes to it out of the files of other tables",
        )
        self.table = table
        self.count = count


class DataUnproved(ProofFailed):
    """The rows are not what they should be after a script; nothing was written."""

    def __init__(
        self, *, step: str, findings: tuple[str, ...], do: str = "", sqlstate: str = ""
    ) -> None:
        super().__init__(step=step, findings=findings, sqlstate=sqlstate)
        self.do = do or (
            "where a trigger fills a column by itself, leave it to that: name the other columns in"
            ' [seeds.tables."schema.table"]; else write these rows in a script by hand'
        )
