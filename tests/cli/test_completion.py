"""`pgmig completion`: what bash makes of the script."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Ran, Run, environment, write_script


def _bash(folder: Path, script: str) -> str:
    """What bash prints, with pgmig on its path and its completion loaded."""
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    done = subprocess.run(
        ["bash", "--norc", "-c", f"source <(pgmig completion bash)\n{script}"],
        cwd=folder,
        env=environment(PATH=path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    return done.stdout


def _completions(folder: Path, *words: str) -> list[str]:
    """What bash offers for the last of `words`."""
    line = " ".join(f"'{word}'" for word in words)
    script = (
        f"COMP_WORDS=({line}); COMP_CWORD={len(words) - 1}; COMPREPLY=()\n"
        "_pgmig_completion pgmig\nprintf '%s\\n' \"${COMPREPLY[@]}\""
    )
    return _bash(folder, script).split()


def test_bash_knows_how_to_complete_pgmig(folder: Path) -> None:
    assert _bash(folder, "complete -p pgmig") == "complete -o nosort -F _pgmig_completion pgmig\n"


def test_commands_are_completed(folder: Path) -> None:
    assert _completions(folder, "pgmig", "s") == ["snapshot", "seed", "squash", "status", "server"]
    assert _completions(folder, "pgmig", "server", "st") == ["start", "stop", "status"]


def test_options_are_completed(folder: Path) -> None:
    assert _completions(folder, "pgmig", "goto", "--mi") == ["--migrations"]
    assert _completions(folder, "pgmig", "--color", "a") == ["auto", "always"]


@pytest.fixture
def project(folder: Path) -> Path:
    for label in ("0001_a", "0002_b", "0010_c"):
        write_script(folder, label, "", "")
    return folder


def test_versions_are_completed_from_the_migrations_directory(project: Path) -> None:
    assert _completions(project, "pgmig", "goto", "") == ["0001", "0002", "0010"]
    assert _completions(project, "pgmig", "up", "1") == ["0001", "0010"]
    assert _completions(project, "pgmig", "down", "001") == ["0010"]


def test_versions_are_completed_from_the_directory_that_an_option_names(project: Path) -> None:
    directory = str(project / "migrations")
    words = ("pgmig", "--migrations", directory, "goto", "0")
    assert _completions(project.parent, *words) == ["0001", "0002", "0010"]


def test_outside_a_project_there_are_no_versions(folder: Path) -> None:
    assert _completions(folder, "pgmig", "goto", "") == []


@pytest.mark.parametrize(
    ("shell", "words"),
    [("zsh", "#compdef pgmig\n"), ("fish", "complete --no-files --command pgmig")],
)
def test_other_shells_get_their_own_script(pgmig: Run, shell: str, words: str) -> None:
    ran = pgmig("completion", shell)
    assert (ran.code, ran.err) == (0, "")
    assert words in ran.out


def test_an_unknown_shell_is_wrong_usage(pgmig: Run) -> None:
    assert pgmig("completion", "tcsh") == Ran(
        2,
        "",
        "error: invalid value for '{bash|zsh|fish}': 'tcsh' is not one of 'bash', 'zsh', 'fish'\n"
        "   do: `pgmig completion --help`\n",
    )
