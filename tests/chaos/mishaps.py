"""What happens to a run: at a message of the protocol, or at an instant."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Literal

from psycopg.conninfo import conninfo_to_dict

from tests.chaos.ground import PATIENCE, Ended, Ground, Undisturbed, ended
from tests.chaos.trial import MISSED, Scene, Trial, fraction
from tests.fixtures.wire import Fault, Message, Point, Then, When, Wire

What = Literal["kill", "terminate", "stop", "nothing"]

_WHENS: tuple[When, When] = ("before", "after")
_SAMPLE = 40  # of so many statements within one script's message, one


def that_matter(run: Undisturbed) -> Iterator[Message]:
    """The messages at which something may change: what a runner says, and each answer's end.

    Of the results of statements in the middle of one message some are taken, of the parts of a
    query with parameters the last: they travel together.
    """
    passed = 0
    for message in run.trace:
        if message.kind in {"Parse", "Bind", "Describe", "Execute"}:
            continue
        if message.side == "frontend" or message.kind in {"ReadyForQuery", "ErrorResponse"}:
            yield message
        elif message.kind == "CommandComplete":
            passed += 1
            if message.tag == "COMMIT" or passed % _SAMPLE == 0:
                yield message


def commits(run: Undisturbed) -> Iterator[Message]:
    """The messages that ask for a commit, and those that tell of one."""
    asked = None
    for message in run.trace:
        if message.kind in {"Query", "Sync"}:
            asked = message
        elif message.kind == "CommandComplete" and message.tag == "COMMIT":
            if asked is not None:
                yield asked
            yield message
            asked = None


def at_messages(
    scene: Scene,
    messages: Iterable[Message],
    what: What,
    *,
    then: Then = "go on",
    hold: float = 0.0,
) -> Iterator[Trial]:
    """A trial before and after each message.

    For a runner that is killed, after an answer is before what it says next.
    """
    name = what if then == "go on" else then
    for message in messages:
        is_told = what == "kill" and message.side == "backend"
        for when in _WHENS[:1] if is_told else _WHENS:
            fault = partial(Fault, Point.of(message), when, then=then, hold=hold)
            run = partial(_at_message, scene, what=what, fault=fault)
            where = f"{name} {when} {message.kind}"
            yield Trial(f"{name} {when} {Point.of(message)}", where, run)


def at_instants(scene: Scene, what: What, count: int) -> Iterator[Trial]:
    """`count` trials at instants within the time that a run takes."""
    for seed in range(count):
        run = partial(_at_instant, scene, what=what, seed=seed)
        yield Trial(f"{what} seed {seed}", f"{what} at an instant", run)


def with_fault(
    scene: Scene, url: str, do: Callable[["subprocess.Popen[str]"], None], fault: Fault
) -> Ended | None:
    """How a run ends in which `do` happens to the runner's process at the message of the fault."""
    with Wire(scene.through(url)) as wire:
        process = scene.ground.start(wire.url, scene.history)
        fault.do = partial(do, process)
        wire.faults = (fault,)
        end = _end(process)
    return end if fault.met else Ended(process.returncode, MISSED)


def _at_message(scene: Scene, url: str, *, what: What, fault: Callable[[], Fault]) -> Ended | None:
    return with_fault(scene, url, partial(do, scene.ground, url, what), fault())


def _at_instant(scene: Scene, url: str, *, what: What, seed: int) -> Ended | None:
    with Wire(scene.through(url)) as wire:
        process = scene.ground.start(wire.url, scene.history)
        assert wire.is_opened.wait(PATIENCE)
        time.sleep(fraction(seed) * scene.undisturbed.seconds)
        if process.poll() is not None:
            return Ended(ended(process).code, MISSED)
        do(scene.ground, url, what, process)
        return _end(process)


def do(ground: Ground, url: str, what: What, process: "subprocess.Popen[str]") -> None:
    """Let it happen to the runner, to its sessions or to the server, which is up again after it."""
    match what:
        case "kill":
            process.kill()
        case "terminate":
            terminate(ground, url)
        case "stop":
            stop_at_once(ground)
            ground.server.local.start()
        case "nothing":
            pass


def terminate(ground: Ground, url: str, *, but: int = 0) -> None:
    """End every session in a database, but for one of a process."""
    ask = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> %s"
    with ground.admin() as conn:
        conn.execute(ask, (conninfo_to_dict(url)["dbname"], but))


def stop_at_once(ground: Ground) -> None:
    """`pg_ctl stop -m immediate`: no session ends in order, and the next start recovers."""
    local = ground.server.local
    pid = local.status().pid
    assert pid is not None
    os.kill(pid, signal.SIGQUIT)
    until = time.monotonic() + PATIENCE
    while local.is_running():
        assert time.monotonic() < until, "the server does not stop"
        time.sleep(0.01)


def _end(process: "subprocess.Popen[str]") -> Ended | None:
    end = ended(process)
    return None if end.code == -signal.SIGKILL else end
