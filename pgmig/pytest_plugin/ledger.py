"""What verifying has found, in a folder that all processes of a run share.

The first that wants to know a script's result verifies all of them and writes down each as it
comes; the others read. The lock goes with its process: when that is killed, another begins anew.
"""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import msgspec

Write = Callable[[str, str], None]

_BETWEEN = 0.05  # seconds between two looks


class Entry(msgspec.Struct, frozen=True):
    """The result of one script, or of all: `label` is "" then.

    Attributes:
        label: of the script.
        finding: what is wrong; "" when nothing is.
    """

    label: str
    finding: str


def make() -> Path:
    """A new folder."""
    return Path(tempfile.mkdtemp(prefix="pgmig-verify-"))


def remove(folder: Path) -> None:
    """Remove it with all that is in it."""
    shutil.rmtree(folder, ignore_errors=True)


def result(folder: Path, label: str, verify: Callable[[Write], None]) -> str:
    """What is wrong with a script; "" when nothing is.

    Args:
        folder: shared by the processes of the run.
        label: of the script; "": what is known when all of them were tried.
        verify: tries all of them, and tells each label with its finding, "" last.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # a worker may be on another machine
    while True:
        if (found := _found(folder, label)) is not None:
            return found
        with _alone(folder) as is_alone:
            if is_alone and _found(folder, label) is None:
                _write(folder, verify)
                return _found(folder, label) or ""
        time.sleep(_BETWEEN)


def _write(folder: Path, verify: Callable[[Write], None]) -> None:
    with _entries(folder).open("wb", buffering=0) as file:

        def write(label: str, finding: str) -> None:
            file.write(msgspec.json.encode(Entry(label, finding)) + b"\n")

        verify(write)


def _found(folder: Path, label: str) -> str | None:
    try:
        lines = _entries(folder).read_bytes().split(b"\n")[:-1]  # the last may be half a line
    except FileNotFoundError:
        return None
    entries = [msgspec.json.decode(line, type=Entry) for line in lines]
    known = {entry.label: entry.finding for entry in entries}
    return known.get(label, known.get(""))


@contextmanager
def _alone(folder: Path) -> Generator[bool]:
    held = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(held)


def _entries(folder: Path) -> Path:
    return folder / "results"
