"""A table that was there gets row security, and has no policy.

Whoever is not its owner sees no row from then on and can write none: to the application the table
looks empty.

Bad:

```sql
ALTER TABLE shop.orders ENABLE ROW LEVEL SECURITY;
```

Good:

```sql
CREATE POLICY everybody ON shop.orders USING (true);
ALTER TABLE shop.orders ENABLE ROW LEVEL SECURITY;
```

Allow it where the application owns the table, or only roles with BYPASSRLS use it.
"""

from collections.abc import Iterator

from pgmig.kinds.policy import Policy
from pgmig.lint.facts import Course, Found
from pgmig.lint.rule import rule
from pgmig.lint.wording import is_made_before, object_of, says


def _check(course: Course) -> Iterator[Found]:
    have = {(each.schema, each.table) for _, each in course.all(Policy)}
    have |= {("", each.table) for _, each in course.all(Policy)}  # for names without a schema
    for facts in course.scripts if course.after.objects else ():
        for done in facts.statements:
            if done.verb != "ALTER" or not says(done, "ENABLE", "ROW", "LEVEL", "SECURITY"):
                continue
            name = object_of(done, "ALTER", "TABLE")
            if not name or ("", *name)[-2:] in have or is_made_before(facts, done.number, name[-1]):
                continue
            yield Found(
                f"{'.'.join(name)} has row security and no policy: it looks empty",
                done.number,
                "make its policies in the same script",
                script=facts.script.label,
            )


RULE = rule(__name__, __doc__, course=_check)
