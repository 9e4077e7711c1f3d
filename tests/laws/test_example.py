"""The worked example: the legacy database, its rows, what pgmig made of it, and what came after."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pgmig.commands.baseline import Options, baseline
from pgmig.commands.choice import Flags
from pgmig.commands.down import down
from pgmig.commands.redo import redo
from pgmig.commands.refresh import refresh
from pgmig.commands.seed import SeedReport, seed
from pgmig.commands.settings import resolve
from pgmig.commands.snapshot_data import snapshot_data
from pgmig.commands.up import up
from pgmig.errors import (
    AlreadyRecorded,
    BaselineDiffers,
    BaselineNotFirst,
    NothingToAdopt,
    ScriptExists,
)
from pgmig.plan import differences
from pgmig.seeds.rules import Rules
from pgmig.shadow.witness import statements
from tests.fixtures.laws import read
from tests.fixtures.servers import Program, Server

ROOT = Path(__file__).parents[2]
MIGRATIONS = ROOT / "migrations"
LEGACY = sorted((ROOT / "tests" / "example" / "legacy").glob("*.sql"))
SEEDS = ROOT / "seeds"
LATER = [
    "0002_initial_rows",
    "0003_fleet_use",
    "0004_bike_service",
    "0005_new_prices",
    "0006_promised_day",
    "0007_fleet_use_cancelled",
]
# It has no key: its rows are statements.
BY_STATEMENTS = "public.Import 2019"


@dataclass(frozen=True)
class Example:
    """A server with the example's roles, and how to ask it."""

    server: Server
    psql: Program
    pg_dump: Callable[..., str]
    make_database: Callable[[], str]

    def legacy(self) -> str:
        """The URL of a new legacy database, rows and all."""
        url = self.make_database()
        for file in LEGACY:
            self.psql(url, "-f", file)
        return url

    def adopted(self, directory: Path) -> str:
        """The URL of a new legacy database, adopted and taken to the latest version."""
        url = self.legacy()
        baseline(url, directory, Options(local=self.server.local))
        for label in LATER:
            for half in ("up", "down"):
                shutil.copy(MIGRATIONS / f"{label}.{half}.sql", directory)
        done = up(url, directory)
        assert [step.label for step in done.steps] == LATER
        assert [view.label for view in done.refreshed] == ["ledger.fleet_use"]
        return url

    def seed(self, url: str) -> SeedReport:
        """Bring the database's rows to what the repository's files say."""
        settings = resolve(Flags(env="dev"), environ={}, folder=ROOT)
        assert settings.seeds == SEEDS
        return seed(url, settings.seeds, settings.seed_rules, env=settings.env)

    def everything(self, url: str) -> list[str]:
        """What pg_dump says of schema, rows and sequences, and what materialized views show.

        Sorted, each row with its table: pg_dump's own order is that of names and of numbers
        that differ from database to database.
        """
        views = self.psql(url, "-Atc", VIEWS).stdout.split()
        shown = [
            f"{view} {row}"
            for view in views
            for row in self.psql(url, "-Atc", f"TABLE {view}").stdout.splitlines()
        ]
        return sorted([*rows_with_tables(self.pg_dump(url, "--exclude-schema=pgmig")), *shown])

    def schema(self, url: str) -> object:
        """What pg_dump says of the schema."""
        return statements(self.pg_dump(url, "-s", "--exclude-schema=pgmig"))


@pytest.fixture
def example(
    server: Server,
    psql: Program,
    pg_dump: Callable[..., str],
    make_database: Callable[[], str],
) -> Example:
    assert [file.name for file in LEGACY] == ["00_roles.sql", "10_schema.sql", "20_rows.sql"]
    psql(server.url(), "-f", LEGACY[0])
    return Example(server, psql, pg_dump, make_database)


def test_the_baseline_in_migrations_builds_the_legacy_database_from_nothing(
    example: Example,
) -> None:
    legacy, built = example.legacy(), example.make_database()
    assert [step.label for step in up(built, MIGRATIONS, to=1).steps] == ["0001_baseline"]
    assert example.schema(built) == example.schema(legacy)
    assert differences(read(built), read(legacy)) == ()


def test_baseline_makes_the_scripts_that_migrations_holds(example: Example, tmp_path: Path) -> None:
    legacy = example.legacy()
    before = lines(example.pg_dump(legacy))
    done = baseline(legacy, tmp_path, Options(local=example.server.local))
    assert [path.name for path in sorted(tmp_path.iterdir())] == [
        "0001_baseline.down.sql",
        "0001_baseline.up.sql",
        "pgmig.sum",
    ]
    assert done.reprinted == ()
    assert done.roles == ("cycle_app", "cycle_owner", "cycle_reader")
    same = [(tmp_path / path.name).read_text() == path.read_text() for path in baseline_files()]
    # Partitions' named NOT NULLs and views' column prefixes are those of 18 (catalog.md 0.3).
    assert same == ([True, True] if example.server.major == 18 else [True, False])
    assert lines(example.pg_dump(legacy, "--exclude-schema=pgmig")) == before


VIEWS = "SELECT format('%I.%I', schemaname, matviewname) FROM pg_matviews ORDER BY 1"


