"""What belongs to the database itself is named, and stands in no script's way."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pgmig.commands.baseline import Options, baseline
from pgmig.errors import NameUnusable
from tests.fixtures.laws import read
from tests.fixtures.servers import Program, Server


def test_settings_comment_and_privileges_of_a_database_are_named(
    database: str, psql: Program, make_role: Callable[..., str], server: Server, tmp_path: Path
) -> None:
    role = make_role()
    name = psql(database, "-Atc", "SELECT current_database()").stdout.strip()
    psql(
        database,
        input=f"CREATE TABLE t (); ALTER DATABASE {name} SET search_path = 's3cret';"
        f"ALTER ROLE {role} IN DATABASE {name} SET work_mem = '9MB';"
        f"COMMENT ON DATABASE {name} IS 'ours';"
        f"GRANT CREATE ON DATABASE {name} TO {role};"
        f"REVOKE TEMPORARY ON DATABASE {name} FROM PUBLIC;",
    )
    taken = read(database)
    assert [str(each) for each in taken.outside] == [
        "database comment ours",
        f"database privilege CREATE granted to {role}",
        "database privilege TEMPORARY revoked from PUBLIC",
        "database setting search_path",
        f"database setting work_mem for role {role}",
    ]
    assert taken.unmodelled == ()
    made = baseline(database, tmp_path, Options(name="Our Shop", local=server.local))
    assert made.script.label == "0001_our_shop"
    assert made.snapshot.outside == taken.outside


def test_a_new_database_has_nothing_outside(database: str) -> None:
    assert read(database).outside == ()


def test_a_name_that_no_script_can_have_is_refused_before_anything(tmp_path: Path) -> None:
    with pytest.raises(NameUnusable):
        baseline("postgresql://nobody@127.0.0.1:1/x", tmp_path, Options(name="Bär/../x"))
