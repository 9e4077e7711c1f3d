"""Which value wins, where a project is found, and what a settings file may say."""

from pathlib import Path

import msgspec
import pytest
from psycopg.conninfo import conninfo_to_dict

from pgmig.commands.choice import Flags
from pgmig.commands.project import IgnoreTable
from pgmig.commands.settings import Settings, resolve
from pgmig.errors import (
    BadDuration,
    DatabaseNotNamed,
    EnvTableMissing,
    EnvUnclear,
    FlagEmpty,
    OutsideProject,
    SettingsInvalid,
    SettingsUnreadable,
    VariableMissing,
)

TWO_URLS = """
url = "postgresql://top"
lock_timeout = "3s"
[env.live]
url = "postgresql://live"
lock_timeout = "1s"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with nothing above it that could be taken for a project."""
    (tmp_path / ".git").mkdir()
    return tmp_path


def _resolve(folder: Path, flags: Flags | None = None, **environ: str) -> Settings:
    return resolve(flags or Flags(), environ=environ, folder=folder)


def _toml(folder: Path, text: str, name: str = "pgmig.toml") -> Path:
    path = folder / name
    path.write_text(text)
    return path


# --- which database -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("flags", "environ", "dotenv", "url"),
    [
        (Flags(url="u"), {"PGMIG_DATABASE_URL": "p", "DATABASE_URL": "d"}, "", "u"),
        (Flags(url="u", env="live"), {}, "", "u"),
        (Flags(env="live"), {"PGMIG_DATABASE_URL": "p"}, "", "postgresql://live"),
        (Flags(), {"PGMIG_DATABASE_URL": "p", "DATABASE_URL": "d"}, "", "p"),
        (Flags(), {"DATABASE_URL": "d", "PGMIG_ENV": "live"}, "", "d"),
        (Flags(), {"DATABASE_URL": "d"}, "DATABASE_URL=f", "d"),
        (Flags(), {}, "DATABASE_URL=f", "f"),
        (Flags(), {"DATABASE_URL": ""}, "DATABASE_URL=f", "postgresql://top"),
        (Flags(), {"PGMIG_ENV": "live"}, "", "postgresql://live"),
        (Flags(), {}, "PGMIG_ENV=live", "postgresql://live"),
        (Flags(), {"PGHOST": "h"}, "", "postgresql://top"),
        (Flags(), {}, "", "postgresql://top"),
    ],
)
def test_the_first_that_names_a_database_wins(
    folder: Path, flags: Flags, environ: dict[str, str], dotenv: str, url: str
) -> None:
    _toml(folder, TWO_URLS)
    (folder / ".env").write_text(dotenv)
    assert _resolve(folder, flags, **environ).database() == url


@pytest.mark.parametrize("name", ["PGHOST", "PGPORT", "PGDATABASE", "PGSERVICE", "PGUSER"])
def test_the_variables_of_libpq_name_a_database(folder: Path, name: str) -> None:
    assert _resolve(folder, **{name: "x"}).database() == ""


def test_libpq_gets_the_variables_of_the_env_file_that_the_environment_lacks(folder: Path) -> None:
    (folder / ".env").write_text("PGHOST=file\nPGPASSWORD=pw\nOTHER=1")
    settings = _resolve(folder, PGHOST="process")
    assert settings.libpq == {"PGPASSWORD": "pw"}
    assert settings.database() == ""


def test_no_database_at_all_is_an_error_that_lists_the_ways(folder: Path) -> None:
    with pytest.raises(DatabaseNotNamed) as caught:
        _resolve(folder).database()
    assert str(caught.value) == (
        f"no database is named\n   at: {folder}\n"
        "   do: pass --url, or set PGMIG_DATABASE_URL, DATABASE_URL, PGHOST and PGDATABASE, or url"
        " in pgmig.toml; for a local server: pgmig server start;"
        ' --url "$(pgmig server url)"'
    )


