"""A new column takes its values from a sequence by its default.

`serial` makes a sequence, a default and an ownership that can be changed apart: whoever may insert
needs rights on the sequence too, and an INSERT that names the column goes past it. An identity
column is one thing. On a table that is there, `ADD COLUMN .. serial` also writes every row anew.

Bad:

```sql
CREATE TABLE shop.note (id bigserial PRIMARY KEY);
```

Good:

```sql
CREATE TABLE shop.note (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
```

Allow it where several tables share one sequence.
"""

from collections.abc import Iterator

from pgmig.lint.columns import new_columns
from pgmig.lint.facts import Course, Found
from pgmig.lint.rule import rule


def _check(course: Course) -> Iterator[Found]:
    for table, column in new_columns(course):
        if column.default and column.default.startswith("nextval("):
            yield Found(
                f"{table.schema}.{table.name}.{column.name} takes its values from a sequence",
                do="GENERATED ALWAYS AS IDENTITY, or BY DEFAULT",
                names=(column.name, table.name, table.schema),
            )


RULE = rule(__name__, __doc__, course=_check)
