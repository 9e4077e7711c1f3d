"""A table is written anew while nobody can use it.

Some forms of `ALTER TABLE` copy the whole table into a new file and build all of its indexes again:
most changes of a column's type, a new column whose default is volatile or generated, `SET LOGGED`,
`SET TABLESPACE`, `CLUSTER`, `VACUUM FULL`. They hold ACCESS EXCLUSIVE from the first row to the
last: on a table of 100 GB that is an hour without it.

Whether a statement rewrites a table is seen in the shadow database: the table has another file
afterwards.

Bad:

```sql
ALTER TABLE shop.orders ALTER COLUMN number TYPE bigint;
```

Good, over several scripts: a new column, filled in batches, and the names changed at the end.

```sql
ALTER TABLE shop.orders ADD COLUMN number_big bigint;
```

Allow it where the table is small and stays so, or where nobody is there while it lasts.
"""

from collections.abc import Iterator

from pgmig.lint.blocking import blocked
from pgmig.lint.facts import Facts, Found
from pgmig.lint.rule import rule


def _check(facts: Facts) -> Iterator[Found]:
    for each in blocked(facts, "rewrite"):
        columns = f" for {', '.join(each.names)}" if each.names else ""
        yield Found(
            f"all of {each.on} is written anew{columns} while {each.blocks} wait",
            each.done.number,
            "add a new column, fill it in batches, then let it take the place of the old one;"
            " a volatile default is set after the column is there",
        )


RULE = rule(__name__, __doc__, _check, severity="error")
