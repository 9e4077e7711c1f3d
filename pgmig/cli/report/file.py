"""The file that reports of several commands are added to, one after the other."""

from pathlib import Path

from pgmig.cli.report.form import Report
from pgmig.cli.report.markdown import LIMIT, markdown
from pgmig.errors import FileNotWritten

_SHARE, _LEAST = 24_000, 2_000  # bytes of one report, and of one in a file that is full


def add_to(name: str, report: Report) -> None:
    """Add a report to the file of that name, which need not be there.

    The reports of a pull request together fit into one comment.

    Raises:
        FileNotWritten: no space or no rights.
    """
    path = Path(name)
    try:
        with path.open("a", encoding="utf-8", errors="backslashreplace") as file:
            there = file.tell()
            if there:
                file.write("\n")
            file.write(markdown(report, max(_LEAST, min(_SHARE, LIMIT - there))))
    except OSError as error:
        raise FileNotWritten(path=path, reason=error.strerror or str(error)) from None
