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

from pgmig.lint.facts import Done, Facts, Found
from pgmig.lint.rule import rule
from pgmig.lint.wording import is_made_before, objects_between, says


def _check(facts: Facts) -> Iterator[Found]:
    for done in facts.statements:
        if done.verb != "REVOKE":
            continue
        named = objects_between(done, "ON", "FROM") if says(done, "ON") else [()]
        there = [each for each in named if not each or not _is_own(facts, done, each[-1])]
        if there:
            on = ", ".join(".".join(each) for each in there if each)
            yield Found(
                f"a privilege{' on ' if on else ''}{on} is taken away",
                done.number,
                "take it away when the role does without",
            )


def _is_own(facts: Facts, done: Done, name: str) -> bool:
    return is_made_before(facts, done.number, name)


RULE = rule(__name__, __doc__, _check, is_textual=True)
