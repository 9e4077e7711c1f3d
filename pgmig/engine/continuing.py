"""Going on after the connection broke: the history is asked, nothing is guessed."""

import logging
from contextlib import closing
from typing import Final

from pgmig.db import Connection
from pgmig.db.connect import again
from pgmig.db.execute import settled
from pgmig.engine.history import Written, look, written_after
from pgmig.engine.lock import runner_lock
from pgmig.engine.report import StepReport
from pgmig.engine.sequence import Bodies, StepSequence
from pgmig.errors import (
    PgmigError,
    RunConnectionLost,
    RunnerBusy,
    RunnerOvertaken,
    RunStoppedPartWay,
    ServerRefused,
)

logger = logging.getLogger(__name__)

PATIENCE: Final = 20_000
"""Milliseconds to wait for a server that went away to be back."""


def continued(
    course: StepSequence, bodies: Bodies, lost: RunConnectionLost
) -> tuple[StepReport, ...]:
    """Do what a run that lost its connection had left, if its last script was committed.

    The runner lock is taken first: until the backend of the old session is gone it may still
    commit. Behind a pooler the new lease keeps it from that.

    Args:
        course: the run as far as it came.
        bodies: all that it was to do.
        lost: what it met.

    Raises:
        RunConnectionLost: nobody could be asked, or the answer was that it was rolled back.
        RunnerOvertaken: another runner went on with the scripts.
        RunStoppedPartWay: Ctrl-C, before there was an answer.
    """
    try:
        return _continued(course, bodies, lost)
    except KeyboardInterrupt:
        label = bodies[len(course.done)][0].label
        done = course.job(*bodies[len(course.done)]).before
        holds = f"whether {label} was committed is not known: the connection broke"
        raise RunStoppedPartWay(
            target=course.target, holds=f"{done}; {holds}" if done else holds, is_known=False
        ) from None


def _continued(
    course: StepSequence, bodies: Bodies, lost: RunConnectionLost
) -> tuple[StepReport, ...]:
    while True:
        step, _ = bodies[len(course.done)]
        if not step.half.header.transaction:
            raise lost  # the catalog decides, when the same command is run again
        with closing(_reached(course.conn, lost)) as conn:
            try:
                with runner_lock(conn, course.options.runner_timeout, course.listener) as hold:
                    course.conn, course.hold = conn, hold
                    answer = _ask(course, bodies, lost)
                    if answer is None:
                        return course.run(bodies)
            except RunnerBusy as error:
                logger.info("no answer: %s", error.what)
                raise lost from None
            except RunConnectionLost as error:
                if error is lost:
                    raise
                lost = error
                continue
        raise answer


def _reached(conn: Connection, lost: RunConnectionLost) -> Connection:
    try:
        return again(conn, wait=PATIENCE)
    except PgmigError as error:
        logger.info("no answer: %s", error.what)
        raise lost from None


def _ask(course: StepSequence, bodies: Bodies, lost: RunConnectionLost) -> RunConnectionLost | None:
    """Note as done what the history says was committed; when nothing was, the error to raise.

    Raises:
        RunConnectionLost: there was no answer.
        RunnerOvertaken: the history has what another runner wrote meanwhile.
    """
    step, body = bodies[len(course.done)]
    try:
        with settled(course.conn):
            look(course.conn)
            written = written_after(course.conn, course.state.last_id)
    except ServerRefused as error:
        logger.info("no answer: %s", error.what)
        raise lost from None
    mine = [Written.of(each) for each in course.done]
    if list(written) == mine:
        return RunConnectionLost(
            path=lost.path, reason=lost.reason, holds=course.job(step, body).rolled_back()
        )
    if list(written) != [*mine, Written.of(step)]:
        raise RunnerOvertaken(label=step.label)
    logger.info("%s was committed before the connection broke", step.label)
    course.note_done(step, body)
    return None
