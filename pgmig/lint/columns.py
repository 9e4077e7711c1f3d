"""Columns: those that scripts made, and those that definitions name."""

from collections.abc import Iterator, Sequence

from pgmig.kinds.table.record import Column, Table
from pgmig.lint.facts import Course, Found
from pgmig.scripts.batch.tokens import tokens


def new_columns(course: Course) -> Iterator[tuple[Table, Column]]:
    """Columns that scripts made, each where it was declared."""
    for _, table in course.added(Table):
        if table.partition_of is None:
            yield from ((table, each) for each in table.columns if each.is_local)
    for _, old, new in course.altered(Table):
        known = {each.name for each in old.columns}
        if new.partition_of is None:
            own = (each for each in new.columns if each.is_local)
            yield from ((new, each) for each in own if each.name not in known)


def of_type(course: Course, types: Sequence[str], do: str) -> Iterator[Found]:
    """New columns whose type begins with one of these words."""
    for table, column in new_columns(course):
        base = column.type.removesuffix("[]")
        if any(base == each or base.startswith(f"{each}(") for each in types):
            yield Found(
                f"{table.schema}.{table.name}.{column.name} is of type {column.type}",
                do=do,
                names=(column.name, table.name, table.schema),
            )


def listed(definition: str) -> tuple[str, ...]:
    """The columns of the first list in parentheses; "" for what is no bare column."""
    items: list[list[str]] = [[]]
    for token in tokens(definition):
        if token.depth == 0 and token.text == ")":
            break
        if token.depth == 1 and token.text == ",":
            items.append([])
        elif token.depth >= 1:
            items[-1].append(token.text)
    return tuple(_column(item) for item in items)


def _column(item: list[str]) -> str:
    """The column that an item of an index begins with; how it is sorted does not matter."""
    name = item[0] if item else ""
    if len(item) > 1 and item[1] in {"(", "."}:
        return ""
    return name[1:-1].replace('""', '"') if name.startswith('"') else name
