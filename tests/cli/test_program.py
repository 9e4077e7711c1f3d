"""The program itself: help, version, usage errors, what it imports."""

import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import pgmig as package
from pgmig.cli.app import COMMANDS, program
from pgmig.cli.options import Verb
from tests.cli.conftest import PGMIG, Ran, Run, environment

HELP = """\
Usage: pgmig [OPTIONS] COMMAND [ARGS]...

  Versioned migrations for PostgreSQL, proved before they are written.

Options:
  -V, --version                Show the version and exit.
  --url URL                    The database, as URL or key=value pairs.
  --env NAME                   Use the table [env.NAME] of the settings file.
  --config FILE                The settings file.
  --migrations DIR             The directory of the scripts.
  --json                       Report as JSON on stdout; a run as events.
  --color [auto|always|never]  Colour the output; auto: on a terminal.
  -q, --quiet                  Say nothing but results and errors.
  -v, --verbose                Log what is done; -vv every statement.
  -h, --help                   Show this message and exit.

Commands:
  init        Start a project: settings, workflows, hooks, containers.
  snapshot    Write what a database holds, as JSON or SQL, or rows of it.
  baseline    Write the first migration from an existing database.
  new         Start the next migration: a numbered pair of scripts.
  diff        Write the scripts that take one state to another, proved.
  verify      Try every script from nothing: up, down and up again.
  lint        Tell what is dangerous or unwise in scripts.
  trace       Show what each statement locks, rewrites and reads.
  drift       Compare a database with what its history says it should be.
  plan        Tell what `pgmig up` would do to a database, which is only read.
  up          Apply pending migrations.
  seed        Bring tables to what the files in seeds/ say.
  down        Undo applied migrations, the latest first.
  redo        Undo the latest migration and apply it again.
  goto        Move up or down to one version.
  rebase      Give migrations that came late numbers after the others.
  squash      Put one proved migration in the place of the first ones.
  refresh     Refresh materialized views, in the order of what they read.
  status      Show which migrations are applied and which are pending.
  history     Show what ran on a database, when and by whom.
  doctor      Check whether everything is there for a deployment.
  resolve     Tell what became of a statement whose runner died.
  server      Run a local PostgreSQL server for development and proofs.
  completion  Print the completion script of a shell.

Exit codes:
  0  done, or nothing to do
  1  error
  2  wrong usage or configuration
  3  pending, drift or differences (--check)
  4  refused by safety, proof or preflight
  5  another runner holds the lock
  6  stopped part-way; the same command resumes
  7  history and files disagree

Example:
  pgmig --url postgresql://localhost/app status

pgmig COMMAND --help tells the options of a command.
"""


def _verbs(group: click.Group, path: str) -> Iterator[tuple[str, Verb]]:
    ctx = click.Context(group)
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        if isinstance(command, click.Group):
            yield from _verbs(command, f"{path} {name}")
        else:
            assert isinstance(command, Verb)
            yield f"{path} {name}", command


VERBS = dict(_verbs(program, "pgmig"))


@pytest.mark.parametrize("args", [(), ("--help",), ("-h",)])
def test_help_tells_commands_and_exit_codes(pgmig: Run, args: tuple[str, ...]) -> None:
    assert pgmig(*args) == Ran(0, HELP, "")


@pytest.mark.parametrize("args", [("--version",), ("-V",), ("--json", "--version")])
def test_version_is_that_of_the_package(pgmig: Run, args: tuple[str, ...]) -> None:
    assert pgmig(*args) == Ran(0, f"pgmig {package.__version__}\n", "")


@pytest.mark.parametrize("name", COMMANDS)
def test_the_table_of_commands_says_what_the_command_says(name: str) -> None:
    command = program.get_command(click.Context(program), name)
    assert command is not None
    assert command.help is not None
    assert command.help.partition("\n")[0] == COMMANDS[name]


