"""A statement needs a right that a plain owner does not have.

It succeeds on the laptop, where everybody is superuser, and is refused on the target. This rule
knows what PostgreSQL's manual says of the statement, and from the shadow server which extensions
are trusted, which settings only a superuser sets and which of its functions not everybody may call.
It does not see what a routine does, nor who may act in whose name: `pgmig plan` asks the target for
the role that deploys, and rehearses the scripts with that role's rights, which shows all of it.

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
    ("CREATE", "TEXT", "SEARCH", "PARSER"): _SUPERUSER,
    ("CREATE", "TEXT", "SEARCH", "TEMPLATE"): _SUPERUSER,
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
    ("LOAD",): _SUPERUSER,
    ("SET", "SESSION", "AUTHORIZATION"): _SUPERUSER,
}
_PUBLICATION = frozenset({"PUBLICATION"})
_ROUTINES = frozenset({"FUNCTION", "PROCEDURE", "ROUTINE"})

# Words that stand behind CREATE and ALTER of one of these sorts.
_ANYWHERE = {
    ("FOR", "ALL", "TABLES"): _PUBLICATION,
    ("FOR", "TABLES", "IN", "SCHEMA"): _PUBLICATION,
    ("TRIGGER", "ALL"): frozenset({"TABLE"}),
    ("LEAKPROOF",): _ROUTINES,
    ("WITHOUT", "FUNCTION"): frozenset({"CAST"}),
}
_OWN = frozenset({"CURRENT_USER", "CURRENT_ROLE", "SESSION_USER"})
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
    return (
        _of_form(done)
        or _of_name(facts, done)
        or _of_call(facts, done)
        or _of_language(done)
        or _of_file(done)
    )


def _of_form(done: Done) -> str | None:
    words = done.piece.words
    is_own = words[2:3] and words[2] in _OWN and not {"SET", "RESET"}.isdisjoint(words)
    if words[1:3] == ("USER", "MAPPING") or is_own:
        return None
    for form, right in _FORMS.items():
        if words[: len(form)] == form:
            return right
    for said, sorts in _ANYWHERE.items():
        is_sort = words[:1] in (("CREATE",), ("ALTER",)) and not sorts.isdisjoint(words)
        if is_sort and says(done, *said) and not says(done, "NOT", *said):
            return _SUPERUSER
    return None


def _of_name(facts: Facts, done: Done) -> str | None:
    """Of an extension, a setting, an owner."""
    name = object_of(done, "CREATE", "EXTENSION")
    if name[:1] and name[0] in facts.rights.extensions:
        return f"superuser, for extension {name[0]} is not trusted"
    words = done.piece.words
    if words[:1] == ("SET",):
        setting = next((each for each in words[1:] if each not in {"LOCAL", "SESSION"}), "").lower()
        return _of_setting(setting) if setting in facts.rights.settings else None
    for said in (("OWNER", "TO"), ("AUTHORIZATION",)):
        role = _behind(done, said) if words[:1] in (("CREATE",), ("ALTER",)) else ""
        if role.startswith("pg_") and role != "pg_database_owner":
            return f"to be a member of {role}"
    return None


def _behind(done: Done, said: tuple[str, ...]) -> str:
    """The name behind these words, folded."""
    found = [each for each in done.tokens() if not each.depth]
    words = [each.word for each in found]
    for at in range(len(found) - len(said)):
        if tuple(words[at : at + len(said)]) == said:
            return found[at + len(said)].text.strip('"').lower()
    return ""


def _of_setting(name: str) -> str:
    return f"superuser, or SET on parameter {name}"


def _of_call(facts: Facts, done: Done) -> str | None:
    """Of a function that not everybody may call, or of one that sets what not everybody may."""
    if done.verb == "CREATE":
        return None
    found = done.tokens()
    for at, each in enumerate(found):
        name, behind = each.text.lower(), "".join(e.text for e in found[at + 1 : at + 3])
        is_ours = at == 0 or found[at - 1].text != "." or found[at - 2].text == "pg_catalog"
        if not behind.startswith("(") or not is_ours:
            continue
        if name in facts.rights.functions:
            return f"EXECUTE on {name}"
        setting = behind[1:].strip("'").lower()
        if name == "set_config" and setting in facts.rights.settings:
            return _of_setting(setting)
    return None


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
