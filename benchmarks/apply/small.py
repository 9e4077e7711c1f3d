"""Many small scripts, nothing to do, and how long it takes to start."""

import sys
from collections.abc import Iterator

from benchmarks.apply.arena import Arena
from benchmarks.apply.peers import ALEMBIC, DBMATE, PSQL, Pair
from benchmarks.contest import OURS, PGMIG, Contest, hold

_UP = """\
CREATE TABLE t{n} (id bigint PRIMARY KEY, name text NOT NULL DEFAULT '', made timestamptz);
CREATE INDEX ON t{n} (name);
INSERT INTO t{n} (id, name) VALUES (1, 'one'), (2, 'two');
"""
_DOWN = "DROP TABLE t{n};\n"
_STARTS = 4  # rounds of what takes milliseconds, for each round of the rest


def pairs(count: int) -> Iterator[Pair]:
    """So many scripts."""
    return (Pair(n, _UP.format(n=n), _DOWN.format(n=n)) for n in range(1, count + 1))


def run(arena: Arena, count: int, rounds: int) -> None:
    """The contests; the second finds the databases as the first leaves them."""
    names = (OURS, PSQL, DBMATE, ALEMBIC)
    arena.write("small", lambda: pairs(count), *names)
    commands = {name: arena.command("small", name) for name in names}
    ours = commands.pop(OURS)
    python = (sys.executable, "-c")
    migrations = ours[ours.index("--url") :]
    every = Contest(
        f"up, {count} scripts",
        ours,
        commands,
        arena.fresh,
        must={PSQL: "wall 1.15", DBMATE: "client CPU 0.9"},
    )
    nothing = Contest(
        f"up, nothing to do, {count} applied",
        ours,
        {
            "import psycopg": (*python, "import psycopg"),
            DBMATE: commands[DBMATE],
            ALEMBIC: commands[ALEMBIC],
        },
        must={"import psycopg": "wall 1.4"},
        absent={"psql": "it keeps no history"},
    )
    both = "import click, psycopg"
    status = Contest(
        f"status, {count} applied",
        (*PGMIG, "status", *migrations),
        {both: (*python, both)},
        must={both: "CPU of imports 1.5, the work apart"},
    )
    version = Contest(
        "--version",
        (*PGMIG, "--version"),
        {"python -c pass": (*python, "pass"), DBMATE: (*commands[DBMATE][:1], "--version")},
        must={"python -c pass": "CPU 2"},
    )
    usage = Contest(
        "--help",
        (*PGMIG, "--help"),
        {"import click": (*python, "import click"), ALEMBIC: (*commands[ALEMBIC][:1], "--help")},
        must={"import click": "CPU 1.6"},
    )
    hold(every, arena.server, rounds)
    for contest in (nothing, status):
        hold(contest, arena.server, 2 * rounds)
    for contest in (version, usage):
        hold(contest, arena.server, _STARTS * rounds)
