"""What a team does on the service before its first deployment, as its administrator."""

import shutil
from pathlib import Path

import psycopg
from psycopg import sql

from tests.managed.provider import ADMIN, Provider

ROOT = Path(__file__).parents[2]

ROLES = ROOT / "tests/example/legacy/00_roles.sql"
OWNER = "cycle_owner"

# What the service has put into each database is not the team's.
IGNORED = """[ignore]
patterns = ["provider.*", "event_trigger:provider_*"]
"""
# Scripts are proved on what they will run on.
SETTINGS = f"{IGNORED}\n[server]\nmajor = 15\n\n{(ROOT / 'pgmig.toml').read_text()}"


def make_roles(provider: Provider) -> None:
    """The roles that the scripts name, and the right to make objects theirs."""
    with psycopg.connect(provider.url(), autocommit=True) as conn:
        conn.execute(ROLES.read_bytes())
        conn.execute(f"GRANT {OWNER} TO {ADMIN}".encode())


def make_database(provider: Provider, name: str) -> None:
    """A database of the owner's: whoever may act as the owner may deploy."""
    statement = sql.SQL("CREATE DATABASE {} OWNER {}")
    with psycopg.connect(provider.url(), autocommit=True) as conn:
        conn.execute(statement.format(sql.Identifier(name), sql.Identifier(OWNER)))


def import_legacy(provider: Provider, name: str) -> None:
    """The legacy database with its rows, as the service's own import puts it in."""
    for file in ("10_schema.sql", "20_rows.sql"):
        path = str(ROOT / "tests/example/legacy" / file)
        options = ("-X", "-q", "-v", "ON_ERROR_STOP=1", "-o", "/dev/null", "-f", path)
        provider.run(["psql", *options, "-d", provider.private(name)])


def begin_project(folder: Path) -> None:
    """The worked example in an empty folder, with what is the service's left out."""
    for each in ("migrations", "seeds"):
        shutil.copytree(ROOT / each, folder / each)
    (folder / "pgmig.toml").write_text(SETTINGS)
