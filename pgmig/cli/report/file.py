"""The file that reports of several commands are added to, one after the other."""

from pathlib import Path

from pgmig.cli.report.form import Report
from pgmig.cli.report.markdown import markdown
from pgmig.errors import FileNotWritten


def add_to(name: str, report: Report) -> None:
    """Add a report to the file of that name, which need not be there.

    Raises:
        FileNotWritten: no space or no rights.
    """
    path = Path(name)
    try:
        with path.open("a", encoding="utf-8") as file:
            if file.tell():
                file.write("\n")
            file.write(markdown(report))
    except OSError as error:
        raise FileNotWritten(path=path, reason=error.strerror or str(error)) from None
