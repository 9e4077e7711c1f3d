"""Where a password may come from, and that nobody gets to see it."""

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.conftest import PGMIG, Run, environment, write_script
from tests.fixtures.servers import Program, Server

# A new password for each time that it is asked, and none that was given before counts any more.
ROTATE = """\
#!/bin/sh
n=$(($(cat asked 2>/dev/null || echo 0) + 1))
echo $n > asked
echo "$PGMIG_TARGET_USER $PGMIG_TARGET_DBNAME" > told
new="S3cret$n$1"
{psql} -X -q -d '{admin}' -c "ALTER ROLE $PGMIG_TARGET_USER PASSWORD '$new'" && echo "$new"
"""


@dataclass(frozen=True)
class Guarded:
    """A role that must give its password, and the database that it owns."""

    role: str
    url: str
    folder: Path

    def asked(self) -> int:
        """How often the command was asked since the last time."""
        path = self.folder / "asked"
        count = int(path.read_text()) if path.exists() else 0
        path.unlink(missing_ok=True)
        return count

    def settings(self, command: list[str], *, url: str = "", more: str = "") -> None:
        """Write the settings file."""
        (self.folder / "pgmig.toml").write_text(
            f"url = {json.dumps(url or self.url)}\npassword_command = {json.dumps(command)}\n{more}"
        )


@pytest.fixture
def guarded(
    folder: Path, server: Server, make_role: Callable[..., str], database: str, psql: Program
) -> Iterator[Guarded]:
    role = make_role("LOGIN PASSWORD 'none'")
    rules = server.local.place().data / "pg_hba.conf"
    before = rules.read_text()
    rules.write_text(f"local all {role} scram-sha-256\n{before}")
    name = database.partition("@/")[2].partition("?")[0]
    psql(server.url(), "-c", f'ALTER DATABASE "{name}" OWNER TO {role}')
    psql(server.url(), "-c", "SELECT pg_reload_conf()")
    rotate = folder / "rotate.sh"
    rotate.write_text(ROTATE.format(psql=server.clients / "psql", admin=server.url()))
    rotate.chmod(0o755)
    yield Guarded(role, database.replace("postgres@", f"{role}@"), folder)
    rules.write_text(before)
    psql(server.url(), "-c", "SELECT pg_reload_conf()")


