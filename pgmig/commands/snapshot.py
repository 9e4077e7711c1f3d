"""`pgmig snapshot`: a database as one value, as JSON, or as SQL that makes it again."""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pgmig import catalog, scripts
from pgmig.catalog.fresh import fresh
from pgmig.catalog.reader import Progress
from pgmig.catalog.scope import ALL, Scope, without
from pgmig.commands import ignoring
from pgmig.db import Connection, connect, describe
from pgmig.errors import FlagEmpty, OutputUnclear
from pgmig.kinds import KIND_BY_NAME
from pgmig.model import ObjectKey, Snapshot
from pgmig.plan import plan, script_text
from pgmig.scripts.text import read_text
from pgmig.scripts.write import write_file
from pgmig.snapshot import tree
from pgmig.snapshot.document import encoded
from pgmig.snapshot.fingerprint import each, whole

Format = Literal["json", "sql", "tree"]


@dataclass(frozen=True, slots=True)
class Taken:
    """A snapshot with what is told about it.

    Attributes:
        snapshot: the database.
        empty: what a new database on that server holds, without what is ignored.
        target: user, host, port and database.
    """

    snapshot: Snapshot
    empty: Snapshot
    target: str

    def counts(self) -> dict[str, int]:
        """How many objects of each kind there are, in the kinds' order, without absent kinds."""
        found = Counter(key.kind for key in self.snapshot.objects)
        return {name: found[name] for name in KIND_BY_NAME if name in found}

    def fingerprint(self) -> str:
        """The snapshot's fingerprint."""
        return whole(self.snapshot)

    def fingerprints(self) -> list[tuple[ObjectKey, str]]:
        """Every object's."""
        return list(each(self.snapshot))

    def pieces(self, form: Literal["json", "sql"]) -> Iterator[bytes]:
        """The snapshot as a file holds it, piece by piece.

        Raises:
            UnsupportedChange, CycleError: `sql` and something has no statement.
        """
        if form == "json":
            return encoded(self.snapshot)
        made = plan(self.empty, self.snapshot)
        title = [f"{len(self.snapshot.objects)} objects of {self.target}", *self._notes()]
        settings = (*tree.SETTINGS, *made.settings)
        text = script_text(made.statements, title=title, settings=settings, with_transaction=True)
        return iter([text.encode()])

    def text(self, form: Literal["json", "sql"]) -> bytes:
        """The whole of `pieces`."""
        return b"".join(self.pieces(form))

    def files(self) -> dict[str, bytes]:
        """The files of a tree by their paths.

        Raises:
            UnsupportedChange, CycleError: something has no statement.
        """
        made = plan(self.empty, self.snapshot)
        return tree.files_of(made.statements, settings=made.settings, notes=self._notes())

    def _notes(self) -> list[str]:
        """What the statements leave out."""
        notes = [f"not modelled: {each}" for each in self.snapshot.unmodelled]
        return [*notes, *map(str, self.snapshot.ignored.needs)]


def snapshot(
    url: str,
    *,
    with_roles: bool = False,
    scope: Scope | None = None,
    on_progress: Progress = lambda _kind, _done, _total: None,
) -> Taken:
    """Read the database at `url`.

    Args:
        url: its connection string.
        with_roles: also the roles that its objects name.
        scope: what of it counts; None: everything.
        on_progress: told what is read next.

    Raises:
        ConnectionFailed, ServerTooOld, ReadFailed: as they say.
    """
    with closing(connect(url)) as conn:
        found = catalog.read(
            conn,
            with_roles=with_roles,
            scope=scope or ALL,
            second=lambda: connect(url),
            on_progress=on_progress,
        )
        ignoring.warn(found.ignored)
        return Taken(found, without(fresh(conn), found.ignored.objects), describe(conn))


def fingerprint_of(conn: Connection, *, with_roles: bool, scope: Scope | None) -> str:
    """The fingerprint of a database.

    Args:
        conn: a session there.
        with_roles: of its roles too.
        scope: what of it counts; None: everything.

    Raises:
        ReadFailed: the server refused a query.
    """
    found = catalog.read(conn, with_roles=with_roles, scope=scope or ALL)
    ignoring.warn(found.ignored)
    return whole(found)


def format_of(output: str | None, form: Format | None) -> Format:
    """The format in which `output` is to be written, which a name alone may tell.

    Args:
        output: a file or a folder as it was named, None for stdout.
        form: the format, if it was named.

    Raises:
        FlagEmpty: the output has no name.
        OutputUnclear: the two do not fit together.
    """
    if output == "":
        raise FlagEmpty(flag="--output")
    if output is None:
        if form == "tree":
            do = "name the folder: -o schema/"
            raise OutputUnclear(path="", reason="a tree is a folder of files", do=do)
        return form or "json"
    is_there = tree.is_folder(Path(output))
    is_folder = is_there or output.endswith(("/", os.sep))
    if is_folder and form not in {None, "tree"}:
        reason, do = f"{form} is one file and {output} a folder", f"name a file: -o app.{form}"
        raise OutputUnclear(path=output, reason=reason, do=do)
    if (is_folder or form == "tree") and not is_there and os.path.lexists(output.rstrip("/")):
        do = "name a folder, or remove the file"
        raise OutputUnclear(path=output, reason="a tree is a folder and this a file", do=do)
    if is_folder:
        return "tree"
    return form or ("sql" if output.endswith(".sql") else "json")


def write(taken: Taken, output: Path, form: Format) -> None:
    """Write a snapshot whole or not at all: what was there stays until the new one is.

    Raises:
        FileNotWritten: the folder is missing, not writable, or full.
        TreeNotOurs, TreeHalfReplaced: as `snapshot.tree.write_tree` says.
        UnsupportedChange, CycleError: something has no statement.
    """
    if form == "tree":
        tree.write_tree(output, taken.files())
    else:
        write_file(output, taken.pieces(form))


def read_tree(directory: Path) -> str:
    """What `load.sql` runs of the tree in `directory`, as one script.

    Raises:
        BadTree: as `snapshot.tree.listed` says.
        BadScript: a file is gone, or none that a script could be.
    """
    found = tree.listed(directory)
    texts = [f"{setting}\n" for setting in found.settings]
    for path in found.files:
        pieces = scripts.split(read_text(path), path=path)
        texts.append("".join(f"{piece.sql};\n" for piece in pieces))
    return "\n".join(texts)
