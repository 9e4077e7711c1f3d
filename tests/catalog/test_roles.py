"""Roles, when asked for: those that the schema names and all they hang on, never a password."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from pgmig import catalog, db
from pgmig.catalog.fresh import fresh
from pgmig.catalog.roles import read_roles
from pgmig.model import ObjectKey, Snapshot
from pgmig.plan import differences, plan, script_text
from pgmig.snapshot.document import decode, encode
from tests.fixtures.servers import Program, Server

SETUP = """
ALTER ROLE {top} CREATEROLE CREATEDB CONNECTION LIMIT 5;
ALTER ROLE {odd} NOINHERIT LOGIN BYPASSRLS REPLICATION PASSWORD 'secret'
    VALID UNTIL '2035-01-01 00:00:00+01';
ALTER ROLE {odd} SET search_path = a, "B c", '$user';
ALTER ROLE {odd} SET my.setting = 'x y''z \\ 100%';
ALTER ROLE {odd} IN DATABASE {database} SET work_mem = '9MB';
ALTER ROLE {odd} IN DATABASE {database} SET search_path = '';
COMMENT ON ROLE {odd} IS 'it''s';
GRANT pg_read_all_data TO {odd};
GRANT {top} TO {middle} WITH ADMIN OPTION;
GRANT {middle} TO {odd};
CREATE TABLE t (a integer);
ALTER TABLE t OWNER TO {odd};
"""

GRANTORS = """
GRANT {top} TO {giver} WITH ADMIN OPTION, INHERIT FALSE;
GRANT {top} TO {odd} WITH SET FALSE GRANTED BY {giver};
GRANT {top} TO {odd} WITH INHERIT TRUE GRANTED BY {middle};
"""

CHANGES = """
ALTER ROLE {odd} SUPERUSER
ALTER ROLE {odd} INHERIT
ALTER ROLE {odd} CREATEROLE
ALTER ROLE {odd} CREATEDB
ALTER ROLE {odd} NOLOGIN
ALTER ROLE {odd} NOREPLICATION
ALTER ROLE {odd} NOBYPASSRLS
ALTER ROLE {odd} CONNECTION LIMIT 7
ALTER ROLE {odd} VALID UNTIL '2036-01-01'
ALTER ROLE {odd} VALID UNTIL 'infinity'
ALTER ROLE {odd} SET work_mem = '4MB'
ALTER ROLE {odd} SET work_mem = '5MB'
ALTER ROLE {odd} RESET work_mem
ALTER ROLE {odd} IN DATABASE {database} SET work_mem = '4MB'
ALTER ROLE {odd} IN DATABASE {database} RESET ALL
COMMENT ON ROLE {odd} IS 'x'
INSERT INTO pg_shseclabel SELECT oid, 'pg_authid'::regclass, 'guard', 'x' FROM pg_authid WHERE rolname = '{plain}'
DELETE FROM pg_shseclabel WHERE provider = 'guard'
REVOKE pg_read_all_data FROM {odd}
GRANT {middle} TO {odd} WITH ADMIN OPTION
REVOKE ADMIN OPTION FOR {middle} FROM {odd}
REVOKE {middle} FROM {odd}
ALTER TABLE t OWNER TO {giver}
"""  # noqa: E501 - one a line

CHANGES_16 = """
GRANT {middle} TO {odd} WITH INHERIT TRUE
GRANT {middle} TO {odd} WITH SET FALSE
REVOKE {top} FROM {odd} GRANTED BY {middle}
"""

Roles = dict[str, str]


@pytest.fixture
def roles(make_role: Callable[..., str], database: str, psql: Program, server: Server) -> Roles:
    name = psql(database, "-Atc", "SELECT current_database()").stdout.strip()
    plain = f"Odd %I {name}"
    made = {"database": name, "plain": plain, "odd": f'"{make_role("", plain)}"'}
    made |= {each: make_role("") for each in ("top", "middle", "giver", "stranger")}
    psql(database, input=SETUP.format(**made))
    if server.major >= 16:
        psql(database, input=GRANTORS.format(**made))
    return made


def read(url: str) -> Snapshot:
    with closing(db.connect(url)) as conn:
        return catalog.read(conn, with_roles=True)


def of_kind(snapshot: Snapshot, *kinds: str) -> list[str]:
    return sorted(key.name for key in snapshot.objects if key.kind in kinds)


def of_cluster(snapshot: Snapshot) -> list[str]:
    return of_kind(snapshot, "role", "membership")


def test_a_snapshot_has_the_roles_it_names_and_all_they_hang_on(
    roles: Roles, database: str, server: Server
) -> None:
    odd, top, middle, giver = (roles[each] for each in ("odd", "top", "middle", "giver"))
    found = [roles["plain"], top, middle]
    found += [f"pg_read_all_data to {odd}", f"{top} to {middle}", f"{middle} to {odd}"]
    if server.major >= 16:
        found += [giver, f"{top} to {giver}"]
        found += [f"{top} to {odd} by {each}" for each in (giver, middle)]
    taken = read(database)
    assert of_cluster(taken) == sorted(found)
    assert taken.outside == ()


def test_without_being_asked_for_roles_a_snapshot_has_none(roles: Roles, database: str) -> None:
    with closing(db.connect(database)) as conn:
        taken = catalog.read(conn)
    assert of_cluster(taken) == []
    assert [str(each) for each in taken.outside] == [
        f"database setting {name} for role {roles['plain']}" for name in ("search_path", "work_mem")
    ]


def test_roles_are_made_before_all_else_and_dropped_after_it(
    roles: Roles, database: str, make_database: Callable[[], str], psql: Program
) -> None:
    taken, other = read(database), make_database()
    with closing(db.connect(other)) as conn:
        empty = fresh(conn)
    up, down = plan(empty, taken), plan(taken, empty)
    psql(database, "-1", input=script_text(down.statements))
    with closing(db.connect(other)) as conn:
        assert read_roles(conn, [roles["plain"]]).objects == {}
    psql(other, "-1", input=script_text(up.statements, settings=up.settings))
    made = read(other)
    assert [str(each) for each in differences(made, taken)] == []
    assert made.depends == taken.depends


def test_every_change_of_a_role_shows_and_can_be_made_and_undone(
    roles: Roles, database: str, psql: Program, server: Server
) -> None:
    changes = CHANGES_16 + CHANGES if server.major >= 16 else CHANGES
    before, unseen = read(database), list[str]()
    for change in filter(None, changes.format(**roles).splitlines()):
        psql(database, "-c", change)
        after = read(database)
        if before.objects == after.objects:
            unseen.append(change)
        # A role that is no longer named is still there, and no provider of labels is loaded.
        if of_kind(after, "role") == of_kind(before, "role") and "guard" not in change:
            for old, new in ((after, before), (before, after)):
                psql(database, "-1", input=script_text(plan(old, new).statements))
                assert [str(each) for each in differences(read(database), new)] == []
        before = after
    assert unseen == []


def test_a_password_is_in_no_snapshot(roles: Roles, database: str, psql: Program) -> None:
    taken = encode(read(database))
    kept = psql(
        database,
        "-Atc",
        f"SELECT rolpassword FROM pg_authid WHERE rolname = '{roles['plain']}'",
    ).stdout.strip()
    assert kept.startswith("SCRAM-SHA-256$")
    assert kept.encode() not in taken
    assert b"SCRAM" not in taken
    assert b"secret" not in taken


def test_a_snapshot_with_roles_is_read_back(roles: Roles, database: str) -> None:
    taken = read(database)
    again = decode(encode(taken), path=Path("x.json"))
    assert again.objects == taken.objects
    assert ObjectKey("role", "", roles["plain"]) in again.objects


def test_a_role_without_privileges_reads_the_same_roles(roles: Roles, database: str) -> None:
    with closing(db.connect(database)) as conn:
        conn.execute(f'SET SESSION AUTHORIZATION "{roles["stranger"]}"'.encode())
        assert catalog.read(conn, with_roles=True).objects == read(database).objects