@pytest.mark.parametrize("path", VERBS)
def test_every_command_explains_its_options_and_has_an_example_that_parses(path: str) -> None:
    verb = VERBS[path]
    assert all(o.help for o in verb.params if isinstance(o, click.Option))
    assert verb.examples
    for example in verb.examples:
        words = shlex.split(example.partition(" > ")[0])
        assert words[: len(path.split())] == path.split() or path in example
        arguments = words[1:] if words[0] == "pgmig" else []
        with program.make_context("pgmig", arguments) as ctx:
            rest, command = [*ctx._protected_args, *ctx.args], click.Command("")
            group: click.Command = program
            while isinstance(group, click.Group):
                _, found, rest = group.resolve_command(ctx, rest)
                assert found is not None
                group = command = found
            command.make_context(path, rest, parent=ctx)


def _imported(*args: str) -> set[str]:
    program, *rest = PGMIG
    done = subprocess.run(
        [program, "-X", "importtime", *rest, *args],
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    return {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}


HEAVY = {"psycopg", "sqlglot", "msgspec", "rich"}


def test_version_imports_no_click() -> None:
    assert not _imported("--version") & {"click", "re", *HEAVY}


def test_help_imports_no_command() -> None:
    found = _imported("--help")
    assert not found & {"logging", "pathlib", "pgmig.errors", *HEAVY}
    assert not found & {f"pgmig.cli.{name}" for name in COMMANDS}


def test_seals_are_looked_at_without_a_driver() -> None:
    found = _imported("verify", "--sealed", "--migrations", "migrations")
    assert not found & {"psycopg", "sqlglot", "asyncio"}


@pytest.mark.parametrize("args", [("up",), ("server", "start"), ("snapshot",), ("status",)])
def test_help_of_a_command_imports_nothing_that_it_needs_to_run(args: tuple[str, ...]) -> None:
    assert not _imported(*args, "--help") & HEAVY


@pytest.mark.parametrize(
    ("args", "error"),
    [
        (
            ("stauts",),
            "there is no command `pgmig stauts`\n"
            "   do: the nearest is `pgmig status`; `pgmig --help` lists the commands",
        ),
        (
            ("migrate",),
            "there is no command `pgmig migrate`\n"
            "   do: the nearest is `pgmig up`; `pgmig --help` lists the commands",
        ),
        (
            ("xyzzy",),
            "there is no command `pgmig xyzzy`\n   do: `pgmig --help` lists the commands",
        ),
        (
            ("server", "stat"),
            "there is no command `pgmig server stat`\n"
            "   do: the nearest is `pgmig server start`; `pgmig server --help` lists the commands",
        ),
        (("--url", "x"), "missing command\n   do: `pgmig --help`"),
        (("goto",), "missing argument 'VERSION'\n   do: `pgmig goto --help`"),
        (
            ("goto", "latest"),
            "invalid value for 'VERSION': 'latest' is not a version: write its number, as in 7"
            " or 0007\n   do: `pgmig goto --help`",
        ),
    ],
)
def test_wrong_usage_is_told_with_what_to_do(pgmig: Run, args: tuple[str, ...], error: str) -> None:
    assert pgmig(*args) == Ran(2, "", f"error: {error}\n")


def test_an_unknown_option_names_the_nearest(pgmig: Run) -> None:
    ran = pgmig("up", "--lock-timeot", "5s")
    assert ran.code == 2
    assert "--lock-timeout" in ran.err


def test_with_json_an_error_is_a_document_too(pgmig: Run) -> None:
    assert pgmig("stauts", "--json").out == (
        "{\n"
        '  "pgmig": 1,\n'
        '  "error": {\n'
        '    "kind": "UnknownCommand",\n'
        '    "exit_code": 2,\n'
        '    "what": "there is no command `pgmig stauts`",\n'
        '    "where": "",\n'
        '    "notes": {},\n'
        '    "do": "the nearest is `pgmig status`; `pgmig --help` lists the commands",\n'
        '    "facts": {\n'
        '      "name": "stauts",\n'
        '      "nearest": "status"\n'
        "    }\n"
        "  }\n"
        "}\n"
    )


@pytest.mark.parametrize(
    ("args", "env", "is_colored"),
    [
        ((), {}, False),
        (("--color", "always"), {}, True),
        (("--color=always",), {"NO_COLOR": "1"}, True),
    ],
)
def test_errors_have_colour_where_it_is_asked_for(
    pgmig: Run, args: tuple[str, ...], env: dict[str, str], *, is_colored: bool
) -> None:
    assert ("\x1b[31m" in pgmig("stauts", *args, **env).err) is is_colored


@pytest.mark.parametrize(
    ("args", "env", "is_colored"),
    [
        ((), {}, True),
        (("--color", "never"), {}, False),
        ((), {"NO_COLOR": "1"}, False),
        ((), {"TERM": "dumb"}, False),
    ],
)
def test_errors_have_colour_on_a_terminal_unless_it_is_refused(
    on_terminal: Run, args: tuple[str, ...], env: dict[str, str], *, is_colored: bool
) -> None:
    assert ("\x1b[31m" in on_terminal("stauts", *args, **env).out) is is_colored


def test_a_reader_that_leaves_early_hears_no_complaint(folder: Path) -> None:
    command = " ".join(shlex.quote(word) for word in PGMIG)
    done = subprocess.run(
        ["bash", "-c", f"{command} completion bash | true"],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""


def test_output_that_nobody_can_take_is_told(folder: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*PGMIG, "completion", "bash", "--json"],
            cwd=folder,
            env=environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr) == (
        1,
        "error: cannot write to standard output: No space left on device\n"
        "   do: the command itself ended well; look where its output goes\n",
    )


def test_a_pipe_gets_utf8_in_every_locale(pgmig: Run, folder: Path) -> None:
    here = folder / "\u00fc"
    (here / ".git").mkdir(parents=True)
    bare = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    assert f'"{here}/migrations/0001_a.up.sql"' in pgmig("new", "a", "--json", cwd=here, **bare).out


def test_init_writes_a_settings_file_once(pgmig: Run, folder: Path) -> None:
    assert pgmig("init", "-q") == Ran(0, "pgmig.toml\n", "")
    assert pgmig("init").code == 2


@pytest.mark.parametrize("text", ["postgresql://app:sekret@h/x", "host=h password = sekret"])
@pytest.mark.parametrize(
    "before",
    [
        (),
        ("up",),
        ("status",),
        ("new",),
        ("goto",),
        ("server", "url"),
        ("up", "--env"),
        ("up", "--config"),
        ("up", "--ulr"),
        ("up", "--url", "postgresql://sekret@h/x"),
        ("up", "--config", "--url"),
        ("--json", "down"),
    ],
)
def test_a_connection_string_in_the_wrong_place_is_not_quoted(
    pgmig: Run, project: Path, before: tuple[str, ...], text: str
) -> None:
    ran = pgmig(*before, text)
    assert ran.code == 2
    assert ran.err == (
        "error: a connection string goes with --url\n   do: write `pgmig COMMAND --url URL`\n"
    )
    assert "sekret" not in ran.out


def test_a_misspelt_flag_with_a_connection_string_is_not_quoted(pgmig: Run, project: Path) -> None:
    ran = pgmig("status", "--ulr=postgresql://app:sekret@h/x")
    assert (ran.code, "sekret" in ran.err) == (2, False)


def test_a_connection_string_as_a_name_is_told_without_its_password(
    pgmig: Run, project: Path
) -> None:
    ran = pgmig("status", "--json", PGMIG_ENV="postgresql://app:sekr@t@h/x")
    assert ran.code == 2
    assert "no settings for the environment postgresql://app:***@h/x\n" in ran.err
    assert '"name": "postgresql://app:***@h/x"' in ran.out
    (project / "pgmig.toml").write_text('"postgresql://app:sekret@h/x" = 1\n')
    assert "unknown key postgresql://app:***@h/x" in pgmig("status").err
