"""`pgmig snapshot`: a database as one value, as JSON, or as SQL that makes it again."""

from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pgmig import catalog
from pgmig.catalog.fresh import fresh
from pgmig.db import connect, describe
from pgmig.kinds import KINDS
from pgmig.model import Snapshot
from pgmig.plan import plan, script_text
from pgmig.scripts.write import write_file
from pgmig.snapshot import encode, fingerprint

Format = Literal["json", "sql"]


@dataclass(frozen=True, slots=True)
class Taken:
    """A snapshot with what is told about it.

    Attributes:
        snapshot: the database.
        empty: what a new database on that server holds.
        target: user, host, port and database.
    """

    snapshot: Snapshot
    empty: Snapshot
    target: str

    def counts(self) -> dict[str, int]:
        """How many objects of each kind there are, in the kinds' order, without absent kinds."""
        found = Counter(key.kind for key in self.snapshot.objects)
        return {kind.name: found[kind.name] for kind in KINDS if kind.name in found}

    def fingerprint(self) -> str:
        """The snapshot's fingerprint."""
        return fingerprint(self.snapshot)

    def text(self, form: Format) -> bytes:
        """The snapshot as a file holds it.

        Raises:
            UnsupportedChange, CycleError: `sql` and something has no statement.
        """
        if form == "json":
            return encode(self.snapshot)
        made = plan(self.empty, self.snapshot)
        title = [f"{len(self.snapshot.objects)} objects of {self.target}"]
        title += [f"not modelled: {each.kind} {each.identity}" for each in self.snapshot.unmodelled]
        return script_text(made.statements, title=title, settings=made.settings).encode()


def snapshot(url: str) -> Taken:
    """Read the database at `url`.

    Raises:
        ConnectionFailed, ServerTooOld, ReadFailed: as they say.
    """
    with closing(connect(url)) as conn:
        return Taken(catalog.read(conn), fresh(conn), describe(conn))


def write(path: Path, data: bytes) -> None:
    """Write a snapshot's file in one piece: the old one stays until the new one is whole.

    Raises:
        FileNotWritten: the folder is missing, not writable, or full.
    """
    write_file(path, data)
