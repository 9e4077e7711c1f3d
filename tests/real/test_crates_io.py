"""Twelve years of a real project's migrations, applied by pgmig and by psql alike."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pgmig.commands.history import history
from pgmig.commands.status import status
from pgmig.commands.up import up
from pgmig.commands.verify import Options, verify
from tests.fixtures.servers import Program, Server

SCRIPTS = Path(__file__).parents[3] / "shared" / "real" / "crates_io" / "migrations"

# Ways down that fail, and ways down after which something else is there than before.
FAILING = (
    "0132_downloads_need_no_id",
    "0225_remove_downloads_column",
    "0235_make_unique_version_unique",
)
FORGETFUL = (
    "0020_dumped_migration_19",
    "0037_dumped_migration_36",
    "0106_dumped_migration_105",
    "0127_crate_owners_does_not_need_id",
    "0131_make_dependencies_schema_match_use",
    "0133_version_downloads_needs_no_id",
    "0136_drop_schema_migrations",
    "0138_dont_touch_timestamps_unless_row_changed",
    "0147_move_tokens_to_emails_table",
    "0149_move_readme_rendering_onto_versions",
    "0154_stop_lying_to_schema",
    "0157_use_jsonb_for_features",
    "0172_remove_crate_downloads",
    "0182_fix_int_type_in_to_semver_no_prerelease",
    "0189_remove_version_authors_user_id",
    "0192_change_api_token_to_bytea",
    "0226_remove_obsolete_fn",
    "0230_remove_semver_no_prerelease_column",
    "0242_remove_token_generated_at_column",
    "0245_fix_num_versions_trigger",
    "0254_drop_gh_access_token",
    "0275_versions_tar_sha256_not_null",
)
# Ways down without a statement, in scripts that do not say that they are irreversible.
EMPTY = (
    "0009_dumped_migration_8",
    "0012_dumped_migration_11",
    "0013_dumped_migration_12",
    "0018_dumped_migration_17",
    "0090_dumped_migration_89",
    "0142_fix_keywords",
    "0150_users_lowercase_index",
    "0151_fix_local_dbs_unique_gh_login",
    "0186_drop_email_from_user",
)


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

    @pytest.mark.pg("< 18")
    def test_each_way_down_that_fails_forgets_or_is_empty_is_named(server: Server) -> None:
        done = verify(SCRIPTS, Options(major=server.major, shadow_url=server.url()))
        assert len(done.results) == 285
        assert all(each.fingerprint for each in done.results)
        wrong = {each.label: each.faults for each in done.results if not each.is_proved}
        assert tuple(wrong) == tuple(sorted((*FAILING, *FORGETFUL, *EMPTY)))
        assert {fault.step for faults in wrong.values() for fault in faults} >= {"down"}
        failed = [label for label, faults in wrong.items() if "SQLSTATE" in str(faults[0])]
        assert tuple(failed) == FAILING
