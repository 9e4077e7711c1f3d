"""A table that was there is dropped, with its rows.

No way down brings them back, and whatever still reads the table fails. `pgmig diff --allow
drop-table` writes the consent into the head of the script.

Bad:

```sql
DROP TABLE shop.voucher;
```

Good: once nothing reads it any more, say so.

```sql
-- pgmig: allow=drop-table reason="vouchers moved to shop.discount in May; nothing reads them"
DROP TABLE shop.voucher;
```

Allow it when the application that used the table is gone from production.
"""

from collections.abc import Iterator

from pgmig.lint.facts import Facts, Found
from pgmig.lint.rule import rule


def _check(facts: Facts) -> Iterator[Found]:
    for done, each in facts.changes("relation", "dropped"):
        if each.relation.relkind in "rpf":
            yield Found(
                f"{each.relation} is dropped, with its rows",
                done.number,
                "drop it when nothing uses it any more, and say so with allow=drop-table",
            )


RULE = rule(__name__, __doc__, _check, severity="error")
