"""Ctrl-C, SIGTERM and SIGHUP, told apart from the errors of a command."""

from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = ("SIGTERM", "SIGHUP")  # SIGHUP does not exist everywhere


class Stopped(Exception):
    """A signal arrived while no library function could tell how far it got."""


@contextmanager
def as_interrupts() -> Generator[None]:
    """Let a signal to end reach the library as KeyboardInterrupt, which stops between two steps.

    A signal that the caller ignores (nohup) stays ignored. Raises Stopped when the library let
    the interrupt pass.
    """
    import signal

    for name in _SIGNALS:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _interrupt)
    try:
        yield
    except KeyboardInterrupt:
        raise Stopped from None


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
