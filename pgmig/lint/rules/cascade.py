"""A statement drops whatever stands in its way.

What CASCADE takes with it depends on what is there when it runs: a view that somebody made last
week goes without a word.

Bad:

```sql
DROP TABLE shop.voucher CASCADE;
```

Good: name what goes.

```sql
DROP VIEW shop.voucher_use;
DROP TABLE shop.voucher;
```

Allow it where everything that goes is the script's own. Foreign keys with ON DELETE CASCADE are
something else and not told.
"""

from collections.abc import Iterator
from itertools import pairwise

from pgmig.lint.facts import Done, Facts, Found
from pgmig.lint.rule import rule

_VERBS = frozenset({"DROP", "TRUNCATE", "ALTER", "REVOKE"})
_ACTIONS = frozenset({"DELETE", "UPDATE"})


def _check(facts: Facts) -> Iterator[Found]:
    for done in facts.statements:
        if done.verb in _VERBS and _cascades(done):
            yield Found(
                "CASCADE takes what nobody named", done.number, "name what is to go, one by one"
            )


def _cascades(done: Done) -> bool:
    flat = [each.word for each in done.tokens() if not each.depth]
    return any(two == "CASCADE" and one not in _ACTIONS for one, two in pairwise(flat))


RULE = rule(__name__, __doc__, _check, is_textual=True)
