"""A privilege on something that was there is taken away.

The application that runs while the script does may need it: its next statement is refused.

Bad:

```sql
REVOKE INSERT ON shop.orders FROM app;
```

Good: with what is made in the same script, as nobody uses it yet.

```sql
CREATE FUNCTION shop.purge() RETURNS void
LANGUAGE sql AS 'DELETE FROM shop.orders';
REVOKE EXECUTE ON FUNCTION shop.purge() FROM PUBLIC;
```

Allow it when the role does without.
"""

from collections.abc import Iterator

from pgmig.lint.facts import Facts, Found
from pgmig.lint.rule import rule


def _check(facts: Facts) -> Iterator[Found]:
    made: set[str] = set()
    for done in facts.statements:
        words = facts.words_of(done.number)
        if done.verb == "CREATE":
            made |= words
        elif done.verb == "REVOKE":
            named = _named([each.text for each in done.tokens()])
            if not made.intersection(named):
                yield Found(
                    "a privilege is taken away", done.number, "when the role does without it"
                )


def _named(texts: list[str]) -> set[str]:
    """What stands between ON and FROM, without quotes."""
    upper = [each.upper() for each in texts]
    first = upper.index("ON") if "ON" in upper else 0
    last = upper.index("FROM") if "FROM" in upper else len(upper)
    between = texts[first + 1 : last]
    return {each.strip('"') if each.startswith('"') else each.lower() for each in between} - _NOISE


_NOISE = frozenset({".", ",", "(", ")", "table", "function", "schema", "sequence", "all", "in"})

RULE = rule(__name__, __doc__, _check, is_textual=True)
