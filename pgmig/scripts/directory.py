"""The migrations directory: every script of it, in the order of versions."""

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from pgmig.errors import (
    BadDirective,
    BadScript,
    CheckpointNotFirst,
    DirectiveMisplaced,
    DirectoryMissing,
    DirectoryUnreadable,
    HalfMissing,
    IrreversibleContradicted,
    ScriptMisnamed,
    ScriptUnreadable,
    VersionTaken,
)
from pgmig.scripts.allowing import Allowance, first_allowance
from pgmig.scripts.batch.directive import Batch, directives_below
from pgmig.scripts.directive import DIRECTIVE
from pgmig.scripts.header import KNOWN, Header, head_end, read_head
from pgmig.scripts.journal import require_whole
from pgmig.scripts.large import LARGE, check
from pgmig.scripts.names import RULE, Direction, FileName, file_name, parse_name
from pgmig.scripts.script import Half, Script
from pgmig.scripts.text import SMALL, checksum, decode, read_small, read_text
from pgmig.scripts.window import large_head, misplaced_directive

# Files that may lie in the directory and are no scripts.
_OTHER_SQL = frozenset({"roles.sql"})

_LONGEST_DIRECTIVE = 256  # bytes of `-- pgmig:`, with the blanks that somebody may put there

_SILENT = Header()  # of a file without directives


@dataclass(frozen=True, slots=True)
class Gap:
    """Numbers that no script has, between two that have one.

    Attributes:
        after: label of the script before the gap.
        before: label of the script behind it.
        first: the first number missing.
        last: the last number missing.
    """

    after: str
    before: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Directory:
    """What a migrations directory holds.

    Attributes:
        path: the directory.
        scripts: sorted by version.
        gaps: holes in the sequence of numbers; a hole may be filled by a branch not merged yet,
            so it is told and refuses nothing. Between timestamps there are none.
    """

    path: Path
    scripts: tuple[Script, ...]
    gaps: tuple[Gap, ...]


def read(directory: Path) -> Directory:
    """Every script of `directory`, its files read and their headers understood.

    Hidden files, subdirectories, `roles.sql` and whatever does not end in `.sql` are left alone.
    Scripts without statements are no error here: `Half.statements` refuses to run them.

    Raises:
        DirectoryMissing, DirectoryUnreadable: there is nothing to read.
        BadScript: one of its subclasses, for the first file that is wrong.
        SwapUnfinished: its files are being renamed.
    """
    halves = _by_version(directory, list_names(directory))
    scripts = tuple(_script(directory, names) for _, names in sorted(halves.items()))
    for before, script in pairwise(scripts):
        if script.up.header.checkpoint is not None:
            raise CheckpointNotFirst(path=script.up.path, before=before.label)
    return Directory(path=directory, scripts=scripts, gaps=gaps_between(scripts))


def read_labels(directory: Path) -> tuple[Script, ...]:
    """Every script, also where two have one number or stand below a checkpoint, as after a merge.

    Raises:
        DirectoryMissing, DirectoryUnreadable, BadScript, SwapUnfinished: as `read`.
    """
    labels: dict[str, list[FileName]] = {}
    for name in list_names(directory):
        labels.setdefault(name.label, []).append(name)
    scripts = (_script(directory, names) for names in labels.values())
    return tuple(sorted(scripts, key=lambda each: (each.version, each.label)))


def list_names(
    directory: Path, on_bad: Callable[[BadScript], None] | None = None
) -> list[FileName]:
    """The names of the scripts in `directory`, sorted as text; no script is opened.

    Args:
        directory: of the scripts.
        on_bad: told of names that are none, and of what is no file, which are left out then.

    Raises:
        DirectoryMissing, DirectoryUnreadable: there is nothing to read.
        ScriptMisnamed, ScriptUnreadable: a name is none, or no file's.
        SwapUnfinished: the files are being renamed.
    """
    try:
        with os.scandir(directory) as entries:
            found = sorted(
                (entry.name, entry.is_file())
                for entry in entries
                if entry.name.lower().endswith(".sql") and not entry.name.startswith(".")
                if not entry.is_dir() or parse_name(entry.name)
            )
    except FileNotFoundError:
        raise DirectoryMissing(path=directory) from None
    except OSError as error:
        raise DirectoryUnreadable(path=directory, reason=error.strerror or str(error)) from None
    require_whole(directory)
    names: list[FileName] = []
    for name, is_file in found:
        if name in _OTHER_SQL:
            continue
        try:
            names.append(_file_name(directory / name, is_file=is_file))
        except BadScript as error:
            if on_bad is None:
                raise
            on_bad(error)
    return names


def _file_name(path: Path, *, is_file: bool) -> FileName:
    """What the name of a script says."""
    parts = parse_name(path.name)
    if parts is None:
        raise ScriptMisnamed(path=path, rule=RULE)
    if not is_file:
        raise ScriptUnreadable(path=path, reason="it is not a file")
    return parts


