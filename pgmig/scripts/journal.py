"""The journal of a swap: what a stopped command had begun to do with the files of a directory."""

from pathlib import Path, PurePath

import msgspec

from pgmig.errors import SwapBroken, SwapUnfinished

NAME = ".pgmig.swap"


class Journal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be done, in paths within the directory.

    Attributes:
        verb: the command that does it.
        placed: hidden files, each with the name that it gets.
        gone: files that go away.
    """

    verb: str
    placed: tuple[tuple[str, str], ...]
    gone: tuple[str, ...]


def read_journal(directory: Path) -> Journal | None:
    """The journal of the directory; None when its files are whole.

    Raises:
        SwapBroken: it cannot be read.
    """
    path = directory / NAME
    try:
        journal = msgspec.json.decode(path.read_bytes(), type=Journal)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, msgspec.DecodeError):
        raise SwapBroken(path=path, missing=path, verb="rebase") from None
    names = [*journal.gone, *(name for pair in journal.placed for name in pair)]
    if not all(map(_is_within, names)):
        raise SwapBroken(path=path, missing=path, verb="rebase")
    return journal


def _is_within(name: str) -> bool:
    """Whether a path leads to a file of the directory and nowhere else."""
    path = PurePath(name)
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts


def require_whole(directory: Path) -> None:
    """Refuse a directory whose files are being swapped.

    Raises:
        SwapUnfinished: names the command.
        SwapBroken: the journal cannot be read.
    """
    journal = read_journal(directory)
    if journal is not None:
        raise SwapUnfinished(path=directory / NAME, verb=journal.verb)
