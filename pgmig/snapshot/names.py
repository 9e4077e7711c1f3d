"""File names of objects: safe on every file system, readable where the object's name allows it.

A plain name stays as it is: `orders`, and `area(integer, double precision)` becomes
`area--integer--double-precision`. Any other becomes small letters with a hash after `+`, a sign
that no plain name has, so that two objects never share a file, whatever the file system thinks of
capitals, accents or names such as `con`.
"""

import re
from hashlib import sha256

from pgmig.kinds import KIND_BY_NAME
from pgmig.model import ObjectKey

NO_SCHEMA = "no-schema"
"""The folder of the objects that live in no schema."""

PATH = re.compile(r"[a-z0-9_+-]+/[a-z0-9_]+/[a-z0-9_+.-]+\.sql")
"""What every path of a tree matches: none leads out of it."""

_LONGEST = 80  # of a part of a file name; two parts and an ending stay below 255
_WORDS = r"[a-z0-9_]+(?: [a-z0-9_]+)*+"
_TYPE = rf"(?:[a-z_][a-z0-9_]*+\.)?{_WORDS}(?:\[\])?"
_PLAIN = re.compile(_WORDS)
_SIGNATURE = re.compile(rf"(?!.* array){_WORDS}(?:\((?:{_TYPE}(?:, {_TYPE})*+)?\))?")
_SPELLED = (("()", ""), ("[]", "-array"), ("(", "--"), (", ", "--"), (")", ""), (" ", "-"))
# Windows, "Naming Files, Paths, and Namespaces".
_RESERVED = re.compile(rf"con|prn|aux|nul|(?:com|lpt)[0-9]|{NO_SCHEMA}")


def path_of(key: ObjectKey, part: int = 1) -> str:
    """Where in a tree the statements of an object are, as `shop/table/orders.sql`.

    Args:
        key: the object.
        part: 1, or more for statements that run when other objects have been made.
    """
    schema = _safe(key.schema, _PLAIN) if key.schema else NO_SCHEMA
    name = _safe(key.name, _SIGNATURE if KIND_BY_NAME[key.kind].key_name else _PLAIN)
    if key.parent:
        name = f"{_safe(key.parent, _PLAIN)}.{name}"
    suffix = f".{part}" if part > 1 else ""
    return f"{schema}/{key.kind.replace(' ', '_')}/{name}{suffix}.sql"


def _safe(name: str, plain: re.Pattern[str]) -> str:
    if plain.fullmatch(name):
        spelled = name
        for sign, written in _SPELLED:
            spelled = spelled.replace(sign, written)
        if len(spelled) <= _LONGEST and not _RESERVED.fullmatch(spelled):
            return spelled
    digest = sha256(name.encode()).hexdigest()[:10]
    letters = re.sub(r"[^a-z0-9_]+", "-", name.lower())[: _LONGEST - 20].strip("-")
    return f"{letters or '_'}+{digest}"
