"""pgmig.sum: the checksums of the scripts that pgmig wrote and proved.

    pgmig.sum 1
    0001_baseline up=SHA256 down=SHA256 15=FINGERPRINT 18=FINGERPRINT
    0002_drop_note up=SHA256 down=-
    0003_add_invoices up=- down=-

A header with the format's version, then one line a script in the order of versions: its label,
the checksum of each half (`-`: it has no way down), and the fingerprint of the schema it leads to
for each server major on which that was observed. A line without checksums, as `pgmig new` writes
it, takes the number and seals nothing. Two branches that add a script both add the last line, so
that Git reports the conflict that the two numbers are.

`read` and the commands that run scripts accept a script that is not sealed, whether it has such a
line or none: one written by hand is unsealed until pgmig proves it. One that is sealed and is no
longer the same text is refused.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from pgmig.errors import ScriptUnreadable, SealBroken, SumFileInvalid
from pgmig.scripts.directory import Directory, read
from pgmig.scripts.names import Direction, file_name, parse_name
from pgmig.scripts.script import Half, Script
from pgmig.scripts.write import write_file

NAME = "pgmig.sum"

_HEADER = "pgmig.sum 1"
_ANY_HEADER = re.compile(r"pgmig\.sum ([0-9]+)")
_CONFLICT = ("<<<<<<<", "|||||||", "=======", ">>>>>>>")
_HEX = re.compile(r"(?:f[0-9]+(?:-pg[0-9]+)?:)?[0-9a-f]{16,128}")
_MAJOR = re.compile(r"[0-9]{2,3}")
_ABSENT = "-"


class Sealed(msgspec.Struct, frozen=True):
    """One line: a script as it was sealed, or only its name.

    Attributes:
        label: like `0042_orders`.
        up: checksum of the way up; None when the script is not sealed yet.
        down: checksum of the way down; None when it had none.
        fingerprints: server major to fingerprint of the schema that the script leads to.
    """

    label: str
    up: str | None
    down: str | None
    fingerprints: Mapping[int, str] = {}

    @property
    def version(self) -> int:
        """The number, by which lines are sorted."""
        return int(self.label.split("_", 1)[0])


class Edited(msgspec.Struct, frozen=True):
    """A half that is not what was sealed: changed, removed, or added."""

    label: str
    path: Path


class SumCheck(msgspec.Struct, frozen=True):
    """How a directory and its pgmig.sum agree.

    Attributes:
        edited: halves of sealed scripts that are another text now.
        unsealed: labels of scripts that have no line, or one without checksums.
        removed: labels of sealed scripts that are gone.
    """

    edited: tuple[Edited, ...] = ()
    unsealed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


def read_sum(directory: Path, *, is_merged: bool = False) -> dict[str, Sealed]:
    """The lines of the directory's pgmig.sum by label; none when there is no such file.

    Args:
        directory: where it is.
        is_merged: take the lines of both sides of a merge conflict, where each has scripts of its
            own.

    Raises:
        SumFileInvalid: with the line.
        ScriptUnreadable: the file is there and cannot be read.
    """
    path = directory / NAME
    try:
        lines = path.read_bytes().decode("ascii", "replace").splitlines()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ScriptUnreadable(path=path, reason=error.strerror or str(error)) from None
    if not lines:
        _check_header(path, "")
    sealed: dict[str, Sealed] = {}
    for number, line in enumerate(lines, start=1):
        if is_merged and (line.startswith(_CONFLICT) or line == _HEADER):
            continue
        _refuse_conflict(path, number, line)
        if number == 1:
            _check_header(path, line)
            continue
        entry = _parse(line)
        if is_merged and entry is not None and sealed.get(entry.label) == entry:
            continue
        if entry is None or entry.label in sealed:
            reason = "has a line that is none of its own" if entry is None else "repeats a script"
            raise SumFileInvalid(
                path=path, line=number, reason=reason, do=f"restore {NAME} from version control"
            )
        sealed[entry.label] = entry
    return sealed


def check_sum(directory: Directory) -> SumCheck:
    """What was edited since it was sealed, what is not sealed, what is sealed and gone.

    Raises:
        SumFileInvalid, ScriptUnreadable: as `read_sum`.
    """
    sealed = _sealed_in(directory)
    labels = {script.label for script in directory.scripts}
    return SumCheck(
        edited=tuple(_edited(directory, sealed)),
        unsealed=tuple(s.label for s in directory.scripts if s.label not in sealed),
        removed=tuple(
            label
            for label, (folder, _) in sealed.items()
            if label not in labels and not (folder / file_name(label, "up")).exists()
        ),
    )


def sealed(directory: Directory) -> dict[str, Sealed]:
    """The line of each sealed script of the directory, by label.

    Raises:
        SumFileInvalid, ScriptUnreadable: as `read_sum`.
    """
    return {label: entry for label, (_, entry) in _sealed_in(directory).items()}


def _sealed_in(directory: Directory) -> dict[str, tuple[Path, Sealed]]:
    """The folder and the line of each sealed script, in the directory and where its scripts are."""
    folders = {directory.path, *(script.up.path.parent for script in directory.scripts)}
    return {
        label: (folder, entry)
        for folder in sorted(folders)
        for label, entry in read_sum(folder).items()
        if entry.up is not None
    }


def _edited(directory: Directory, sealed: Mapping[str, tuple[Path, Sealed]]) -> Iterator[Edited]:
    for script in directory.scripts:
        if script.label not in sealed:
            continue
        _, entry = sealed[script.label]
        halves: tuple[tuple[Direction, Half | None, str | None], ...] = (
            ("up", script.up, entry.up),
            ("down", script.down, entry.down),
        )
        for direction, half, checksum in halves:
            if (half.checksum if half else None) != checksum:
                path = script.up.path.with_name(file_name(script.label, direction))
                yield Edited(script.label, path)


def require_seal(directory: Directory, labels: Collection[str] | None = None) -> None:
    """Refuse when a sealed script was edited; only `labels` count, if they are given.

    Raises:
        SealBroken: names every such file.
        SumFileInvalid, ScriptUnreadable: as `read_sum`.
    """
    edited = [
        edit
        for edit in _edited(directory, _sealed_in(directory))
        if labels is None or edit.label in labels
    ]
    if edited:
        raise SealBroken(
            labels=tuple(dict.fromkeys(edit.label for edit in edited)),
            paths=tuple(edit.path for edit in edited),
            sum_file=directory.path / NAME,
        )


def seal(
    directory: Path,
    *,
    versions: Collection[int] | None = None,
    fingerprints: Mapping[int, Mapping[int, str]] | None = None,
) -> None:
    """Write pgmig.sum: what the scripts are now is what they must stay.

    The fingerprints of a script that is still the text that was sealed are kept, and `fingerprints`
    is added to them. Lines of scripts that are gone are dropped.

    Args:
        directory: where the scripts are; they are read again, so that files are what is sealed.
        versions: the scripts to seal; the others' lines stay as they are. None: all.
        fingerprints: version to server major to fingerprint.

    Raises:
        SumFileInvalid, ScriptUnreadable: the file that is there cannot be read.
        BadScript and its kin: as `read`.
        FileNotWritten: it stays as it was.
    """
    old = read_sum(directory)
    lines: list[str] = []
    for script in read(directory).scripts:
        entry = old.get(script.label)
        if versions is None or script.version in versions:
            entry = _sealed(script, entry, (fingerprints or {}).get(script.version, {}))
        if entry is not None:
            lines.append(_line(entry))
    _write(directory, lines)


def add_unsealed(directory: Path, label: str) -> None:
    """Add a line without checksums for a new script, so that its number is seen to be taken.

    Such lines of scripts that are gone are dropped.

    Raises:
        SumFileInvalid, ScriptUnreadable, FileNotWritten: the file stays as it was.
    """
    kept = [
        entry
        for entry in read_sum(directory).values()
        if entry.up is not None or (directory / file_name(entry.label, "up")).exists()
    ]
    entries = [*(entry for entry in kept if entry.label != label), Sealed(label, None, None)]
    _write(directory, [_line(entry) for entry in sorted(entries, key=lambda entry: entry.version)])


def sum_text(entries: Iterable[Sealed]) -> bytes:
    """What pgmig.sum holds for these scripts."""
    lines = [_line(entry) for entry in sorted(entries, key=lambda entry: entry.version)]
    return _text(lines).encode()


def _write(directory: Path, lines: Sequence[str]) -> None:
    write_file(directory / NAME, _text(lines).encode())


def _text(lines: Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in [_HEADER, *lines])


def _sealed(script: Script, old: Sealed | None, fingerprints: Mapping[int, str]) -> Sealed:
    new = Sealed(
        label=script.label,
        up=script.up.checksum,
        down=script.down.checksum if script.down else None,
        fingerprints=fingerprints,
    )
    if old is not None and (old.up, old.down) == (new.up, new.down):
        return Sealed(new.label, new.up, new.down, {**old.fingerprints, **fingerprints})
    return new


def _line(entry: Sealed) -> str:
    parts = [entry.label, f"up={entry.up or _ABSENT}", f"down={entry.down or _ABSENT}"]
    parts += [f"{major}={value}" for major, value in sorted(entry.fingerprints.items())]
    return " ".join(parts)


def _parse(line: str) -> Sealed | None:
    """One line, or None when it is not as `_line` writes it."""
    label, *pairs = line.split(" ")
    values: dict[str, str] = {}
    for pair in pairs:
        key, _, value = pair.partition("=")
        is_absent = value == _ABSENT and key in ("up", "down")
        if key in values or not (_HEX.fullmatch(value) or is_absent):
            return None
        values[key] = value
    up, down = values.pop("up", None), values.pop("down", None)
    if up is None or down is None or parse_name(file_name(label, "up")) is None:
        return None
    if not all(map(_MAJOR.fullmatch, values)):
        return None
    if up == _ABSENT:  # not sealed yet: then nothing else is known either
        return Sealed(label, None, None) if down == _ABSENT and not values else None
    fingerprints = {int(major): value for major, value in values.items()}
    return Sealed(label, up, None if down == _ABSENT else down, fingerprints)


def _check_header(path: Path, line: str) -> None:
    if line == _HEADER:
        return
    newer = _ANY_HEADER.fullmatch(line)
    if newer:
        raise SumFileInvalid(
            path=path,
            line=1,
            reason=f"has format {newer[1]}, which this pgmig does not know",
            do="use the pgmig that wrote it, or a newer one",
        )
    raise SumFileInvalid(
        path=path,
        line=1,
        reason=f"does not begin with `{_HEADER}`",
        do=f"restore {NAME} from version control",
    )


def _refuse_conflict(path: Path, number: int, line: str) -> None:
    if line.startswith(_CONFLICT):
        raise SumFileInvalid(
            path=path,
            line=number,
            reason="holds a merge conflict",
            do="keep the lines of both branches, without the markers; if both took one number,"
            " `pgmig rebase --onto REV` does that and renumbers what the branch REV does not have",
        )
