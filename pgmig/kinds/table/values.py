"""Where a column's values come from: its default, its expression, its identity."""

from collections.abc import Iterator, Sequence

import msgspec

from pgmig import ddl
from pgmig.kinds.table import bestowed, columns
from pgmig.kinds.table.change import Change
from pgmig.kinds.table.numbers import TOP, as_made, retyped
from pgmig.kinds.table.record import Column, Identity, Table
from pgmig.model import Statement


def released(change: Change, before: Column, after: Column) -> Iterator[Statement]:
    """What the column lets go of: a default or an identity that goes."""
    if before.identity is not None and after.identity is None and not after.generated:
        # An ALTER with both would first give the new type to the sequence that goes.
        is_alone = after.type != before.type and after.type not in TOP
        yield change.alter_column(
            after.name, "DROP IDENTITY", recurses=True, is_alone=is_alone, phase="release"
        )
    if before.generated and not after.generated:
        yield change.alter_column(
            after.name, "DROP EXPRESSION", recurses=True, is_alone=True, phase="release"
        )
    has_default = before.default is not None and not before.generated
    if has_default and (after.default is None or after.generated):
        yield change.alter_column(after.name, "DROP DEFAULT", is_default=True, phase="release")


def let_go(before: Column, after: Column) -> Column:
    """The column once it has let go so."""
    if after.identity is None:
        before = msgspec.structs.replace(before, identity=None)
    if before.generated and not after.generated:
        before = msgspec.structs.replace(before, generated=None, default=None)
    if not before.generated and after.default is None:
        before = msgspec.structs.replace(before, default=None)
    return before


def values(change: Change, base: Column, after: Column, *, is_fresh: bool) -> Sequence[Statement]:
    """Statements that take the default, expression and identity of `base` to those of `after`."""
    made: list[Statement] = []
    column = after.name
    if base.default != after.default:
        if after.generated:
            new = f"SET EXPRESSION AS ({after.default})"
            made.append(change.alter_column(column, new, is_alone=True))
        elif after.default is None:
            made.append(change.alter_column(column, "DROP DEFAULT", is_default=True))
        else:
            new = f"SET DEFAULT {after.default}"
            made.append(change.alter_column(column, new, is_default=True))
            made += _owned_position(change, base, after)
    if after.identity is not None:
        if base.identity is None:
            made += _add_identity(change, after, after.identity, is_fresh=is_fresh)
        elif base.identity != after.identity:
            made += _identity(change, column, base.identity, after.identity)
        if is_fresh and base.identity is not None:
            made += bestowed.on_sequence(change.new, after, change.around)
    return made


def _add_identity(
    change: Change, after: Column, identity: Identity, *, is_fresh: bool
) -> Iterator[Statement]:
    added = columns.identity(change.new, after, identity)
    yield change.alter_column(after.name, f"ADD {added}", recurses=True)
    if not is_fresh and isinstance(change.new, Table):
        sequence = ddl.qualified(change.new.schema, identity.name)
        yield _position(change, after.name, sequence, identity.increment, identity.start)
    made = msgspec.structs.replace(
        as_made(identity, after.type),
        is_unlogged=_is_unlogged(change),
        privileges=None,
        comment=None,
    )
    yield from _identity(change, after.name, made, identity)
    yield from bestowed.on_sequence(change.new, after, change.around)


def _position(
    change: Change,
    column: str,
    sequence: str,
    increment: int,
    start: int,
    *,
    is_default: bool = False,
) -> Statement:
    """The sequence goes on where the values of the column end (catalog.md 4)."""
    name = ddl.ident_text(column)
    end = (
        f"greatest(pg_catalog.max({name}) + 1, {start})"
        if increment > 0
        else f"least(pg_catalog.min({name}) - 1, {start})"
    )
    target = ddl.render(columns.name_of(change.new))
    return Statement(
        f"SELECT pg_catalog.setval({ddl.literal_text(sequence)}, {end}, false) FROM {target}",
        change.key,
        column=column,
        is_default=is_default,
    )


def _owned_position(change: Change, base: Column, after: Column) -> Iterator[Statement]:
    """The place of a sequence that takes over from an identity."""
    had_identity = change.before.get(after.name)
    if had_identity is None or had_identity.identity is None or base.default is not None:
        return
    owner = (change.new.schema, change.new.name, after.name)
    for record in change.around.new.values():
        if getattr(record, "owned_by", None) == owner:
            name = ddl.qualified(*(getattr(record, field) for field in ("schema", "name")))
            increment, start = (int(getattr(record, field)) for field in ("increment", "start"))
            yield _position(change, after.name, name, increment, start, is_default=True)


def _is_unlogged(change: Change) -> bool:
    return isinstance(change.new, Table) and change.new.is_unlogged


def _identity(change: Change, column: str, old: Identity, new: Identity) -> Iterator[Statement]:
    """What changes of an identity that stays."""
    if old.type != new.type:
        # ALTER COLUMN has no AS: it follows the column's type, but for one set by itself.
        name = ddl.name(change.new.schema, old.name)
        pieces = ("ALTER SEQUENCE", name, "AS", new.type)
        yield ddl.statement(change.key, *pieces, column=column)
        old = retyped(old, new.type)
    actions = list(_options(old, new))
    if old.is_always != new.is_always:
        actions.insert(0, f"SET GENERATED {'ALWAYS' if new.is_always else 'BY DEFAULT'}")
    if actions:
        yield change.alter_column(column, *actions, recurses=True)
    yield from sequence(change, column, old, new)


def _options(old: Identity, new: Identity) -> Iterator[str]:
    if old.increment != new.increment:
        yield f"SET INCREMENT BY {new.increment}"
    if old.minimum != new.minimum:
        yield f"SET MINVALUE {new.minimum}"
    if old.maximum != new.maximum:
        yield f"SET MAXVALUE {new.maximum}"
    if old.start != new.start:
        yield f"SET START WITH {new.start}"
    if old.cache != new.cache:
        yield f"SET CACHE {new.cache}"
    if old.cycle != new.cycle:
        yield "SET CYCLE" if new.cycle else "SET NO CYCLE"


def sequence(change: Change, column: str, old: Identity, new: Identity) -> Iterator[Statement]:
    """What changes of the sequence besides its options."""
    key, schema = change.key, change.new.schema
    if old.name != new.name:
        name = ddl.name(schema, old.name)
        to = ddl.ident(new.name)
        yield ddl.statement(key, "ALTER SEQUENCE", name, "RENAME TO", to, column=column)
    name = ddl.name(schema, new.name)
    if old.is_unlogged != new.is_unlogged:
        word = "SET UNLOGGED" if new.is_unlogged else "SET LOGGED"
        yield ddl.statement(key, "ALTER SEQUENCE", name, word, column=column)
    yield from ddl.privilege_change(
        key,
        "SEQUENCE",
        name,
        old.privileges or (),
        new.privileges or (),
        owned_by=change.new.owner,
    )
    if old.comment != new.comment:
        yield from ddl.comment_change(key, "SEQUENCE", name, new.comment)
