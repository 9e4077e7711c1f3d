"""Ctrl-C, SIGTERM and SIGHUP, told apart from the errors of a command."""

import signal
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = ("SIGTERM", "SIGHUP")  # SIGHUP does not exist everywhere

_IMPORTING = "<frozen importlib"
_SOON = 0.01  # seconds


class Stopped(Exception):
    """A signal arrived while no library function could tell how far it got."""


@contextmanager
def as_interrupts() -> Generator[None]:
    """Let a signal to end reach the library as KeyboardInterrupt, which stops between two steps.

    A signal that the caller ignores (nohup) stays ignored. Raises Stopped when the library let
    the interrupt pass.
    """
    for name in _SIGNALS:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _interrupt)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _interrupt)
    try:
        yield
    except KeyboardInterrupt:
        raise Stopped from None


def _interrupt(_number: int, frame: FrameType | None) -> None:
    is_importing = frame is not None and frame.f_code.co_filename.startswith(_IMPORTING)
    if is_importing and hasattr(signal, "setitimer"):
        # What is raised in a callback of the import system is printed there and lost.
        signal.signal(signal.SIGALRM, _interrupt)
        signal.setitimer(signal.ITIMER_REAL, _SOON)
        return
    raise KeyboardInterrupt
