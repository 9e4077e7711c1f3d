"""One large script: one-row INSERTs, 500-row INSERTs, COPY data."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.apply.arena import Arena
from benchmarks.apply.peers import ALEMBIC, DBMATE
from benchmarks.contest import OURS, Contest, hold

PSQL = "psql -1 -f"

_TABLE = (
    "CREATE TABLE big (id bigint PRIMARY KEY, name text NOT NULL, made timestamptz, cost numeric);"
)
_DOWN = "DROP TABLE big;\n"
_MANY = 500  # rows of one INSERT

_NO_COPY = "it cannot run COPY FROM STDIN with its data in the script"


@dataclass(frozen=True)
class Large:
    """One script.

    Attributes:
        name: what it is made of.
        share: of the megabytes asked for.
        parts: its lines behind CREATE TABLE, without end, `last` behind them.
        last: what ends it.
        must: ours to psql's.
        is_plain: whether it is SQL and nothing else.
    """

    name: str
    share: float
    parts: Callable[[], Iterator[str]]
    last: str
    must: str
    is_plain: bool = True


def _one_row() -> Iterator[str]:
    for n in _numbers():
        yield f"INSERT INTO big (id, name, made, cost) VALUES {_values(n)};\n"


def _many_rows() -> Iterator[str]:
    for n in _numbers():
        rows = ",\n".join(_values(n * _MANY + i) for i in range(_MANY))
        yield f"INSERT INTO big (id, name, made, cost) VALUES\n{rows};\n"


def _copied() -> Iterator[str]:
    yield "COPY big (id, name, made, cost) FROM STDIN;\n"
    for n in _numbers():
        yield f"{n}\tcustomer number {n}\t2026-01-01 00:00:00+00\t{n % 1000}.50\n"


def _numbers() -> Iterator[int]:
    n = 0
    while True:
        yield n
        n += 1


def _values(n: int) -> str:
    return f"({n}, 'customer number {n}', '2026-01-01 00:00:00+00', {n % 1000}.50)"


LARGE = (
    Large("one-row INSERTs", 1.0, _one_row, "", "wall 0.3, peak 100 MiB"),
    Large("500-row INSERTs", 0.57, _many_rows, "", "wall 1.2"),
    Large("COPY data", 0.75, _copied, "\\.\n", "wall 1.2", is_plain=False),
)


def run(arena: Arena, megabytes: int, rounds: int) -> None:
    """A contest for each script; its files go before the next are made."""
    for number, large in enumerate(LARGE):
        size = max(1, round(megabytes * large.share))
        folder = arena.directory / f"large{number}"
        ours, theirs = folder / "ours", folder / "dbmate"
        ours.mkdir(parents=True)
        theirs.mkdir()
        script = ours / "0001_big.up.sql"
        (ours / "0001_big.down.sql").write_text(_DOWN)
        _write(script, large, size)
        peers = {PSQL: (str(arena.psql), "-X", "-q", "-1", *_on(arena, PSQL), str(script))}
        absent = {ALEMBIC: "its scripts are Python"}
        if large.is_plain:
            _copy(script, theirs / "0001_big.sql")
            peers[DBMATE] = tuple(arena.sides[DBMATE].command(theirs, arena.url(DBMATE)))
        else:
            absent[DBMATE] = _NO_COPY
        hold(
            Contest(
                f"{size} MB of {large.name}",
                arena.sides[OURS].command(ours, arena.url(OURS)),
                peers,
                arena.fresh,
                must={PSQL: large.must},
                absent=absent,
            ),
            arena.server,
            rounds,
        )
        _remove(ours, theirs, folder)
        for side in (OURS, *peers):
            arena.fresh(side)


def _on(arena: Arena, side: str) -> tuple[str, ...]:
    return ("-v", "ON_ERROR_STOP=1", "-d", arena.url(side), "-f")


def _write(path: Path, large: Large, megabytes: int) -> None:
    """The script, of about so many megabytes."""
    with path.open("w", encoding="ascii") as file:
        file.write(_TABLE + "\n")
        size = 0
        for part in large.parts():
            size += file.write(part)
            if size >= megabytes * 1_000_000:
                break
        file.write(large.last)


def _copy(script: Path, path: Path) -> None:
    """The script in the form of dbmate."""
    with path.open("wb") as file, script.open("rb") as text:
        file.write(b"-- migrate:up\n")
        while block := text.read(1 << 20):
            file.write(block)
        file.write(f"\n-- migrate:down\n{_DOWN}".encode())


def _remove(*folders: Path) -> None:
    for folder in folders:
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()
