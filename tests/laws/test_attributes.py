"""Every attribute that a statement can change shows in the snapshot: in a record or by name.

One database a file of tests/laws/changes; its changes run in it one after another, and after each
the snapshot must be another one than before.
"""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from pgmig import catalog, db
from tests.fixtures.changes import FILES, load
from tests.fixtures.servers import Program, Server


@pytest.mark.usefixtures("case_roles")
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_change_of_an_attribute_changes_the_snapshot(
    file: Path, server: Server, psql: Program, make_database: Callable[[], str]
) -> None:
    changes = load(file)
    url = make_database()
    psql(url, input=changes.setup)
    unseen: list[str] = []
    with closing(db.connect(url)) as conn:
        before = catalog.read(conn)
        for change in changes.of(server.major):
            conn.execute(change.sql.encode())
            after = catalog.read(conn)
            if (after.objects, after.unmodelled, after.outside) == (
                before.objects,
                before.unmodelled,
                before.outside,
            ):
                unseen.append(str(change))
            before = after
    assert unseen == []
