"""A script cannot go on where it stopped.

A script without a transaction that fails goes on, when it is run again, with the statement that
failed, in a new session. What an earlier statement left in its own session is gone then: a
temporary table, a prepared statement, a cursor, a lock. Of a statement that no transaction holds
and of which the catalog tells nothing, such as a procedure that commits, nobody knows how far it
came. And what a script does outside of the database is not undone when the rest is rolled back, so
that it happens twice. What sessions keep is seen in the shadow database, whoever put it there;
`CREATE TEMP TABLE` itself `pgmig up` refuses in such a script.

Bad:

```sql
-- pgmig: transaction=off
SELECT id INTO TEMP picked FROM shop.orders WHERE state = 'old';
CREATE INDEX CONCURRENTLY orders_state_idx ON shop.orders (state);
DELETE FROM shop.orders USING picked WHERE orders.id = picked.id;
```

Good: a table that stays, and is dropped in the end; or one statement.

```sql
-- pgmig: transaction=off
CREATE TABLE shop.picked AS SELECT id FROM shop.orders WHERE state = 'old';
CREATE INDEX CONCURRENTLY orders_state_idx ON shop.orders (state);
DELETE FROM shop.orders USING shop.picked WHERE orders.id = picked.id;
DROP TABLE shop.picked;
```

Allow it where doing it twice does no harm.
"""

from collections.abc import Iterator

from pgmig.engine.outcome import is_opaque
from pgmig.lint.facts import Done, Facts, Found
from pgmig.lint.rule import rule
from pgmig.lint.wording import names, says

_OUTSIDE = frozenset({"dblink_exec", "dblink_send_query", "lo_export", "pg_file_write"})


def _check(facts: Facts) -> Iterator[Found]:
    for done in facts.statements:
        for kept in () if facts.script.up.header.transaction else done.kept:
            user = _user(facts, done, kept)
            if user is not None:
                yield Found(
                    f"{_told(kept)} is gone when the script goes on with statement {user}",
                    done.number,
                    "a table that stays, or one statement that does all of it",
                )
        if done.trace.is_alone and is_opaque(done.piece):
            yield Found(
                "nothing tells how far it came, should its runner die",
                done.number,
                "let it be a script of its own, and do no harm when it runs twice",
            )
        elif _is_outside(facts, done):
            yield Found(
                "what it does outside of the database is not undone, and happens again",
                done.number,
                "do it outside of the scripts",
            )


def _told(kept: str) -> str:
    sort, _, name = kept.partition(" ")
    words = {"temporary": "table", "prepared": "statement", "advisory": "", "cursor": ""}
    return " ".join(filter(None, (sort, words[sort], name)))


def _user(facts: Facts, done: Done, kept: str) -> int | None:
    """The first later statement that needs what a statement left in its session."""
    sort, _, name = kept.partition(" ")
    for later in facts.statements[done.number :]:
        if sort == "advisory" or name in names(later):
            return later.number
    return None


def _is_outside(facts: Facts, done: Done) -> bool:
    if not _OUTSIDE.isdisjoint(facts.words_of(done.number)):
        return True
    return done.verb == "COPY" and says(done, "TO", "PROGRAM")


RULE = rule(__name__, __doc__, _check)
