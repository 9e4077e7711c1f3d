"""Fingerprints that were computed before, kept in the user's cache folder by change token.

The file holds hashes: no address of a database, no name, no password. Losing it costs time alone,
so a file that cannot be read or written is no error.
"""

import logging
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

import msgspec

logger = logging.getLogger(__name__)

FILE_NAME = "fingerprints.json"

_FORMAT = 1
_MOST = 200  # fingerprints kept, the newest


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: int
    kept: list[tuple[str, str]]  # token and fingerprint, the newest last


def cache_file(environ: Mapping[str, str]) -> Path | None:
    """Where fingerprints are kept; None when the environment names no home.

    A relative XDG_CACHE_HOME is to be ignored (XDG base directory specification).
    """
    named = environ.get("XDG_CACHE_HOME", "")
    if Path(named).is_absolute():
        return Path(named) / "pgmig" / FILE_NAME
    home = environ.get("HOME", "")
    return Path(home) / ".cache" / "pgmig" / FILE_NAME if Path(home).is_absolute() else None


def find(path: Path | None, token: str) -> str | None:
    """The fingerprint that was kept for this token."""
    return dict(_read(path)).get(token) if path else None


def keep(path: Path | None, token: str, fingerprint: str) -> None:
    """Keep a fingerprint for this token; the oldest go."""
    if path is None:
        return
    kept = [pair for pair in _read(path) if pair[0] != token][1 - _MOST :]
    content = msgspec.json.encode(_File(_FORMAT, [*kept, (token, fingerprint)]))
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _replace(path, content)
    except OSError as error:
        logger.debug("the fingerprint is not kept: %s", error)


def _read(path: Path) -> list[tuple[str, str]]:
    try:
        file = msgspec.json.decode(path.read_bytes(), type=_File)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        logger.debug("no fingerprint was kept: %s", error)
        return []
    return file.kept if file.format == _FORMAT else []


def _replace(path: Path, content: bytes) -> None:
    """Put a whole new file in the place of the old one, for its owner alone."""
    handle, name = tempfile.mkstemp(prefix=FILE_NAME, dir=path.parent)  # of mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