def test_every_connection_asks_for_a_password_of_its_own(
    pgmig_inside: Run,
    guarded: Guarded,
    server: Server,
    psql: Program,
    database: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """All passwords before the last one are wrong by then: one that is kept would be refused."""
    monkeypatch.setenv("SUFFIX", "-${x}")
    guarded.settings(["./rotate.sh", "${SUFFIX}"], more="record_fingerprints = true\n")
    write_script(guarded.folder, "0001_a", "CREATE TABLE public.a (i int);", "DROP TABLE public.a;")
    off = "-- pgmig: transaction=off\n"
    write_script(
        guarded.folder,
        "0002_b",
        f"{off}CREATE INDEX CONCURRENTLY i ON public.a (i);",
        f"{off}DROP INDEX CONCURRENTLY public.i;",
    )
    (guarded.folder / "seeds").mkdir()
    (guarded.folder / "seeds" / "public.a.sql").write_text("INSERT INTO public.a VALUES (1);")
    shadow = ["--shadow-url", server.url()]
    commands = (
        ["baseline", "--migrations", "others", *shadow],
        ["status", "-vv"],
        ["plan", *shadow],
        ["up", "--dry-run"],
        ["up", "-vv"],
        ["history"],
        ["up", "--wait", "5s"],
        ["goto", "2"],
        ["refresh"],
        ["seed", "--dry-run"],
        ["rebase"],
        ["doctor", *shadow],
        ["snapshot", "--wait", "5s", "-o", "snapshot.json", "-vv"],
        ["snapshot", "--fingerprint"],
        ["drift", *shadow, "-vv"],
        ["drift", "--fingerprints"],
        ["diff", "--from", "snapshot.json", *shadow, "-vv"],
    )
    psql(
        database,
        "-c",
        "CREATE TABLE public.was_here (i int);"
        f" ALTER TABLE public.was_here OWNER TO {guarded.role}",
    )
    for command in commands:
        ran = pgmig_inside(*command)
        assert (command, ran.code, ran.err if ran.code else "") == (command, 0, "")
        assert "S3cret" not in ran.out + ran.err
        assert guarded.asked() > 0
        if command[0] == "baseline":
            psql(database, "-c", "DROP SCHEMA pgmig CASCADE; DROP TABLE public.was_here")
    end = "SELECT pg_terminate_backend(pg_backend_pid());"
    write_script(guarded.folder, "0003_c", end, end)
    ran = pgmig_inside("up")
    assert (ran.code, guarded.asked() > 1) == (6, True)
    assert "0003_c rolled back" in ran.err  # another connection has asked the history
    told = (guarded.folder / "told").read_text().split()
    assert told == [guarded.role, guarded.url.partition("@/")[2].partition("?")[0]]
    assert "S3cret" not in (guarded.folder / "snapshot.json").read_text()


@pytest.mark.newest
def test_a_command_that_gives_no_password_is_told_and_what_it_printed_is_not(
    pgmig_inside: Run, guarded: Guarded
) -> None:
    write_script(guarded.folder, "0001_a", "CREATE TABLE public.a ();", "DROP TABLE public.a;")
    cases = {
        ("sh", "-c", "echo S3cret; echo 'no token' >&2; exit 3"): (
            1,
            "password_command sh ended with exit code 3: no token",
        ),
        ("sh", "-c", "echo S3cret; echo bad S3cret >&2; exit 3"): (1, "ended with exit code 3\n"),
        ("sh", "-c", "kill -9 $$"): (1, "password_command sh was ended by signal 9"),
        ("true",): (1, "password_command true printed nothing"),
        ("sh", "-c", "echo S3cret; echo S3cret"): (1, "sh printed more than one line"),
        ("printf", r"\377"): (1, "printf printed what is not UTF-8"),
        ("sh", "-c", "echo S3cret; sleep 60 & wait"): (1, "sh did not end within 0.2 s"),
        ("./not-there",): (2, "./not-there cannot be run: No such file or directory"),
        ("./pgmig.toml",): (2, "./pgmig.toml cannot be run: Permission denied"),
        ("echo", "wrong"): (1, "password authentication failed"),
    }
    for command, (code, part) in cases.items():
        guarded.settings(list(command), more='password_timeout = "200ms"\n')
        ran = pgmig_inside("status", "--json", "-vv")
        assert (command, ran.code, part in ran.err) == (command, code, True), ran.err
        assert "S3cret" not in ran.err + ran.out


@pytest.mark.newest
def test_a_wait_asks_again_for_each_try(
    pgmig_inside: Run, guarded: Guarded, tmp_path: Path
) -> None:
    write_script(guarded.folder, "0001_a", "CREATE TABLE public.a ();", "DROP TABLE public.a;")
    url = f"postgresql://{guarded.role}@/app?host={tmp_path}&port=1"
    guarded.settings(["./rotate.sh"], url=url)
    ran = pgmig_inside("status", "--wait", "700ms")
    assert (ran.code, "cannot connect" in ran.err) == (1, True)
    assert guarded.asked() > 1


@pytest.mark.newest
def test_a_password_file_a_service_file_and_the_environment_are_libpqs_own(
    pgmig: Run, guarded: Guarded, psql: Program, database: str
) -> None:
    write_script(guarded.folder, "0001_a", "CREATE TABLE public.a ();", "DROP TABLE public.a;")
    psql(database, "-c", f"ALTER ROLE {guarded.role} PASSWORD 'S3cret'")
    passes = guarded.folder / "passes"
    passes.write_text(f"*:*:*:{guarded.role}:S3cret\n")
    passes.chmod(0o600)
    host, port = re.findall(r"host=([^&]+)&port=(\d+)", database)[0]
    services = guarded.folder / "services"
    services.write_text(
        f"[live]\nhost={host.replace('%2F', '/')}\nport={port}\nuser={guarded.role}\n"
        f"dbname={database.partition('@/')[2].partition('?')[0]}\npassfile={passes}\n"
    )
    ways: list[dict[str, str]] = [
        {"PGMIG_DATABASE_URL": guarded.url, "PGPASSFILE": str(passes)},
        {"PGMIG_DATABASE_URL": f"{guarded.url}&passfile={passes}"},
        {"PGMIG_DATABASE_URL": guarded.url, "PGPASSWORD": "S3cret"},
        {"PGMIG_DATABASE_URL": "service=live", "PGSERVICEFILE": str(services)},
        {"PGSERVICE": "live", "PGSERVICEFILE": str(services)},
    ]
    for way in ways:
        ran = pgmig("status", "-vv", "--json", **way)
        assert (way, ran.code) == (way, 0)
        assert "S3cret" not in ran.out + ran.err


@pytest.mark.newest
def test_no_list_of_processes_shows_the_password(
    guarded: Guarded, psql: Program, database: str
) -> None:
    """While pgmig and its command run, nothing that it was given stands in any command line."""
    write_script(guarded.folder, "0001_a", "SELECT pg_sleep(0.5);", "SELECT 1;")
    psql(database, "-c", f"ALTER ROLE {guarded.role} PASSWORD 'S3cretWord'")
    guarded.settings(["printenv", "TOKEN"])
    with subprocess.Popen(
        [*PGMIG, "up"],
        cwd=guarded.folder,
        env=environment(TOKEN="S3cretWord"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        seen = set[str]()
        while process.poll() is None:
            seen |= set(_command_lines())
        assert (process.returncode, process.stdout and "S3cret" in process.stdout.read()) == (
            0,
            False,
        )
    assert any("pgmig up" in line for line in seen)
    assert not any("S3cret" in line for line in seen)
    stored = psql(database, "-Atc", "SELECT h::text FROM pgmig.history h").stdout
    assert "0001_a" in stored
    assert "S3cret" not in stored


def _command_lines() -> Iterator[str]:
    """The command lines of all processes."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            yield path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:  # it has ended
            continue
