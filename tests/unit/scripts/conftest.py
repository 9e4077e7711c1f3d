"""Directories of scripts for tests."""

from collections.abc import Callable
from pathlib import Path

import pytest

Write = Callable[..., Path]


@pytest.fixture
def migrations(tmp_path: Path) -> Write:
    """Writes files into a migrations directory, given as name=text or name=bytes, and returns it.

    `migrations({"0001_a": ("CREATE ...", "DROP ...")})` writes a pair.
    """
    directory = tmp_path / "migrations"

    def write(files: dict[str, str | bytes | tuple[str, str]]) -> Path:
        directory.mkdir(exist_ok=True)
        for name, text in files.items():
            if isinstance(text, tuple):
                (directory / f"{name}.up.sql").write_text(text[0])
                (directory / f"{name}.down.sql").write_text(text[1])
            else:
                data = text.encode() if isinstance(text, str) else text
                (directory / name).write_bytes(data)
        return directory

    return write
