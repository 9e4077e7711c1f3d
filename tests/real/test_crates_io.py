"""Twelve years of a real project's migrations, applied by pgmig and by psql alike."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pgmig.commands.history import history
from pgmig.commands.status import status
from pgmig.commands.up import up
from tests.fixtures.servers import Program

SCRIPTS = Path(__file__).parents[3] / "shared" / "real" / "crates_io" / "migrations"


if SCRIPTS.is_dir():
    # The scripts need the extension pgcrypto, which the wheel's 18 has not.
    @pytest.mark.pg("< 18")
    def test_all_scripts_apply_and_give_the_schema_that_psql_gives(
        make_database: Callable[[], str], psql: Program, pg_dump: Callable[..., str]
    ) -> None:
        ours, theirs = make_database(), make_database()
        files = sorted(SCRIPTS.glob("*.up.sql"))
        report = up(ours, SCRIPTS)
        assert (report.before, report.after, len(report.steps)) == (0, 285, len(files))

        assert up(ours, SCRIPTS).steps == ()
        told = status(ours, SCRIPTS)
        assert told.is_current
        assert (told.current, len(told.versions)) == (285, 285)
        entries = history(ours).entries
        assert [entry.version for entry in entries] == list(range(1, 286))
        assert sum(not entry.is_transactional for entry in entries) == 7

        for path in files:
            alone = "transaction=off" in path.read_text()
            psql(theirs, *([] if alone else ["-1"]), "-f", path)
        schema = ("-s", "-N", "pgmig", "--restrict-key=x")
        assert pg_dump(ours, *schema) == pg_dump(theirs, *schema)