@pytest.mark.parametrize("name", ["url", "env", "config", "shadow_url", "lock_timeout"])
def test_an_empty_flag_falls_back_on_nothing(folder: Path, name: str) -> None:
    flags = msgspec.convert({name: ""}, Flags)
    with pytest.raises(FlagEmpty) as caught:
        _resolve(folder, flags, DATABASE_URL="elsewhere")
    assert str(caught.value) == (
        f"--{name.replace('_', '-')} is empty\n"
        "   do: set the variable that it comes from, or leave it out"
    )


def test_a_url_may_name_variables_and_only_the_chosen_one_needs_them(folder: Path) -> None:
    _toml(folder, 'url = "postgresql://a:${PW}@h"\n[env.b]\nurl = "postgresql://b:${OTHER}@h"\n')
    assert _resolve(folder, PW="x").database() == "postgresql://a:x@h"
    with pytest.raises(VariableMissing) as caught:
        _resolve(folder, Flags(env="b"), PW="x")
    assert str(caught.value) == (
        f"the variable OTHER is not set\n   at: {folder}/pgmig.toml, url\n"
        "   do: set OTHER in the environment or in .env"
    )


PASSWORD = "ab/cd%@#?:[& '\\"


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("postgresql://app:${PW}@localhost/app", {"user": "app", "host": "localhost"}),
        (
            "postgresql://${USER}:x${PW}y@localhost/app",
            {"user": "a:b", "password": f"x{PASSWORD}y"},
        ),
        ("postgresql://app:${PW}@${HOST}/app", {"host": "::1", "port": "5433"}),
        ("postgresql://app@h/${PW}?password=${PW}", {"dbname": PASSWORD}),
        ("postgresql://app@h/app?${MORE}&password=${PW}", {"sslmode": "require", "port": "1"}),
        ("postgresql:///app?password=${PW}&host=${FOLDER}", {"host": "/tmp/a b"}),
        ("host=h password=${PW} dbname=app", {"dbname": "app"}),
        ("host=h dbname=app password=${PW}", {"dbname": "app"}),
        ("host=h password='${PW}' dbname=app", {"dbname": "app"}),
    ],
)
def test_a_variable_stays_one_part_of_the_connection_string(
    folder: Path, written: str, found: dict[str, str]
) -> None:
    _toml(folder, f'url = "{written}"\nshadow_url = "{written}"\n')
    settings = _resolve(
        folder,
        PW=PASSWORD,
        USER="a:b",
        HOST="[::1]:5433",
        MORE="sslmode=require&port=1",
        FOLDER="/tmp/a b",
    )
    parts = conninfo_to_dict(settings.database())
    wanted = {"password": PASSWORD, **found}
    assert {name: parts[name] for name in wanted} == wanted
    assert settings.shadow_url == settings.database()


@pytest.mark.parametrize("text", ["postgresql://app:a%2Fb@h/app", "host=h password='a b'"])
def test_a_variable_that_is_the_whole_url_stays_as_it_is(folder: Path, text: str) -> None:
    _toml(folder, 'url = "${WHOLE}"')
    assert _resolve(folder, WHOLE=text).database() == text


def test_an_env_that_the_file_lacks_is_an_error_that_names_those_it_has(folder: Path) -> None:
    _toml(folder, TWO_URLS)
    with pytest.raises(EnvTableMissing) as caught:
        _resolve(folder, Flags(env="liv"))
    assert str(caught.value) == (
        f"no settings for the environment liv, only for live\n   at: {folder}/pgmig.toml\n"
        "   do: add a table [env.liv], or choose another environment"
    )


def test_an_empty_env_leaves_no_rule_behind(folder: Path) -> None:
    _toml(folder, '[env.dev]\n[env.live]\nallow = []\n[env.test]\nrequire = ["verify"]')
    with pytest.raises(EnvUnclear) as caught:
        _resolve(folder, PGMIG_ENV="")
    assert str(caught.value) == (
        f"PGMIG_ENV is empty, and the rules of live, test would not hold\n"
        f"   at: {folder}/pgmig.toml\n"
        "   do: set it to one of the tables [env.NAME], to one without rules if none shall hold,"
        " or unset it"
    )
    assert _resolve(folder).env is None
    assert _resolve(folder, Flags(env="dev"), PGMIG_ENV="").env == "dev"
    untargeted = resolve(Flags(), environ={"PGMIG_ENV": ""}, folder=folder, is_targeted=False)
    assert untargeted.env is None
    _toml(folder, TWO_URLS)  # without rules
    assert _resolve(folder, PGMIG_ENV="").env is None