def rows_with_tables(dump: str) -> Iterator[str]:
    """The lines of a dump without comments and the words of `\\restrict`; rows with their COPY."""
    copy = ""
    for line in dump.splitlines():
        if line == "\\.":
            copy = ""
        elif copy:
            yield f"{copy} {line}"
        elif not line.startswith(("\\", "--")):
            copy = line if line.startswith("COPY ") else ""
            yield line


def lines(dump: str) -> list[str]:
    """The lines of a dump with rows, without the random words of `\\restrict`."""
    return [line for line in dump.splitlines() if not line.startswith("\\")]


def baseline_files() -> list[Path]:
    """The committed pair, down before up."""
    return sorted(MIGRATIONS.glob("0001_baseline.*.sql"))


def test_both_databases_end_in_one_schema_and_the_way_back_leaves_nothing(
    example: Example, tmp_path: Path
) -> None:
    legacy, built = example.adopted(tmp_path / "migrations"), example.make_database()
    empty = example.schema(built)
    assert [step.label for step in up(built, MIGRATIONS).steps] == ["0001_baseline", *LATER]
    assert example.schema(built) == example.schema(legacy)
    assert differences(read(built), read(legacy)) == ()
    assert up(built, MIGRATIONS).steps == ()
    assert [step.label for step in redo(built, MIGRATIONS).steps] == [LATER[-1], LATER[-1]]
    assert example.schema(built) == example.schema(legacy)
    back = down(built, MIGRATIONS, to=0)
    assert [step.label for step in back.steps] == [*reversed(LATER), "0001_baseline"]
    assert example.schema(built) == empty


def test_the_files_hold_all_rows_of_the_legacy_database(example: Example, tmp_path: Path) -> None:
    legacy, built = example.adopted(tmp_path / "migrations"), example.make_database()
    empty = example.schema(built)
    snapshot_data(legacy, tmp_path / "seeds", ["*"], Rules())
    given = {file.stem: file.read_bytes() for file in (tmp_path / "seeds").iterdir()}
    del given[BY_STATEMENTS]
    assert given == {file.stem: file.read_bytes() for file in SEEDS.rglob("*.csv")}
    up(built, MIGRATIONS)
    first = example.seed(built)
    assert {str(table.table) for table in first.tables if table.is_nothing} == {"shop.standard_job"}
    for url in (built, legacy):
        refresh(url)
    assert example.everything(built) == example.everything(legacy)
    assert [example.seed(url).is_nothing for url in (built, legacy)] == [True, True]
    down(built, MIGRATIONS, to=0)
    assert example.schema(built) == empty


def test_a_second_baseline_is_refused(example: Example, tmp_path: Path) -> None:
    legacy = example.legacy()
    baseline(legacy, tmp_path, Options(local=example.server.local))
    with pytest.raises(AlreadyRecorded, match="the history stands at 0001_baseline"):
        baseline(legacy, tmp_path, Options(local=example.server.local))
    with pytest.raises(BaselineNotFirst, match="the directory holds 0001_baseline"):
        baseline(legacy, tmp_path, Options(name="other", local=example.server.local))
    with pytest.raises(AlreadyRecorded, match="the history stands at 0001_baseline"):
        baseline(legacy, tmp_path / "other", Options(local=example.server.local))
    assert not (tmp_path / "other").exists()


def test_a_second_copy_of_the_database_takes_the_baseline_of_the_first(
    example: Example, tmp_path: Path
) -> None:
    adopted = shutil.copytree(MIGRATIONS, tmp_path / "migrations")
    staging = example.legacy()
    done = baseline(staging, adopted, Options(local=example.server.local))
    assert not done.is_written
    assert [step.label for step in up(staging, adopted).steps] == LATER
    files = sorted((path.name, path.read_bytes()) for path in adopted.iterdir())
    assert files == sorted((path.name, path.read_bytes()) for path in MIGRATIONS.iterdir())


def test_a_database_that_the_baseline_does_not_make_is_refused(
    example: Example, tmp_path: Path
) -> None:
    adopted = shutil.copytree(MIGRATIONS, tmp_path / "migrations")
    other = example.legacy()
    example.psql(other, "-c", "ALTER TABLE shop.bike ADD extra integer")
    with pytest.raises(BaselineDiffers, match=r"table shop\.bike: column") as refused:
        baseline(other, adopted, Options(local=example.server.local))
    assert refused.value.exit_code == 4
    assert "pgmig" not in example.psql(other, "-Atc", "SELECT nspname FROM pg_namespace").stdout


def test_roles_that_somebody_wrote_down_are_not_written_over(
    example: Example, tmp_path: Path
) -> None:
    (tmp_path / "roles.sql").write_text("-- mine\n")
    options = Options(with_roles=True, local=example.server.local)
    with pytest.raises(ScriptExists, match="is there already") as refused:
        baseline(example.legacy(), tmp_path, options)
    assert refused.value.exit_code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["roles.sql"]
    (tmp_path / "roles.sql").unlink()
    made = baseline(example.legacy(), tmp_path, options)
    assert made.roles_file == tmp_path / "roles.sql"
    assert "CREATE ROLE cycle_owner;" in made.roles_file.read_text()
    assert "postgres" not in made.roles_file.read_text()


def test_an_empty_database_has_nothing_to_adopt(example: Example, tmp_path: Path) -> None:
    with pytest.raises(NothingToAdopt):
        baseline(example.make_database(), tmp_path, Options(local=example.server.local))
    assert list(tmp_path.iterdir()) == []
