"""`pgmig resolve`: tell pgmig what became of a statement whose runner died."""

from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import NoReturn

from pgmig import engine
from pgmig.commands.part_way import part_way_half, part_way_verdict, runner_at_work
from pgmig.commands.target import Target, session
from pgmig.db import describe
from pgmig.engine import Listener, Options, look
from pgmig.engine.body import excerpt
from pgmig.errors import OutcomeUntold, RunnerBusy
from pgmig.scripts import read


def resolve(
    target: str | Target,
    version: int,
    statement: int,
    *,
    is_done: bool,
    options: Options | None = None,
    listener: Listener | None = None,
) -> None:
    """Say of a statement without a transaction that it took effect, or that it is to run again.

    Raises:
        NothingToResolve: its outcome is not unknown.
    """
    with closing(session(target, application_name="pgmig resolve")) as conn:
        engine.resolve(
            conn, version, statement, is_done=is_done, options=options, listener=listener
        )


def ask(target: str | Target, directory: Path, version: int, statement: int) -> NoReturn:
    """Tell what is known of a statement whose runner died, and ask what became of it.

    Changes nothing.

    Raises:
        OutcomeUntold: always, when there is such a statement; it holds what the catalog shows.
        NothingToResolve: its outcome is not unknown.
        RunnerBusy: a runner is at work: it may be at this very statement.
    """
    scripts = read(directory)
    with closing(session(target, application_name="pgmig resolve")) as conn:
        _, state = look(conn)
        found = engine.require_unknown(state, version, statement)
        if runner := runner_at_work(conn):
            raise RunnerBusy(target=describe(conn), holder=runner, waited=0)
        half = part_way_half(conn, scripts, state)
        if half is None:
            raise OutcomeUntold(version=version, direction=found.direction, number=statement)
        piece = next(islice(half.statements(), statement - 1, None), None)
        verdict = part_way_verdict(conn, scripts, state)
    if found.batched is not None:
        raise OutcomeUntold(
            version=version,
            direction=found.direction,
            number=statement,
            path=half.path,
            line=piece.line if piece else 1,
            statement=excerpt(piece) if piece else "",
            evidence=(f"done: {found.batched_words}",),
            meaning="it goes on behind them; --redo begins at the first row again, --done leaves"
            " the others as they are",
            is_decided=True,
        )
    raise OutcomeUntold(
        version=version,
        direction=found.direction,
        number=statement,
        path=half.path,
        line=piece.line if piece else 1,
        statement=excerpt(piece) if piece else "",
        evidence=verdict.evidence if verdict else (),
        meaning=verdict.meaning if verdict else "",
        is_decided=verdict is not None and verdict.outcome != "unknown",
    )
