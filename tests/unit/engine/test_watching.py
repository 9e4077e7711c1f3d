"""Watch: when it looks, and what it does when it cannot."""

import queue
from typing import NoReturn

from pgmig.cli.progress import in_words
from pgmig.engine.watching import Sight, Watch
from pgmig.errors import ConnectionFailed

Looks = queue.SimpleQueue[tuple[float, Sight | None]]


def nobody() -> NoReturn:
    raise ConnectionFailed(target="here", reason="no", do="")


def watch(looks: Looks, *, patience: float = 0.0) -> Watch:
    return Watch(nobody, lambda *args: looks.put(args), patience=patience, interval=0.01)


def test_without_a_session_it_still_tells_how_long_it_has_been() -> None:
    looks = Looks()
    watching = watch(looks)
    watching.begin("pgmig up 0001_a")
    first, second = looks.get(timeout=10), looks.get(timeout=10)
    watching.close()
    assert (first[1], second[1]) == (None, None)
    assert 0 < first[0] < second[0]


def test_what_is_over_soon_is_not_looked_at() -> None:
    looks = Looks()
    watching = watch(looks, patience=3600)
    for _ in range(100):
        watching.begin("pgmig up 0001_a")
        watching.end()
    watching.close()
    assert looks.empty()


def test_a_listener_that_fails_ends_the_watch_and_nothing_else() -> None:
    told = queue.SimpleQueue[None]()

    def fail(_elapsed: float, _sight: Sight | None) -> None:
        told.put(None)
        raise BrokenPipeError

    watching = Watch(nobody, fail, patience=0, interval=0.01)
    watching.begin("pgmig up 0001_a")
    told.get(timeout=10)
    watching.close()
    assert told.empty()


def test_a_sight_in_words() -> None:
    sight = Sight(
        command="CREATE INDEX",
        phase="building index: scanning table",
        relation="public.orders",
        done=1200,
        total=4800,
        unit="blocks",
    )
    assert ", ".join(in_words(sight)) == (
        "CREATE INDEX on public.orders, building index: scanning table, 25%, 1,200 of 4,800 blocks"
    )
    copy = Sight(command="COPY FROM", relation="public.orders", done=3_100_000, unit="bytes")
    assert in_words(copy) == ["COPY FROM on public.orders", "3.1 MB"]
    assert in_words(Sight(waits_for=("psql (app, pid 7)",))) == ["waits for psql (app, pid 7)"]
    assert in_words(None) == []
