"""The file that reports of several commands are added to, one after the other."""

import os
from pathlib import Path

from pgmig.cli.report.form import Report
from pgmig.cli.report.markdown import LIMIT, markdown
from pgmig.errors import FileNotWritten, FlagEmpty

_SHARE, _LEAST = 24_000, 2_000  # bytes of one report, and of one in a file that is full


def require_writable(name: str) -> None:
    """Refuse a file that cannot be written; one that is not there is left so.

    Raises:
        FlagEmpty: it has no name.
        FileNotWritten: no rights, or no such folder.
    """
    if not name:
        raise FlagEmpty(flag="--report")
    path = Path(name)
    if path.is_dir():
        raise FileNotWritten(path=path, reason="Is a directory")
    if not path.parent.is_dir():
        raise FileNotWritten(path=path, reason="No such file or directory")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise FileNotWritten(path=path, reason="Permission denied")


def add_to(name: str, report: Report) -> None:
    """Add a report to the file of that name, which need not be there.

    The reports of a pull request together fit into one comment.

    Raises:
        FileNotWritten: no space or no rights.
    """
    path = Path(name)
    try:
        with path.open("a", encoding="utf-8", errors="backslashreplace") as file:
            there = path.stat().st_size if path.is_file() else 0  # a pipe has no end
            if there:
                file.write("\n")
            file.write(markdown(report, max(_LEAST, min(_SHARE, LIMIT - there))))
    except OSError as error:
        raise FileNotWritten(path=path, reason=error.strerror or str(error)) from None
