"""The text of a checkpoint: a schema and its rows, in an order in which rows can be written.

Rows come when their tables are there, and before what would act on them or look at other rows:
triggers, rules, policies, checks, foreign keys, materialized views and what depends on these.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from pgmig.errors import CheckpointFails, ScriptMisnamed
from pgmig.kinds.constraint import CHECK, FOREIGN_KEY
from pgmig.kinds.event_trigger import EVENT_TRIGGER
from pgmig.kinds.materialized_view import MATERIALIZED_VIEW
from pgmig.kinds.policy import POLICY
from pgmig.kinds.publication import PUBLICATION
from pgmig.kinds.rule import RULE
from pgmig.kinds.table import TABLE
from pgmig.kinds.table.record import Table
from pgmig.kinds.trigger import TRIGGER
from pgmig.model import Edges, ObjectKey, Record, Snapshot, Statement, roles_named
from pgmig.plan import plan, script_text
from pgmig.scripts import Header, Script, directive_lines
from pgmig.scripts.directory import make_half, make_script
from pgmig.scripts.names import RULE as NAMES
from pgmig.scripts.names import file_name, parse_name
from pgmig.shadow.rows.copies import Contents

_AFTER_ROWS = frozenset(
    kind.name
    for kind in (
        *(CHECK, EVENT_TRIGGER, FOREIGN_KEY, MATERIALIZED_VIEW),
        *(POLICY, PUBLICATION, RULE, TRIGGER),
    )
)


@dataclass(frozen=True, slots=True)
class Made:
    """What the scripts make that a checkpoint is to stand for.

    Attributes:
        scripts: those scripts, in order.
        new: a new database.
        snapshot: what they make of it.
        contents: what they write into it.
        role: that ran them; the checkpoint names it nowhere.
    """

    scripts: Sequence[Script]
    new: Snapshot
    snapshot: Snapshot
    contents: Contents
    role: str

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles that must exist before the checkpoint runs."""
        named = roles_named(self.snapshot, new=self.new)
        return tuple(role for role in named if role != self.role)


def checkpoint(made: Made, directory: Path, label: str) -> Script:
    """The pair, before it was seen to work.

    Raises:
        UnsupportedChange, CycleError: what the scripts make has no statements.
        CheckpointFails: it takes more than one transaction.
        ScriptMisnamed: no script can have this label.
    """
    first, last = made.scripts[0], made.scripts[-1]
    begin = first.up.header.checkpoint or first.version
    up_path, down_path = (directory / file_name(label, half) for half in ("up", "down"))
    parts = parse_name(up_path.name)
    if parts is None:
        raise ScriptMisnamed(path=up_path, rule=NAMES)
    title = [f"What {first.label} to {last.label} make of a new database, in one script."]
    title += ["Written by pgmig squash. A database that has run some of them runs the others."]
    up_text = directive_lines(Header(checkpoint=begin, roles=made.roles)) + _up(made, label, title)
    back = ["Drops everything that the way up makes, with every row in it."]
    down_text = directive_lines(Header(roles=made.roles)) + _text(
        made, label, (made.snapshot, made.new), back
    )
    return make_script(make_half(up_path, up_text), make_half(down_path, down_text), parts)


def _up(made: Made, label: str, title: Sequence[str]) -> str:
    if made.contents.is_empty:
        return _text(made, label, (made.new, made.snapshot), title)
    tables = _before_rows(made.snapshot)
    blocks = [_text(made, label, (made.new, tables), title)]
    blocks += [each.sql for each in made.contents.tables]
    if made.contents.sequences:
        blocks.append("\n".join(made.contents.setvals) + "\n")
    rest = _text(made, label, (tables, made.snapshot), ())
    return "\n".join([*blocks, rest] if rest.strip() else blocks)


def _text(made: Made, label: str, ends: tuple[Snapshot, Snapshot], title: Sequence[str]) -> str:
    planned = plan(*ends)
    if any(not each.is_transactional for each in planned.statements):
        alone = tuple(each.sql for each in planned.statements if not each.is_transactional)
        raise CheckpointFails(label=label, findings=("not in one transaction:", *alone))
    statements = tuple(_by_nobody(planned.statements, made.role))
    return script_text(statements, title=title, settings=planned.settings)


def _by_nobody(statements: Iterable[Statement], role: str) -> Iterator[Statement]:
    """The statements for whoever runs them in the place of `role`, who owns what they make."""
    for each in statements:
        if each.sql.endswith(f" OWNER TO {role}"):
            continue
        yield replace(each, sql=each.sql.replace(role, "CURRENT_USER"))


def _before_rows(snapshot: Snapshot) -> Snapshot:
    """What can be there before rows are written."""
    later = {key for key in snapshot.objects if key.kind in _AFTER_ROWS}
    size = -1
    while size != len(later):
        size = len(later)
        later |= {edge.source for edge in snapshot.depends if edge.target in later}
    objects = {key: _open(key, each) for key, each in snapshot.objects.items() if key not in later}
    edges = (e for e in snapshot.depends if e.source not in later and e.target not in later)
    return Snapshot(
        server_version=snapshot.server_version, objects=objects, depends=Edges.of(edges)
    )


def _open(key: ObjectKey, record: Record) -> Record:
    """The record; of a table whose policies would bind its owner too, without that."""
    if key.kind == TABLE.name and isinstance(record, Table) and record.forces_row_security:
        return msgspec.structs.replace(record, forces_row_security=False)
    return record
