"""Row security of a table is switched off, or its owner is let off.

Every row that policies kept from somebody is open to whoever has rights on the table.

Bad:

```sql
ALTER TABLE shop.secret DISABLE ROW LEVEL SECURITY;
```

Good: a policy that says who may see more.

```sql
CREATE POLICY report ON shop.secret FOR SELECT TO report USING (true);
```

Allow it when the table is to be open.
"""

from collections.abc import Iterator

from pgmig.lint.facts import Facts, Found
from pgmig.lint.rule import rule
from pgmig.lint.wording import object_of, says

_OFF = (("DISABLE", "ROW", "LEVEL"), ("NO", "FORCE", "ROW", "LEVEL"))
_ON = ("ROW", "LEVEL", "SECURITY")


def _check(facts: Facts) -> Iterator[Found]:
    for done in facts.statements:
        if done.verb != "ALTER" or not any(says(done, *words) for words in _OFF):
            continue
        name = object_of(done, "ALTER", "TABLE")
        is_back = any(
            says(each, *_ON) and not any(says(each, *words) for words in _OFF)
            for each in facts.statements[done.number :]
            if name and object_of(each, "ALTER", "TABLE")[-1:] == name[-1:]
        )
        if name and not is_back:
            yield Found(
                f"row security of {'.'.join(name)} is switched off", done.number, "write a policy"
            )


RULE = rule(__name__, __doc__, _check, severity="error", is_textual=True)
