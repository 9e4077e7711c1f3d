"""A statement needs a right that a plain owner does not have.

It succeeds on the laptop, where everybody is superuser, and is refused on the target. `pgmig plan`
asks the target itself, for the role that deploys; this rule knows what PostgreSQL's manual says of
the statement, and which extensions and languages are trusted, from the shadow server.

Bad, as part of a deployment:

```sql
ALTER SYSTEM SET work_mem = '64MB';
```

Good: what belongs to the server is set up once by whoever may, outside of the scripts; and

```sql
CREATE EXTENSION citext;
```

is trusted: the owner of the database may make it.

Allow it where the deploying role has the right.
"""

from collections.abc import Iterator

from pgmig.lint.facts import Done, Facts, Found
from pgmig.lint.rule import rule
from pgmig.lint.wording import object_of, says

_SUPERUSER = "superuser"
_CREATEROLE = "CREATEROLE"

# By the words that a statement begins with: the section "Notes" of each in sql-commands.html.
_FORMS = {
    ("ALTER", "SYSTEM"): _SUPERUSER,
    ("CREATE", "EVENT", "TRIGGER"): _SUPERUSER,
    ("CREATE", "ACCESS", "METHOD"): _SUPERUSER,
    ("CREATE", "FOREIGN", "DATA"): _SUPERUSER,
    ("CREATE", "LANGUAGE"): _SUPERUSER,
    ("CREATE", "TABLESPACE"): _SUPERUSER,
    ("CREATE", "OPERATOR", "CLASS"): _SUPERUSER,
    ("CREATE", "OPERATOR", "FAMILY"): _SUPERUSER,
    ("CREATE", "SUBSCRIPTION"): "superuser or pg_create_subscription",
    ("CREATE", "DATABASE"): "CREATEDB",
    ("CREATE", "ROLE"): _CREATEROLE,
    ("CREATE", "GROUP"): _CREATEROLE,
    ("ALTER", "ROLE"): _CREATEROLE,
    ("DROP", "ROLE"): _CREATEROLE,
    ("CREATE", "USER"): _CREATEROLE,
    ("ALTER", "USER"): _CREATEROLE,
    ("DROP", "USER"): _CREATEROLE,
    ("CHECKPOINT",): "superuser or pg_checkpoint",
    ("SET", "SESSION_REPLICATION_ROLE"): _SUPERUSER,
    ("SET", "LOCAL", "SESSION_REPLICATION_ROLE"): _SUPERUSER,
    ("SET", "SESSION", "AUTHORIZATION"): _SUPERUSER,
}
_ANYWHERE = {
    ("FOR", "ALL", "TABLES"): ("CREATE", _SUPERUSER),
    ("FOR", "TABLES", "IN", "SCHEMA"): ("CREATE", _SUPERUSER),
    ("TRIGGER", "ALL"): ("ALTER", _SUPERUSER),
    ("LEAKPROOF",): ("CREATE", _SUPERUSER),
    ("WITHOUT", "FUNCTION"): ("CREATE", _SUPERUSER),
}
_UNTRUSTED = frozenset({"c", "internal"})


def _check(facts: Facts) -> Iterator[Found]:
    for done in facts.statements:
        if right := _right(facts, done):
            yield Found(
                f"the deploying role needs more than to own the database: {right}",
                done.number,
                "set it up outside of the scripts, or grant the right",
            )


def _right(facts: Facts, done: Done) -> str | None:
    words = done.piece.words
    if words[1:3] == ("USER", "MAPPING"):
        return None
    for form, right in _FORMS.items():
        if words[: len(form)] == form:
            return right
    for said, (verb, right) in _ANYWHERE.items():
        if done.verb == verb and says(done, *said) and not says(done, "NOT", *said):
            return right
    return _of_extension(facts, done) or _of_language(done) or _of_file(done)


def _of_extension(facts: Facts, done: Done) -> str | None:
    name = object_of(done, "CREATE", "EXTENSION")
    is_untrusted = name[:1] and name[0] in facts.untrusted
    return f"superuser, for extension {name[0]} is not trusted" if is_untrusted else None


def _of_language(done: Done) -> str | None:
    """Of a routine in a language in which it may do whatever the server may."""
    if done.verb != "CREATE" or not {"FUNCTION", "PROCEDURE"}.intersection(done.piece.words):
        return None
    flat = [each.text for each in done.tokens() if not each.depth]
    at = next((at for at, each in enumerate(flat) if each.upper() == "LANGUAGE"), len(flat))
    language = "".join(flat[at + 1 : at + 2]).strip("'\"").lower()
    is_untrusted = language in _UNTRUSTED or (language.startswith("pl") and language.endswith("u"))
    return f"superuser, for language {language} is not trusted" if is_untrusted else None


def _of_file(done: Done) -> str | None:
    """Of COPY from or to a file or a program of the server."""
    if done.verb != "COPY" or done.piece.data:
        return None
    flat = [each for each in done.tokens() if not each.depth]
    at = next((at for at, each in enumerate(flat) if each.word in {"FROM", "TO"}), len(flat))
    behind = "".join(each.text for each in flat[at + 1 : at + 2])
    if behind.upper() == "PROGRAM":
        return "pg_execute_server_program"
    return "pg_read_server_files or pg_write_server_files" if "'" in behind else None


RULE = rule(__name__, __doc__, _check)
