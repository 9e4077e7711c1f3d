"""What a check of `pgmig doctor` found."""

from collections.abc import Callable, Iterator, Sequence
from typing import Literal

import msgspec

from pgmig.errors import PgmigError

State = Literal["ok", "careful", "wrong", "skipped"]


class Finding(msgspec.Struct, frozen=True):
    """One thing that was looked at.

    Attributes:
        check: what was looked at, in a word or two.
        state: ok; careful: it works, and somebody should know; wrong: something will fail;
            skipped: there was no way to look.
        what: what was found.
        do: what to do about it; "" where nothing is to be done.
    """

    check: str
    state: State
    what: str
    do: str = ""


def some(names: Sequence[str], shown: int) -> str:
    """The first few of them, and how many more there are."""
    more = f" and {len(names) - shown} more" if len(names) > shown else ""
    return ", ".join(names[:shown]) + more


Check = Callable[[], Iterator[Finding]]


def tried(name: str, check: Check) -> Iterator[Finding]:
    """What a check finds; a failure of it is what it found last."""
    try:
        yield from check()
    except PgmigError as error:
        yield failed(name, error)


def failed(name: str, error: PgmigError) -> Finding:
    """What failed while it was looked at."""
    told = error.where and error.where not in error.what
    return Finding(name, "wrong", f"{error.what} ({error.where})" if told else error.what, error.do)
