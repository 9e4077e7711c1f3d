"""A new name has to be quoted.

It has capitals, blanks or other signs, or it is a word of SQL. Whoever forgets the quotes reads
another name or an error; libraries differ in whether they quote.

Bad:

```sql
CREATE TABLE shop."User" (id bigint PRIMARY KEY, "createdAt" timestamptz);
```

Good:

```sql
CREATE TABLE shop.app_user (id bigint PRIMARY KEY, created_at timestamptz);
```

Allow it where an application that cannot be changed wants the name.
"""

from collections.abc import Iterator

from pgmig.ddl import ident_text
from pgmig.kinds.materialized_view import MaterializedView
from pgmig.kinds.routine import Routine
from pgmig.kinds.schema import Schema
from pgmig.kinds.table.record import Table
from pgmig.kinds.view import View
from pgmig.lint.columns import new_columns
from pgmig.lint.facts import Course, Found
from pgmig.lint.rule import rule


def _check(course: Course) -> Iterator[Found]:
    for of in (Schema, Table, View, MaterializedView, Routine):
        for key, _ in course.added(of):
            name = key.name.partition("(")[0]
            if _is_odd(name):
                yield Found(f"the name of {key} has to be quoted", names=(name, key.schema))
    for table, column in new_columns(course):
        if _is_odd(column.name):
            label, statement = _namer(course, column.name, table.name)
            yield Found(
                f"the name of column {column.name} of {table.schema}.{table.name} has to be quoted",
                statement,
                names=(column.name, table.name, table.schema),
                script=label,
            )


def _namer(course: Course, *names: str) -> tuple[str, int | None]:
    """Where these names stand first: a later script may have changed the type of the column."""
    for each in course.scripts:
        statement = each.statement_of(*names)
        if statement is not None:
            return each.script.label, statement
    return "", None


def _is_odd(name: str) -> bool:
    return ident_text(name) != name


RULE = rule(__name__, __doc__, course=_check)
