"""A table or view that was there has another name or schema.

The application that runs while the script does knows the old name alone, the next one the new name
alone: one of the two fails for as long as both run. A view under the old name serves the old one
meanwhile.

Bad:

```sql
ALTER TABLE shop.client RENAME TO customer;
```

Good: a simple view takes writes too.

```sql
ALTER TABLE shop.client RENAME TO customer;
CREATE VIEW shop.client AS SELECT * FROM shop.customer;
```

Allow it where the application stands still during the deployment.
"""

from collections.abc import Iterator

from pgmig.lint.facts import Course, Found
from pgmig.lint.rule import rule
from pgmig.model import ObjectKey


def _check(course: Course) -> Iterator[Found]:
    for facts in course.scripts:
        for done, each in facts.changes("relation", "renamed", "changed"):
            relation = each.relation
            view = ObjectKey("view", relation.schema, relation.name)
            if relation.relkind in "rpfvm" and view not in course.after.objects:
                yield Found(
                    f"{relation} has another name now, {each.new}",
                    done.number,
                    "make a view of the old name in the same script, or new and old side by side",
                    script=facts.script.label,
                )


RULE = rule(__name__, __doc__, course=_check, severity="error")
