"""Whether checkpoints still lead to what the scripts lead to that they stand for."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

from pgmig import catalog
from pgmig.catalog.scope import Scope
from pgmig.db import connect
from pgmig.errors import BadScript, OriginalsMissing, StatementFailed
from pgmig.model import Snapshot
from pgmig.plan import differences, without_order
from pgmig.scripts import Directory, Script
from pgmig.scripts.squashed import checkpoint_of, originals
from pgmig.scripts.sum_file import check_sum
from pgmig.shadow.database import ShadowServer
from pgmig.shadow.orders import replay
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


@dataclass(frozen=True, slots=True)
class _Led:
    """Where scripts lead."""

    snapshot: Snapshot
    rows: dict[str, int]


def standings(
    server: ShadowServer, directory: Directory, scope: Scope, on_step: Callable[[str], None]
) -> Iterator[Standing]:
    """Each checkpoint beside its scripts, the last first; of rows only the number is compared.

    A time or a random value that a script writes is another one each time that it runs.
    """
    point = checkpoint_of(directory)
    while point is not None:
        on_step(f"trying what {point.label} stands for")
        try:
            found = originals(point)
        except (OriginalsMissing, BadScript) as error:
            yield Standing(point.label, 0, (error.what,))
            return
        findings = [*_unsealed(found), *_unlike(server, point, found.scripts, scope)]
        yield Standing(point.label, len(found.scripts), tuple(findings))
        point = checkpoint_of(found)


def _unsealed(found: Directory) -> Iterator[str]:
    check = check_sum(found)
    yield from (f"edited since it was sealed: {each.path.name}" for each in check.edited)
    yield from (f"not sealed: {label}" for label in check.unsealed)
    yield from (f"sealed and gone: {label}" for label in check.removed)


def _unlike(
    server: ShadowServer, point: Script, scripts: Sequence[Script], scope: Scope
) -> Iterator[str]:
    roles = {role for each in (point, *scripts) for role in each.up.header.roles}
    with server.roles(sorted(roles)):
        try:
            made, should = _led(server, [point], scope), _led(server, scripts, scope)
        except StatementFailed as error:
            yield error.what
            return
    yield from map(str, without_order(differences(made.snapshot, should.snapshot)))
    for name in sorted(made.rows.keys() | should.rows.keys()):
        here, there = made.rows.get(name, 0), should.rows.get(name, 0)
        if here != there:
            yield f"{name} has {here} rows, should have {there}"


def _led(server: ShadowServer, scripts: Sequence[Script], scope: Scope) -> _Led:
    with replay(server, scripts).database() as url, closing(connect(url)) as conn:
        rows = {".".join(each.table): each.rows for each in contents(conn).tables}
        return _Led(catalog.read(conn, scope=scope), rows)
