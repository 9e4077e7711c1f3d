"""A column that was there is dropped, with its values.

No way down brings them back, and whatever still names the column fails; some libraries name all
columns that were there when they started. First let the application forget the column, then drop
it.

Bad:

```sql
ALTER TABLE shop.customer DROP COLUMN fax;
```

Good: once nothing reads it any more, say so.

```sql
-- pgmig: allow=drop-column reason="no release since 4.2 reads it"
ALTER TABLE shop.customer DROP COLUMN fax;
```

Allow it when the application that used the column is gone from production.
"""

from collections.abc import Iterator

from pgmig.lint.facts import Facts, Found
from pgmig.lint.rule import rule


def _check(facts: Facts) -> Iterator[Found]:
    added = [
        (done.number, each.relation, each.name) for done, each in facts.changes("column", "added")
    ]
    gone = {each.relation for _, each in facts.changes("relation", "dropped")}
    for done, each in facts.changes("column", "dropped"):
        is_own = any(
            number < done.number and (each.relation, each.name) == (relation, name)
            for number, relation, name in added
        )
        if each.relation.relkind in "rpf" and each.relation not in gone and not is_own:
            yield Found(
                f"column {each.name} of {each.relation} is dropped, with its values",
                done.number,
                "drop it when nothing uses it any more, and say so with allow=drop-column",
            )


RULE = rule(__name__, __doc__, _check, severity="error")
