"""Whose a script is: of the directory alone, or of a branch or a database that others follow."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path

from pgmig.commands import git
from pgmig.commands.target import Target, session
from pgmig.db import describe
from pgmig.engine import State, look
from pgmig.engine.rules import compare, seen
from pgmig.errors import CheckpointNotFirst, RebaseApplied, RebaseUnclear
from pgmig.scripts import Directory, Script
from pgmig.scripts.names import parse_name


@dataclass(frozen=True, slots=True)
class Parted:
    """The scripts of a directory by whose they are.

    Attributes:
        theirs: those whose numbers stay.
        mine: those that come after them, in their order.
        last: the highest number that is taken by somebody else.
        base: names the branch or database to people.
    """

    theirs: tuple[Script, ...]
    mine: tuple[Script, ...]
    last: int
    base: str


def onto_commit(found: Sequence[Script], directory: Path, rev: str, root: Path) -> Parted:
    """Mine is what the commit's directory does not have.

    Raises:
        GitUnusable: no git, no such commit, or it lacks the directory.
        RebaseUnclear: the commit has scripts that are not here: it was not merged.
        CheckpointNotFirst: theirs stand below a checkpoint that the commit does not have.
    """
    named = (parse_name(name) for name, _ in git.files_of(rev, directory, root))
    labels = {each.label for each in named if each is not None}
    points = [each for each in found if each.up.header.checkpoint is not None]
    floor = max((each.version for each in points), default=0)
    here = {each.label for each in found}
    absent = sorted(label for label in labels - here if int(label.partition("_")[0]) > floor)
    if absent:
        reason = f"{rev} has what is not here; merge it first"
        raise RebaseUnclear(labels=tuple(absent), reason=reason)
    theirs = tuple(each for each in found if each.label in labels or each in points)
    _require_first(theirs)
    mine = tuple(each for each in found if each not in theirs)
    return Parted(theirs, mine, _last(theirs), f"git:{rev}")


def onto_database(found: Sequence[Script], directory: Path, target: str | Target) -> Parted:
    """Mine is what is pending below the last applied script, or has the number of an applied one.

    Raises:
        RebaseUnclear: of two scripts of one number neither is applied.
        RebaseApplied: a script that has to get another number has begun there.
        PgmigError: no session, or a schema `pgmig` that is not ours.
    """
    with closing(session(target, application_name="pgmig rebase")) as conn:
        _, state = look(conn)
        base = describe(conn)
    single = tuple(_of_number(list(group), state, base) for group in _numbers(found))
    late = [each for each in found if each not in single]
    point = next((each for each in single if each.up.header.checkpoint is not None), None)
    if point is not None:
        below = [each for each in single if each.version < point.version]
        for each in below:
            applied = state.applied.get(each.version)
            if applied is not None and applied.up_checksum == each.up.checksum:
                raise RebaseApplied(label=each.label, target=base)
        late += below
    theirs = tuple(each for each in single if each not in late)
    here = seen(Directory(directory, theirs, ()), state)
    late += [each for each in compare(here, state).out_of_order if each in theirs]
    _require_not_begun(late, state, base)
    theirs = tuple(each for each in theirs if each not in late)
    mine = tuple(each for each in found if each in late)
    return Parted(theirs, mine, max(_last(theirs), state.current), base)


def _numbers(found: Sequence[Script]) -> list[list[Script]]:
    return [list(group) for _, group in groupby(found, key=lambda each: each.version)]


def _of_number(group: list[Script], state: State, base: str) -> Script:
    """The script that keeps the number: the only one, or the one that is applied."""
    if len(group) == 1:
        return group[0]
    applied = state.applied.get(group[0].version)
    for each in group:
        if applied is not None and applied.up_checksum == each.up.checksum:
            return each
    labels = tuple(each.label for each in group)
    raise RebaseUnclear(labels=labels, reason=f"{base} has applied none of them")


def _require_first(theirs: Sequence[Script]) -> None:
    for before, each in pairwise(theirs):
        if each.up.header.checkpoint is not None:
            raise CheckpointNotFirst(path=each.up.path, before=before.label)


def _require_not_begun(late: Sequence[Script], state: State, base: str) -> None:
    begun = state.part_way.label if state.part_way is not None else ""
    for each in late:
        if each.label == begun:
            raise RebaseApplied(label=each.label, target=base)


def _last(theirs: Sequence[Script]) -> int:
    return max((each.version for each in theirs), default=0)
