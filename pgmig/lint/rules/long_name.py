"""A name is longer than PostgreSQL keeps.

It cuts names after 63 bytes and says so in a notice that nobody reads: two long names may turn out
to be the same, and whoever looks the name up in the catalog does not find it.

Bad:

```sql
CREATE INDEX orders_of_customers_who_have_not_paid_within_the_last_thirty_days_idx
    ON shop.orders (customer_id);
```

Good:

```sql
CREATE INDEX orders_unpaid_idx ON shop.orders (customer_id);
```

There is no reason to allow it.
"""

from collections.abc import Iterator

from pgmig.lint.facts import Facts, Found
from pgmig.lint.rule import rule

_MOST = 63  # NAMEDATALEN - 1 (sql-syntax-lexical.html)


def _check(facts: Facts) -> Iterator[Found]:
    for done in facts.statements:
        for name in dict.fromkeys(each.text for each in done.tokens() if each.is_name):
            bare = name[1:-1].replace('""', '"') if name.startswith('"') else name
            if len(bare.encode()) > _MOST:
                kept = bare.encode()[:_MOST].decode(errors="ignore")
                yield Found(f"{bare} is cut to {kept}", done.number, "63 bytes at most")


RULE = rule(__name__, __doc__, _check, is_textual=True)
