"""The log of every statement at DEBUG: its place and first words, never its text.

The text may hold a password. Three words tell what a statement is and come before any value:
`ALTER ROLE APP PASSWORD`, `SET SOMETHING TO`.
"""

import logging
import time
from collections.abc import Callable

from pgmig.engine.job import Job
from pgmig.scripts import Piece

logger = logging.getLogger(__name__)

_WORDS = 3


def log_statement(job: Job, number: int, piece: Piece, seconds: float) -> None:
    """Log statement `number`, which ran alone and took `seconds`."""
    if logger.isEnabledFor(logging.DEBUG):
        logger.debug("%s in %.3f s", _place(job, number, piece), seconds)


def on_result(job: Job, before: int) -> Callable[[int], None] | None:
    """What logs each statement of a message as its result arrives; None when nobody wants it.

    `before` is how many statements of ours stand before the script's.

    The server sends its results when their buffer is full or the message is over, so the time is
    that since the beginning of the message.
    """
    if not logger.isEnabledFor(logging.DEBUG):
        return None
    pieces = job.body.half.statements()
    began = time.monotonic()

    def log(completed: int) -> None:
        number = completed - before
        if 1 <= number <= job.body.count:
            place = _place(job, number, next(pieces))
            logger.debug("%s, answered after %.3f s", place, time.monotonic() - began)

    return log


def _place(job: Job, number: int, piece: Piece) -> str:
    words = " ".join(piece.words[:_WORDS]) or "(no word)"
    step = job.step
    return f"{step.direction} {step.label}: statement {number}, line {piece.line}, {words}"
