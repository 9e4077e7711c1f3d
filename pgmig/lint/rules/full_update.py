"""One statement changes or removes rows all over a table.

It reads the whole table, as seen in the shadow database, and no index serves it. It holds a lock on
every row that it changes until the transaction ends, writes as much log, and leaves as many dead
rows. In batches others get their turn, standbys keep up, and it goes on where it stopped.

Bad:

```sql
UPDATE shop.orders SET channel = 'web' WHERE channel IS NULL;
```

Good:

```sql
-- pgmig: batch=5000 key=id pause=50ms
UPDATE shop.orders SET channel = 'web' WHERE channel IS NULL;
```

Allow it where the table is small.
"""

from collections.abc import Iterator

from pgmig.lint.facts import Done, Facts, Found
from pgmig.lint.rule import rule
from pgmig.shadow.trace import Relation

_VERBS = frozenset({"UPDATE", "DELETE", "MERGE", "EXECUTE"})
_ADDING = frozenset({"INSERT", "COPY"})
_WORDS = frozenset({"update", "delete", "merge"})
_MODE = "RowExclusiveLock"


def _check(facts: Facts) -> Iterator[Found]:
    for done in facts.statements:
        if facts.script.up.batch(done.number):
            continue
        if changed := ", ".join(str(each) for each in _changed(facts, done)):
            yield Found(
                f"rows all over {changed} are changed at once",
                done.number,
                "`-- pgmig: batch=5000 key=..` above the statement",
            )


def _changed(facts: Facts, done: Done) -> Iterator[Relation]:
    """Tables that the statement reads whole and writes to; a routine may be what does so."""
    words = facts.words_of(done.number) if done.trace.scans else frozenset[str]()
    if done.verb in _ADDING or (done.verb == "WITH" and _WORDS.isdisjoint(words)):
        return
    own = {each.relation for each in done.trace.locks if each.mode == _MODE}
    for relation in done.trace.scans:
        is_named = relation.name in words and not _WORDS.isdisjoint(words)
        is_own = done.verb in _VERBS or is_named or relation in own
        if is_own and done.held.get(relation) == _MODE:
            yield relation


RULE = rule(__name__, __doc__, _check)
