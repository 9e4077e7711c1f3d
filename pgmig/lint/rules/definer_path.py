"""A function with the rights of its owner uses the search path of its caller.

Whoever may create anything in a schema of their own can put a table or an operator there that the
function then uses, with its owner's rights (CREATE FUNCTION, "Writing SECURITY DEFINER Functions
Safely").

Bad:

```sql
CREATE FUNCTION shop.debt(bigint) RETURNS numeric
LANGUAGE sql SECURITY DEFINER AS 'SELECT sum(amount) FROM shop.bill WHERE customer_id = $1';
```

Good:

```sql
CREATE FUNCTION shop.debt(bigint) RETURNS numeric
LANGUAGE sql SECURITY DEFINER SET search_path = ''
AS 'SELECT pg_catalog.sum(amount) FROM shop.bill WHERE customer_id = $1';
```

A body that is written as `BEGIN ATOMIC .. END` or `RETURN ..` looks for nothing when it runs, and
is not told.

Allow it where nobody else can connect.
"""

from collections.abc import Iterator

from pgmig.kinds.routine import Routine
from pgmig.lint.facts import Course, Found
from pgmig.lint.rule import rule


def _check(course: Course) -> Iterator[Found]:
    new = [each for _, each in course.added(Routine)]
    new += [each for _, _, each in course.altered(Routine)]
    for routine in new:
        is_bound = any(each[0] == "search_path" for each in routine.settings or ())
        if routine.is_security_definer and routine.source is not None and not is_bound:
            yield Found(
                f"{routine.schema}.{routine.name} is SECURITY DEFINER and sets no search_path",
                do="SET search_path = '', and schemas before all names in it",
                names=(routine.name.partition("(")[0], routine.schema),
            )


RULE = rule(__name__, __doc__, course=_check, severity="error")