def test_the_text_of_settings_holds_no_password(folder: Path) -> None:
    settings = _resolve(folder, Flags(url="postgresql://u:secret@h", shadow_url="secret"))
    assert "secret" not in repr(settings) + str(settings) + f"{settings}"


# --- the other values -----------------------------------------------------------------------


def test_a_flag_wins_over_the_chosen_table_and_that_over_the_top(folder: Path) -> None:
    _toml(folder, TWO_URLS)
    assert _resolve(folder).lock_timeout == 3_000
    assert _resolve(folder, Flags(env="live")).lock_timeout == 1_000
    assert _resolve(folder, Flags(env="live", lock_timeout="2s")).lock_timeout == 2_000
    assert _resolve(folder).runner_timeout == 60_000


def test_a_bad_duration_names_its_file_and_key(folder: Path) -> None:
    path = _toml(folder, 'runner_timeout = "1 minute"')
    with pytest.raises(BadDuration) as caught:
        _resolve(folder)
    assert caught.value.where == f"{path}, runner_timeout"


def test_the_shadow_is_named_by_flag_variable_or_file(folder: Path) -> None:
    assert _resolve(folder).shadow_url is None
    _toml(folder, 'shadow_url = "file"')
    assert _resolve(folder).shadow_url == "file"
    assert _resolve(folder, SHADOW_DATABASE_URL="env").shadow_url == "env"
    flags = Flags(shadow_url="flag")
    assert _resolve(folder, flags, SHADOW_DATABASE_URL="env").shadow_url == "flag"


def test_paths_of_the_file_are_relative_to_it(folder: Path) -> None:
    _toml(
        folder,
        'migrations = "db/m"\n[server]\nbindir = "pg/bin"\nmajor = 16\npostgres = ["/a", "b"]',
    )
    deep = folder / "src" / "app"
    deep.mkdir(parents=True)
    settings = _resolve(deep)
    assert settings.directory() == folder / "db/m"
    assert settings.server.bindir == folder / "pg/bin"
    assert settings.server.postgres == (Path("/a"), folder / "b")
    assert settings.server.major == 16


def test_the_environment_wins_over_the_servers_folders_in_the_file(folder: Path) -> None:
    _toml(folder, '[server]\ndirectory = "pg"\npostgres = ["a"]')
    assert _resolve(folder).server.directory == folder / "pg"
    # None leaves it to the server itself, which reads the variable.
    assert _resolve(folder, PGMIG_SERVER_DIR="/elsewhere").server.directory is None
    assert _resolve(folder, PGMIG_POSTGRES="/elsewhere").server.postgres == ()


def test_a_flag_for_the_directory_is_relative_to_the_current_folder(folder: Path) -> None:
    deep = folder / "deep"
    deep.mkdir()
    assert _resolve(deep, Flags(migrations="m")).directory() == deep / "m"


# --- where a project is ---------------------------------------------------------------------


def test_a_project_is_found_from_below_by_its_scripts(folder: Path) -> None:
    deep = folder / "migrations" / "deep"
    deep.mkdir(parents=True)
    (folder / "migrations" / "0001_a.up.sql").touch()
    assert _resolve(deep).root == folder


def test_migrations_of_another_tool_are_no_project(folder: Path) -> None:
    (folder / "app" / "migrations").mkdir(parents=True)
    (folder / "app" / "migrations" / "0001_initial.py").touch()
    _toml(folder, "")
    assert _resolve(folder / "app").root == folder


def test_an_empty_migrations_directory_here_is_a_project(folder: Path) -> None:
    (folder / "migrations").mkdir()
    assert _resolve(folder).directory() == folder / "migrations"


