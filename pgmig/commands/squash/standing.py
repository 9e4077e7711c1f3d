"""Whether checkpoints still lead to what the scripts lead to that they stand for."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

from pgmig.commands.states import Options, Resolved, opened, settled
from pgmig.commands.states.form import Recorded
from pgmig.db import connect
from pgmig.errors import BadScript, OriginalsMissing, StatementFailed
from pgmig.plan import differences, without_order
from pgmig.scripts import Directory, Script
from pgmig.scripts.squashed import checkpoint_of, originals
from pgmig.scripts.sum_file import check_sum
from pgmig.shadow.layers import of_script
from pgmig.shadow.rows.copies import contents


@dataclass(frozen=True, slots=True)
class Standing:
    """What was seen of a checkpoint and the scripts that it stands for.

    Attributes:
        label: of the checkpoint.
        count: of the scripts.
        findings: what is wrong; empty when they lead to the same.
    """

    label: str
    count: int
    findings: tuple[str, ...]


def standings(directory: Directory, options: Options) -> Iterator[Standing]:
    """Each checkpoint beside its scripts, the last first; of rows only the number is compared.

    A time or a random value that a script writes is another one each time that it runs.

    Raises:
        PgmigError: as `states.opened` says, but for a script that fails.
    """
    point = checkpoint_of(directory)
    while point is not None:
        options.on_step(f"trying what {point.label} stands for")
        try:
            found = originals(point)
        except (OriginalsMissing, BadScript) as error:
            yield Standing(point.label, 0, (error.what,))
            return
        findings = [*_unsealed(found), *_unlike(point, found.scripts, options)]
        yield Standing(point.label, len(found.scripts), tuple(findings))
        point = checkpoint_of(found)


def _unsealed(found: Directory) -> Iterator[str]:
    check = check_sum(found)
    yield from (f"edited since it was sealed: {each.path.name}" for each in check.edited)
    yield from (f"not sealed: {label}" for label in check.unsealed)
    yield from (f"sealed and gone: {label}" for label in check.removed)


def _unlike(point: Script, scripts: Sequence[Script], options: Options) -> Iterator[str]:
    made, should = _state(point.label, (point,)), _state(f"what {point.label} is", scripts)
    try:
        with opened(made, should, options) as pair:
            old, new = settled(pair.old, pair.new, pair.bench)
            unlike = without_order(differences(old, new))
            here, there = _rows(pair.old), _rows(pair.new)
    except StatementFailed as error:
        yield error.what
        return
    yield from map(str, unlike)
    for name in sorted(here.keys() | there.keys()):
        if here.get(name, 0) != there.get(name, 0):
            yield f"{name} has {here.get(name, 0)} rows, should have {there.get(name, 0)}"


def _state(label: str, scripts: Sequence[Script]) -> Recorded:
    roles = sorted({role for each in scripts for role in each.up.header.roles})
    return Recorded(label, tuple(of_script(each) for each in scripts), tuple(roles), ())


def _rows(resolved: Resolved) -> dict[str, int]:
    with resolved.database() as url, closing(connect(url)) as conn:
        return {".".join(each.table): each.rows for each in contents(conn).tables}
