"""A table is not written to the log.

An UNLOGGED table is empty after a crash, empty on every standby, and in no backup that is made of
the log.

Bad:

```sql
CREATE UNLOGGED TABLE shop.session (id uuid PRIMARY KEY);
```

Good:

```sql
CREATE TABLE shop.session (id uuid PRIMARY KEY);
```

Allow it for rows that anybody can make again.
"""

from collections.abc import Iterator

from pgmig.kinds.table.record import Table
from pgmig.lint.facts import Course, Found
from pgmig.lint.rule import rule


def _check(course: Course) -> Iterator[Found]:
    told: set[tuple[str, str]] = set()
    for facts in course.scripts:
        for done, each in facts.changes("relation", "unset"):
            told.add((each.relation.schema, each.relation.name))
            yield Found(
                f"table {each.relation} is UNLOGGED from here on: a crash empties it",
                done.number,
                script=facts.script.label,
            )
    for _, table in course.added(Table):
        if table.is_unlogged and (table.schema, table.name) not in told:
            yield Found(
                f"table {table.schema}.{table.name} is UNLOGGED: a crash empties it",
                names=(table.name, table.schema),
            )


RULE = rule(__name__, __doc__, course=_check)
