"""A new table has no primary key, or a table loses its own.

Nothing tells its rows apart then: logical replication refuses UPDATE and DELETE, duplicates cannot
be removed one by one, and batches have nothing to go by.

Bad:

```sql
CREATE TABLE shop.visit (customer_id bigint, at timestamptz);
```

Good:

```sql
CREATE TABLE shop.visit (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id bigint,
    at timestamptz
);
```

Allow it for a table that is only filled and read, such as a log.
"""

from collections.abc import Iterator

from pgmig.kinds.constraint.record import Constraint
from pgmig.kinds.table.record import Table
from pgmig.lint.facts import Change, Course, Done, Facts, Found
from pgmig.lint.rule import rule


def _check(course: Course) -> Iterator[Found]:
    have = {
        (each.schema, each.table)
        for _, each in course.all(Constraint)
        if each.definition.startswith("PRIMARY KEY ")
    }
    lost: set[tuple[str, str]] = set()
    for facts in course.scripts:
        for done, each in _lost(facts):
            table_name = (each.relation.schema, each.relation.name)
            lost.add(table_name)
            if table_name not in have:
                yield Found(
                    f"table {each.relation} has no primary key from here on",
                    done.number,
                    "give it another one in the same script",
                    script=facts.script.label,
                )
    for _, table in course.added(Table):
        if (table.schema, table.name) in lost:
            continue
        is_part = table.partition_of is not None or table.inherits is not None
        if not is_part and (table.schema, table.name) not in have:
            yield Found(
                f"table {table.schema}.{table.name} has no primary key",
                do="give it one; GENERATED ALWAYS AS IDENTITY where no column is",
                names=(table.name, table.schema),
            )


def _lost(facts: Facts) -> Iterator[tuple[Done, Change]]:
    """Primary keys that are dropped from tables that stay."""
    gone = {each.relation for _, each in facts.changes("relation", "dropped")}
    for done, each in facts.changes("constraint", "dropped"):
        if each.old == "p" and each.relation not in gone and each.relation.relkind in "rp":
            yield done, each


RULE = rule(__name__, __doc__, course=_check)