def test_the_search_ends_at_the_top_of_the_repository(folder: Path) -> None:
    _toml(folder, "")
    inner = folder / "inner"
    (inner / ".git").mkdir(parents=True)
    with pytest.raises(OutsideProject) as caught:
        _resolve(inner).directory()
    assert str(caught.value) == (
        "no project here: no pgmig.toml and no migrations directory in this folder or above\n"
        f"   at: {inner}\n"
        "   do: go to the project's folder, name it with --config or --migrations, or start one"
        " with `pgmig new NAME`"
    )


def test_pyproject_counts_only_with_our_table(folder: Path) -> None:
    _toml(folder, '[tool.black]\n[project]\ndependencies = ["pgmig-engine"]\n', "pyproject.toml")
    assert not _resolve(folder).is_project
    path = _toml(folder, '[tool.pgmig]\nurl = "here"\n', "pyproject.toml")
    assert _resolve(folder).file == path
    assert _resolve(folder).url == "here"


def test_two_settings_files_in_one_folder_are_an_error(folder: Path) -> None:
    _toml(folder, "[tool.pgmig]\n", "pyproject.toml")
    _toml(folder, "")
    with pytest.raises(SettingsInvalid, match="keep one of the two"):
        _resolve(folder)


def test_config_names_the_file_and_with_it_the_root(folder: Path) -> None:
    (folder / "conf").mkdir()
    _toml(folder / "conf", 'url = "x"', "live.toml")
    settings = _resolve(folder, Flags(config="conf/live.toml"))
    assert (settings.url, settings.root) == ("x", folder / "conf")


# --- what a file may say --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('ulr = "x"', "unknown key ulr; the nearest known one is url"),
        ("[envs.a]", "unknown key envs; the nearest known one is env"),
        ("colour = 1", "unknown key colour"),
        ('[env.a]\nlocktimeout = "x"',
         "unknown key env.a.locktimeout; the nearest known one is lock_timeout"),
        ("[server]\nport = 1", "unknown key server.port"),
        ("[ignore]\npattern = []", "unknown key ignore.pattern; the nearest known one is patterns"),
        ('[ignore]\npatterns = "a"', "ignore.patterns: expected `array`, got `str`"),
        ("url = 1", "url: expected `str`, got `int`"),
        ('[server]\nmajor = "15"', "server.major: expected `int`, got `str`"),
        ('[env.a]\nurl = ["x"]', "env.a.url: expected `str`, got `array`"),
        ("env = 1", "env is not a table"),
        ("env.a = 1", "env.a is not a table"),
        ("server = []", "server is not a table"),
    ],
)  # fmt: skip
def test_what_pgmig_does_not_know_is_an_error(folder: Path, text: str, reason: str) -> None:
    path = _toml(folder, text)
    with pytest.raises(SettingsInvalid) as caught:
        _resolve(folder)
    assert str(caught.value) == f"{reason}\n   at: {path}\n   do: correct the settings file"


def test_keys_of_pyproject_are_named_in_full(folder: Path) -> None:
    _toml(folder, "[tool.pgmig.env.a]\nurl = 1\n", "pyproject.toml")
    with pytest.raises(SettingsInvalid, match=r"^tool\.pgmig\.env\.a\.url: expected"):
        _resolve(folder)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"url = ", "not TOML: Invalid value (at end of document)"),
        (b"url = '\xff'", "not UTF-8 (byte 8)"),
        (None, "No such file or directory"),
    ],
)
def test_a_file_that_cannot_be_read_is_an_error(
    folder: Path, content: bytes | None, reason: str
) -> None:
    path = folder / "s.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingsUnreadable) as caught:
        _resolve(folder, Flags(config="s.toml"))
    assert str(caught.value) == (
        f"the settings cannot be read: {reason}\n   at: {path}\n"
        "   do: correct the file, or name another one with --config FILE"
    )


# --- what is somebody else's ----------------------------------------------------------------


def test_patterns_and_presets_are_lists(folder: Path) -> None:
    assert _resolve(folder).ignore == IgnoreTable()
    _toml(folder, '[ignore]\npatterns = ["auth.*", "extension:pg_net"]\npresets = ["supabase"]')
    assert _resolve(folder).ignore == IgnoreTable(
        patterns=("auth.*", "extension:pg_net"), presets=("supabase",)
    )
