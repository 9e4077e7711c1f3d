"""What belongs to the database itself is named, and stands in no script's way."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from pgmig import catalog
from pgmig.commands.baseline import Options, baseline
from pgmig.db import connect
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


MAPPINGS = """
CREATE FOREIGN DATA WRAPPER w;
CREATE SERVER "Odd server" FOREIGN DATA WRAPPER w;
CREATE USER MAPPING FOR PUBLIC SERVER "Odd server" OPTIONS (password 's3cret', "user" 's3cret');
CREATE USER MAPPING FOR {role} SERVER "Odd server" OPTIONS (password 's3cret');
CREATE USER MAPPING FOR CURRENT_USER SERVER "Odd server";
"""


def test_options_of_user_mappings_are_named_and_their_values_stand_nowhere(
    database: str, psql: Program, make_role: Callable[..., str], server: Server, tmp_path: Path
) -> None:
    role = make_role()
    psql(database, input=MAPPINGS.format(role=role))
    made = baseline(database, tmp_path, Options(local=server.local))
    assert [str(each) for each in made.snapshot.outside] == [
        'user mapping options for PUBLIC on server "Odd server": password, user',
        f'user mapping options for {role} on server "Odd server": password',
    ]
    assert made.snapshot.unmodelled == ()
    told = [repr(made), *(path.read_text() for path in tmp_path.iterdir())]
    assert f'CREATE USER MAPPING FOR {role} SERVER "Odd server";' in "".join(told)
    assert "s3cret" not in "".join(told)


def test_a_role_that_may_not_see_the_options_of_user_mappings_is_told_so(
    database: str, psql: Program, make_role: Callable[..., str]
) -> None:
    role, other = make_role(), make_role()
    psql(database, input=MAPPINGS.format(role=role))
    with closing(connect(database)) as conn:
        owner = conn.info.user
        conn.execute(f'SET SESSION AUTHORIZATION "{role}"'.encode())
        told = [str(each) for each in catalog.read(conn).outside]
        assert told == [
            f'user mapping options for {each} on server "Odd server"'
            ", if it has any: this role may not see them"
            for each in sorted(("PUBLIC", owner, role), key=str)
        ]
        conn.execute(b"RESET SESSION AUTHORIZATION")
        conn.execute(f'GRANT USAGE ON FOREIGN SERVER "Odd server" TO "{role}"'.encode())
        conn.execute(f'CREATE USER MAPPING FOR "{other}" SERVER "Odd server"'.encode())
        conn.execute(f'SET SESSION AUTHORIZATION "{role}"'.encode())
        seen = {str(each) for each in catalog.read(conn).outside}
    assert f'user mapping options for {role} on server "Odd server": password' in seen


def test_a_new_database_has_nothing_outside(database: str) -> None:
    assert read(database).outside == ()


def test_a_name_that_no_script_can_have_is_refused_before_anything(tmp_path: Path) -> None:
    with pytest.raises(NameUnusable):
        baseline("postgresql://nobody@127.0.0.1:1/x", tmp_path, Options(name="Bär/../x"))
