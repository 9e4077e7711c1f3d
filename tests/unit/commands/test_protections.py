"""What settings files may say of `allow`, `require` and `password_command`, and which wins."""

import subprocess
import sys
from pathlib import Path

import pytest

from pgmig.commands.choice import Flags
from pgmig.commands.protection import Protections, Rule
from pgmig.commands.protections import protect
from pgmig.commands.settings import resolve
from pgmig.db.login import Login, PasswordCommand, password
from pgmig.engine import Step
from pgmig.errors import HazardNotAllowed, PasswordCommandMissing, SettingsInvalid, VariableMissing
from pgmig.scripts import read

TABLES = """
url = "postgresql://top"
allow = ["drop-column"]
password_command = ["token", "${REGION}"]
[env.live]
allow = []
require = ["verify"]
[env.plain]
password_command = []
[env.static]
url = "postgresql://u:pw@h"
[env.own]
url = "postgresql://own"
password_command = ["other"]
password_timeout = "5s"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "pgmig.toml").write_text(TABLES)
    return tmp_path


def test_each_rule_comes_from_the_table_of_the_environment_or_from_the_top(folder: Path) -> None:
    file, environ = folder / "pgmig.toml", {"REGION": "x"}
    top = Rule(frozenset({"drop-column"}), f"{file}, top level")
    found = resolve(Flags(), environ=environ, folder=folder)
    assert found.protections == Protections(top, None)
    for flags in (Flags(env="live"), Flags(env="live", url="postgresql://else")):
        live = resolve(flags, environ=environ, folder=folder).target().protections
        assert live.allow == Rule(frozenset(), f"{file}, [env.live]")
        assert live.require == Rule(frozenset({"verify"}), f"{file}, [env.live]")
    assert resolve(Flags(env="own"), environ=environ, folder=folder).protections.allow == top


@pytest.mark.parametrize(
    ("flags", "command"),
    [
        (Flags(), PasswordCommand(("token", "x"), Path())),
        (Flags(env="live", url="postgresql://else"), PasswordCommand(("token", "x"), Path())),
        (Flags(env="own"), PasswordCommand(("other",), Path(), 5_000)),
        (Flags(env="plain"), None),
        (Flags(env="static"), None),
        (Flags(env="own", url="postgresql://u:pw@h"), None),
    ],
)
def test_a_url_has_the_command_unless_it_has_a_password(
    folder: Path, flags: Flags, command: PasswordCommand | None
) -> None:
    url = resolve(flags, environ={"REGION": "x"}, folder=folder).database()
    found = url.command if isinstance(url, Login) else None
    expected = command and PasswordCommand(command.arguments, folder, command.timeout)
    assert found == expected
    assert "pw" not in repr(found)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            'allow = ["drop-tabel"]',
            "env.live.allow: unknown word drop-tabel; the nearest known one is drop-table",
        ),
        (
            'allow = ["x"]',
            "env.live.allow: unknown word x; known: drop-table, drop-column, data-loss, drop",
        ),
        (
            'require = ["verified"]',
            "env.live.require: unknown word verified; the nearest known one is verify",
        ),
        ('allow = "drop"', "env.live.allow: expected `array`, got `str`"),
        (
            'password_command = "aws token"',
            'env.live.password_command: no shell reads it: write ["PROGRAM", "ARGUMENT", ...]',
        ),
        (
            'password_command = ["aws token"]',
            'no shell reads it: write ["PROGRAM", "ARGUMENT", ...]',
        ),
        (
            'password_command = ["x"]\npassword_timeout = "0s"\nurl = "postgresql://u@h"',
            "password_timeout leaves it no time",
        ),
        ('password_comand = ["x"]', "unknown key env.live.password_comand; the nearest known one"),
    ],
)
def test_what_is_wrong_in_a_table_is_told(folder: Path, text: str, reason: str) -> None:
    (folder / "pgmig.toml").write_text(f"[env.live]\n{text}\n")
    with pytest.raises(SettingsInvalid) as caught:
        resolve(Flags(env="live"), environ={"DATABASE_URL": "postgresql://u@h"}, folder=folder)
    assert caught.value.what.startswith(reason)


def test_a_password_beside_its_command_is_refused_and_a_variable_must_be_there(
    folder: Path,
) -> None:
    with pytest.raises(VariableMissing) as missing:
        resolve(Flags(), environ={}, folder=folder)
    assert missing.value.where == f"{folder}/pgmig.toml, top level, password_command"
    (folder / "pgmig.toml").write_text('url = "postgresql://u:pw@h"\npassword_command = ["x"]\n')
    with pytest.raises(SettingsInvalid) as both:
        resolve(Flags(), environ={}, folder=folder)
    assert both.value.what == "there is a password in url, and a password_command: keep one"


def test_a_program_is_called_as_it_is_written(folder: Path) -> None:
    (folder / "pgmig.toml").write_text('url = "host=h"\npassword_command = ["./get-${TOKEN}"]\n')
    url = resolve(Flags(), environ={"TOKEN": "S3cret"}, folder=folder).database()
    assert isinstance(url, Login)
    with pytest.raises(PasswordCommandMissing) as caught:
        password(url)
    assert "S3cret" not in str(caught.value) + repr(url.command)
    assert caught.value.program == "./get-${TOKEN}"


def test_what_a_command_has_started_ends_with_it_where_there_is_no_terminal(tmp_path: Path) -> None:
    line = "from pathlib import Path; from pgmig.db.login import *; password(Login('host=h',"
    line += " PasswordCommand(('sh', '-c', 'sleep 61 & echo $! >pid; wait'), Path(), 300)))"
    ran = subprocess.run(
        [sys.executable, "-c", line],
        cwd=tmp_path,
        start_new_session=True,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "did not end within 0.3 s" in ran.stderr
    state = Path("/proc", (tmp_path / "pid").read_text().strip(), "stat")
    assert not state.exists() or state.read_text().split()[2] == "Z"


def test_a_hazard_allowed_beside_its_statement_is_found_on_its_line(tmp_path: Path) -> None:
    (tmp_path / "0001_a.up.sql").write_text(
        "-- pgmig: transaction=off\nSELECT 1;\n\n"
        '-- pgmig: allow=drop-table reason="it is empty"\nDROP TABLE public.a;\n'
    )
    (tmp_path / "0001_a.down.sql").write_text('-- pgmig: irreversible="gone"\n')
    directory = read(tmp_path)
    steps = (Step(directory.scripts[0], "up"),)
    rules = Protections(Rule(frozenset({"drop"}), "pgmig.toml, [env.live]"))
    with pytest.raises(HazardNotAllowed) as caught:
        protect(rules, directory, steps, major=18, is_planned=False)
    assert (caught.value.line, caught.value.word) == (4, "drop-table")
    assert caught.value.rule == 'pgmig.toml, [env.live]: allow = ["drop"]'
    assert protect(Protections(), directory, steps, major=18, is_planned=False) == steps
