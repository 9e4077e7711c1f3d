"""Tables brought to what their files say: added, changed and, where asked, removed rows.

All of it is one transaction, in which nothing is set for the session: it works behind a pooler.
First the files go into temporary tables and are compared without any lock; only tables in which
something is to do are locked against writers, and changed.
"""

from collections.abc import Sequence

from pgmig.db import Connection
from pgmig.db.execute import is_idle, local_role, run
from pgmig.seeds.files import SeedFile
from pgmig.seeds.report import TableReport
from pgmig.seeds.rules import Rules
from pgmig.seeds.run import OnTable, Options, Run

__all__ = ["Options", "sync"]


def sync(
    conn: Connection,
    files: Sequence[SeedFile],
    rules: Rules,
    options: Options | None = None,
    *,
    on_table: OnTable = lambda _table: None,
) -> tuple[TableReport, ...]:
    """Bring the tables of these files to what the files say.

    On an idle session it is a transaction of its own, committed at the end or, for a dry run,
    rolled back. Within a transaction it is part of that, and nothing is committed or rolled back;
    after an error the caller has to roll back.

    Args:
        conn: a session in autocommit mode.
        files: as `files.find` gives them.
        rules: how the tables are kept.
        options: how to go about it.
        on_table: hears which table is worked on.

    Returns:
        A report of each table, those that are referred to first.

    Raises:
        SeedRowRefused, SeedRowTwice: a row cannot be, with its file and line.
        SeedTableRefused: the server refuses something else.
        PgmigError: what is wrong with files, headers, keys and tables, before anything runs.
    """
    options = options or Options()
    if not is_idle(conn):
        return Run(conn, rules, options, on_table).run(files)
    run(conn, "BEGIN ISOLATION LEVEL READ COMMITTED;" + local_role(conn))
    is_done = False
    try:
        reports = Run(conn, rules, options, on_table).run(files)
        is_done = not options.is_dry_run
    finally:
        if not conn.closed and not conn.broken:
            run(conn, "COMMIT" if is_done else "ROLLBACK")
    return reports
