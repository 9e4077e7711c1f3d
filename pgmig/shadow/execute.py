"""Running a script's text in a shadow database."""

from pgmig.db import Connection
from pgmig.db.execute import run
from pgmig.errors import ServerRefused


def run_text(conn: Connection, text: str) -> None:
    """Run `text` as one transaction.

    Raises:
        ServerRefused: a statement failed; nothing of the text remains.
    """
    try:
        run(conn, f"BEGIN;\n{text}\n;COMMIT")
    except ServerRefused:
        run(conn, "ROLLBACK")
        raise