def read_half(path: Path, place: str = "", *, large: int = LARGE) -> Half:
    """One file, read and its header understood; from `large` bytes on its text stays in it.

    Args:
        path: the file.
        place: the same as text, where that is at hand.
        large: bytes.
    """
    data = read_small(path, place)
    if len(data) < min(SMALL, large):
        return make_half(path, decode(data, path=path))
    is_large = os.stat(path).st_size >= large  # noqa: PTH116  (half the time of Path.stat)
    return _large_half(path) if is_large else make_half(path, read_text(path))


def make_half(path: Path, text: str) -> Half:
    """The half that a file at `path` with this text is."""
    header = _SILENT
    batches: tuple[Batch, ...] = ()
    allowances: tuple[Allowance, ...] = ()
    if DIRECTIVE.search(text):
        header, batch = read_head(text, path=path)
        batches, allowances = _of_statements(path, text, header, batch)
    return Half(path, text, checksum(text), header, batches, allowances)


def make_script(up: Half, down: Half | None, name: FileName) -> Script:
    """The script of two halves.

    Raises:
        HalfMissing: no way down, and the up half does not say that there is none.
        IrreversibleContradicted: a way down that the header denies.
    """
    if down is None and up.header.irreversible is None:
        raise HalfMissing(
            path=up.path,
            missing=up.path.with_name(file_name(name.label, "down")),
            do='write the way back, or `-- pgmig: irreversible="reason"` at the head of'
            f" {up.path.name}",
        )
    if down is not None:
        reason = up.header.irreversible or down.header.irreversible
        if reason is not None and not down.is_empty:
            raise IrreversibleContradicted(path=down.path, reason=reason)
    return Script(version=name.version, name=name.name, up=up, down=down)


def _by_version(directory: Path, names: list[FileName]) -> dict[int, list[FileName]]:
    """The one or two halves of each version."""
    versions: dict[int, list[FileName]] = {}
    for name in names:
        halves = versions.setdefault(name.version, [])
        if halves and halves[0].label != name.label:
            raise VersionTaken(
                version=name.version,
                path=directory / file_name(name.label, name.direction),
                other=directory / file_name(halves[0].label, halves[0].direction),
            )
        halves.append(name)
    return versions


def _script(directory: Path, names: list[FileName]) -> Script:
    halves: dict[Direction, Half] = {}
    for name in names:
        file = file_name(name.label, name.direction)
        halves[name.direction] = read_half(directory / file, f"{directory}{os.sep}{file}")
    label = names[0].label
    up = halves.get("up")
    if up is None:
        raise HalfMissing(
            path=directory / file_name(label, "down"),
            missing=directory / file_name(label, "up"),
            do="restore the up half, or remove the down half too",
        )
    return make_script(up, halves.get("down"), names[0])


def _large_half(path: Path) -> Half:
    """As `make_half`, of a file that is not held."""
    search = _Search()
    source = check(path, search.look)
    head = large_head(source)
    header, batch = read_head(head, path=path)
    if search.count > len(DIRECTIVE.findall(head, 0, head_end(head))):
        found = misplaced_directive(source)
        if found is not None:
            raise DirectiveMisplaced(path=path, line=found[0], column=found[1])
    return Half(path, source, source.checksum, header, (batch,) if batch else ())


class _Search:
    """Counts what looks like a directive in a file that comes in blocks."""

    def __init__(self) -> None:
        self.count: int = 0
        self._line: bytes = b""  # the end of what was seen, in which a directive may have begun
        self._directive = re.compile(DIRECTIVE.pattern.encode(), re.IGNORECASE)

    def look(self, data: bytes) -> None:
        data = self._line + data
        end = 0
        # Most blocks hold rows, and to look for two characters takes no time.
        for match in self._directive.finditer(data) if b"--" in data else ():
            self.count += 1
            end = match.end()
        self._line = data[max(end, len(data) - _LONGEST_DIRECTIVE) :]


def _of_statements(
    path: Path, text: str, header: Header, batch: Batch | None
) -> tuple[tuple[Batch, ...], tuple[Allowance, ...]]:
    """What is said of statements; a directive in a string or in a function's body is none.

    Raises:
        DirectiveMisplaced, UnknownDirective, BadDirective: below the head.
    """
    batches: tuple[Batch, ...] = () if batch is None else (batch,)
    first = first_allowance(text, path) if header.allow or header.rules else None
    allowances: tuple[Allowance, ...] = (first,) if first else ()
    if DIRECTIVE.search(text, head_end(text)) is None:
        return batches, allowances
    below = directives_below(text, path=path, is_transactional=header.transaction, known=KNOWN)
    for each in below:
        if isinstance(each, Allowance):
            allowances += (each,)
            continue
        if batches and batches[-1].statement == each.statement:
            reason = "is given twice"
            raise BadDirective(
                path=path, line=each.line, column=each.column, key="batch", reason=reason
            )
        batches += (each,)
    return batches, allowances


def gaps_between(scripts: Sequence[Script]) -> tuple[Gap, ...]:
    """The holes between numbers that count, timestamps left out."""
    return tuple(
        Gap(after=old.label, before=new.label, first=old.version + 1, last=new.version - 1)
        for old, new in pairwise(scripts)
        if new.version - old.version > 1 and not new.is_timestamp
    )
