"""A dump of pg_dump without the statements of ignored objects.

Before each object's statements pg_dump writes a comment that names it:

    -- Name: orders touch; Type: TRIGGER; Schema: public; Owner: app

A name is not taken for another's: too much left out shows as a statement that only the script
makes, too little as one that only pg_dump has, and either fails the proof.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from pgmig.ddl import ident_text, qualified
from pgmig.kinds.schema import SCHEMA
from pgmig.model import Ignored, ObjectKey
from pgmig.scripts import split

_HEADING = re.compile(
    r"^-- Name: (?P<name>.*); Type: (?P<type>[A-Z ]+); Schema: (?P<schema>.*);"
    r" Owner: (?P<owner>.*?)(?:; Tablespace: .*)?$",
    re.MULTILINE,
)
_NOTES = frozenset({"ACL", "COMMENT", "SECURITY LABEL"})  # of another object, named with its kind
_KIND_WORDS = re.compile(r"(?:[A-Z]+ )+(?=.)")
_PUBLISHED = frozenset({"PUBLICATION TABLE", "PUBLICATION TABLES IN SCHEMA"})
_OPERATOR = "OPERATOR "  # in a heading it has no types
_DEFAULTS = "DEFAULT PRIVILEGES FOR "
_RESTRICT = ("\\restrict ", "\\unrestrict ")


class _Heading(NamedTuple):
    name: str
    type: str
    schema: str
    owner: str


_NONE = _Heading("", "", "-", "")


def without(dump: str, ignored: Ignored) -> str:
    """The statements of the dump that belong to no ignored object, nor to an ignored role."""
    if not (ignored.objects or ignored.roles):
        return dump
    names = _Names(ignored)
    roles = {text for role in ignored.roles for text in (role, ident_text(role))}
    lines = (line for line in dump.split("\n") if not line.startswith(_RESTRICT))
    text = "\n".join(lines)
    kept: list[str] = []
    heading, end, session = _NONE, 0, ""
    for piece in split(text):
        found = [*_HEADING.finditer(text, end, piece.start)]
        heading = _Heading(**found[-1].groupdict()) if found else heading
        end = piece.end
        if piece.words[:3] == ("SET", "SESSION", "AUTHORIZATION"):
            session = piece.sql.rpartition(" ")[2].strip("'")
        is_setting = piece.words[:1] == ("SET",) or piece.words[:2] == ("SELECT", "PG_CATALOG")
        if is_setting or not (
            names.has(heading, piece.sql) or _is_grant(piece.sql, piece.words, session, roles)
        ):
            kept.append(f"{piece.sql};\n")
        if piece.words[:3] == ("RESET", "SESSION", "AUTHORIZATION"):
            session = ""
    return "\n".join(kept)


def _is_grant(sql: str, words: tuple[str, ...], session: str, roles: set[str]) -> bool:
    """Whether a GRANT or REVOKE is by or for one of the roles."""
    is_default = words[:3] == ("ALTER", "DEFAULT", "PRIVILEGES")
    if words[:1] not in {("GRANT",), ("REVOKE",)} and not is_default:
        return False
    text = sql.removesuffix(" WITH GRANT OPTION")
    before_to, _, grantee = text.rpartition(" TO ")
    before_from, _, loser = text.rpartition(" FROM ")
    last = grantee if len(before_to) > len(before_from) else loser
    return last in roles or session in roles


class _Names:
    """How pg_dump may name the ignored objects."""

    def __init__(self, ignored: Ignored) -> None:
        self._whole = {key.name for key in ignored.objects if key.kind == SCHEMA.name}
        self._names: defaultdict[str, set[str]] = defaultdict(set)
        self._lists: set[tuple[str, str]] = set()
        self._routines: defaultdict[tuple[str, str], list[list[str]]] = defaultdict(list)
        self._alters: tuple[str, ...] = ()
        for key in ignored.objects:
            self._names[key.schema].update(_names_of(key))
            if key.name.endswith(")"):
                base, _, types = key.name.partition("(")
                self._routines[key.schema, base].append(_types(types))
        # An identity's sequence has a heading of its own.
        self._alters = tuple(
            f"ALTER TABLE {qualified(key.schema, key.name)} ALTER COLUMN "
            for key in ignored.objects
            if key.schema and not key.parent
        )

    def has(self, heading: _Heading, sql: str) -> bool:
        """Whether a statement under this heading belongs to one of them."""
        schema = "" if heading.schema == "-" else heading.schema
        if heading.type == "SEQUENCE" and sql.startswith(self._alters):
            return True
        if heading.type in _PUBLISHED:  # named by its publication and the table or schema in it
            return heading.name.rpartition(" ")[0] in self._names[""]
        if schema in self._whole:
            return True
        return any(
            name in self._names[schema] or self._is_routine(schema, name)
            for name in _candidates(heading)
        )

    def _is_routine(self, schema: str, name: str) -> bool:
        """`f(a integer)`, as a note names it, beside `f(integer)`."""
        base, bracket, types = name.partition("(")
        if not bracket:
            return False
        given = [each for each in _types(types) if not each.startswith("OUT ")]
        return any(
            len(own) == len(given)
            and all(
                one == two or two.endswith(f" {one}") for one, two in zip(own, given, strict=True)
            )
            for own in self._routines[schema, base]
        )


def _types(text: str) -> list[str]:
    return text.removesuffix(")").split(", ")


def _names_of(key: ObjectKey) -> Iterator[str]:
    """What stands after `Name:` of an object or a note on it, without quotes."""
    if not key.parent:
        yield key.name
        yield key.name.partition(" using ")[0] if " using " in key.name else key.name
        if key.name.endswith(")"):
            yield _OPERATOR + key.name.partition("(")[0]
        return
    yield f"{key.parent} {key.name}"
    yield f"{key.name} ON {key.parent}"
    yield f"{key.name} ON DOMAIN {key.parent}"


def _candidates(heading: _Heading) -> Iterator[str]:
    """The names that an object of this heading may have as an object of a snapshot."""
    name = heading.name
    yield name
    if heading.type in _NOTES:
        plain = _KIND_WORDS.sub("", name, count=1).replace('"', "")
        yield plain
        yield plain.replace(" (", "(")  # an operator
        if name.startswith("COLUMN "):
            yield plain.rpartition(".")[0]
    if heading.type == "OPERATOR":
        yield _OPERATOR + name
    if heading.type == "DEFAULT":
        yield name.rpartition(" ")[0]
    if heading.type == "DEFAULT ACL":
        yield f"{ident_text(heading.owner)} on {name.removeprefix(_DEFAULTS).lower()}"
    if heading.type == "CAST":
        yield name.removeprefix("CAST (").removesuffix(")")
    if heading.type == "USER MAPPING":
        role, _, server = name.removeprefix("USER MAPPING ").rpartition(" SERVER ")
        yield f"{ident_text(role)} on server {ident_text(server)}"
