"""A team's everyday commands on the managed service, directly and through the pooler."""

import re
import shutil
import sys
import uuid
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest

from pgmig.errors import WitnessFailed
from pgmig.model import Ignored, ObjectKey
from pgmig.shadow.server import Binaries
from pgmig.shadow.witness import PgDump
from tests.cli.conftest import Ran, write_script
from tests.fixtures.servers import clients
from tests.managed import customer
from tests.managed.conftest import PgMig
from tests.managed.provider import Provider

WAYS = ("direct", "pooled")
WITHOUT_TLS = """#!/bin/sh
echo 'pg_dump: error: sslmode value "verify-full" invalid when SSL support is not compiled in' >&2
exit 1
"""
PAGE = customer.ROOT / "docs/managed-services.md"


class Shop(NamedTuple):
    """The worked example on a database of the team's."""

    folder: Path
    url: str
    direct: str
    name: str


@pytest.fixture(scope="module")
def roles(provider: Provider) -> None:
    """Roles belong to the whole server."""
    customer.make_roles(provider)


@pytest.fixture(params=WAYS)
def shop(provider: Provider, roles: None, tmp_path: Path, request: pytest.FixtureRequest) -> Shop:
    name = f"shop_{request.param}_{uuid.uuid4().hex[:6]}"
    customer.make_database(provider, name)
    (tmp_path / ".git").mkdir()
    customer.begin_project(tmp_path)
    direct = provider.url(database=name)
    url = provider.url(database=name, pooled=request.param == "pooled")
    return Shop(tmp_path, url, direct, name)


def test_the_worked_example_lives_on_a_managed_database(
    provider: Provider, pgmig: PgMig, shop: Shop
) -> None:
    def run(*args: str | Path) -> Ran:
        ran = pgmig(shop.folder, *args, url=shop.url)
        assert ran.code == 0, ran.err
        return ran

    before = _settings(shop.url)
    with provider.crowded(1):  # one connection is left to the role
        assert "7 applied" in run("up").out
    assert "nothing pending" in run("status").out
    assert "no drift" in run("drift").out
    assert "nothing to do" in run("seed").out
    assert "2 of 2" in run("refresh").out
    assert "ignored: " in run("snapshot", "--summary").out
    assert "7 taken down" in run("goto", "0", "--yes").out
    assert "7 applied" in run("up").out
    assert before.items() <= _settings(shop.url).items()


def test_a_baseline_is_proved_where_pg_dump_can_read(
    provider: Provider, pgmig: PgMig, shop: Shop, tmp_path: Path
) -> None:
    assert pgmig(shop.folder, "up", url=shop.direct).code == 0
    provider.execute("DROP SCHEMA pgmig CASCADE", database=shop.name)
    shutil.rmtree(shop.folder / "migrations")
    before = provider.dump(shop.name)
    ran = pgmig(shop.folder, "baseline", url=shop.url)
    if shop.url == shop.direct:
        assert ran.code == 0, ran.err
        assert "no drift" in pgmig(shop.folder, "drift", url=shop.url).out
    else:
        assert ran.code == 4
        assert "a pooler stands before the server" in ran.err
        assert "connect to the server itself" in ran.err
        assert provider.dump(shop.name) == before


def test_no_shadow_database_is_made_through_the_pooler(
    provider: Provider, pgmig: PgMig, tmp_path: Path
) -> None:
    write_script(tmp_path, "0001_a", "CREATE TABLE a ();", "DROP TABLE a;")
    ways = {way: provider.url(database="postgres", pooled=way == "pooled") for way in WAYS}
    there = "SELECT datname FROM pg_catalog.pg_database WHERE datname LIKE 'pgmig%'"
    for way, code in (("pooled", 4), ("direct", 0)):
        ran = pgmig(tmp_path, "verify", url=ways["direct"], SHADOW_DATABASE_URL=ways[way])
        assert ran.code == code, ran.err
        assert ("a pooler stands before the server" in ran.err) == (way == "pooled")
        assert provider.execute(there) == []


def test_a_pg_dump_without_tls_is_passed_over(provider: Provider, tmp_path: Path) -> None:
    for name in ("pg_dump", "psql"):
        (tmp_path / name).write_text(WITHOUT_TLS)
        (tmp_path / name).chmod(0o755)
    without = Binaries(14, tmp_path, "14")
    with pytest.raises(WitnessFailed, match="is built without TLS") as failed:
        PgDump(14, [without]).dump(provider.url())
    assert "install the client programs of PostgreSQL 14 or newer" in str(failed.value)
    whole = replace(without, major=15, bindir=clients(provider.bindir))
    ignored = Ignored(objects=(ObjectKey("schema", "", "provider"),))
    assert "PostgreSQL database dump" in PgDump(14, [without, whole]).dump(provider.url(), ignored)


# A new password each time, and the last one is worthless.
TOKEN = """import psycopg, secrets, sys
token = secrets.token_urlsafe()
with psycopg.connect({private!r}, autocommit=True) as conn:
    conn.execute(f"ALTER ROLE deploy PASSWORD '{{token}}'")
sys.stdout.write(token)
"""


def test_the_role_that_the_page_makes_deploys_with_a_token_for_each_connection(
    provider: Provider, pgmig: PgMig, tmp_path: Path
) -> None:
    (block,) = re.findall(r"^```sql\n(.*?)^```$", PAGE.read_text(), re.DOTALL | re.MULTILINE)
    with psycopg.connect(provider.url(), autocommit=True) as conn:
        for statement in block.split(";\n"):
            conn.execute(statement.encode())
    (tmp_path / "new_token.py").write_text(TOKEN.format(private=provider.private()))
    (tmp_path / "pgmig.toml").write_text(
        f"{customer.IGNORED}[env.prod]\npassword_command = ['{sys.executable}', 'new_token.py']\n"
    )
    write_script(tmp_path, "0001_slow", "CREATE TABLE a (); SELECT pg_sleep(1.2);", "DROP TABLE a;")
    write_script(tmp_path, "0002_more", "CREATE TABLE b (); SELECT pg_sleep(1.2);", "DROP TABLE b;")
    urls = [
        provider.url("deploy", password=None, database="shop", pooled=pooled)
        for pooled in (False, True)
    ]

    def run(*args: str, url: str = urls[0]) -> str:
        ran = pgmig(tmp_path, *args, "--env", "prod", url=url)
        assert ran.code == 0, ran.err
        return ran.out

    assert "1 applied" in run("up", "1")
    provider.execute("ALTER ROLE deploy CONNECTION LIMIT 1")  # nobody can watch the next one
    assert "1 applied" in run("up")
    provider.execute("ALTER ROLE deploy CONNECTION LIMIT 5")
    assert "nothing pending" in run("status", url=urls[1])
    assert "no drift" in run("drift")


def _settings(url: str) -> dict[str, str]:
    """What the session that a stranger gets from the pooler has for settings."""
    query = b"SELECT name, setting FROM pg_catalog.pg_settings WHERE name <> 'application_name'"
    with psycopg.connect(url, prepare_threshold=None) as conn:
        return dict(conn.execute(query).fetchall())
