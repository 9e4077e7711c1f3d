"""Patterns that choose objects by kind and name, and the presets made of them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from pgmig.errors import BadPattern, UnknownPreset
from pgmig.kinds import KIND_BY_NAME
from pgmig.kinds.schema import SCHEMA
from pgmig.model import ObjectKey, Unmodelled

# Kinds of what pgmig does not model or no script carries (catalog.unmodelled, catalog.outside).
_BESIDES = (
    "comment",
    "database comment",
    "database privilege",
    "database setting",
    "dependency on extension",
    "detaching partition",
    "invalid index",
    "large object",
    "privileges",
    "security label",
    "statistics target",
    "subscription",
    "trigger state",
    "user mapping options",
    "validity",
)

# What managed services put into every database (catalog.md 5). A schema stands for all that is in
# it, a role for the privileges that it has and gives.
PRESETS: Mapping[str, tuple[str, ...]] = {
    "cloudsql": ("schema:google_*", "extension:google_*", "role:cloudsql*"),
    "rds": ("schema:aws_*", "extension:aws_*", "schema:rds_*", "extension:rds_*", "role:rds*"),
    "supabase": (
        *(
            f"schema:{name}"
            for name in (
                "auth",
                "storage",
                "realtime",
                "_realtime",
                "vault",
                "graphql*",
                "extensions",
                "pgbouncer",
                "pgsodium*",
                "supabase_*",
                "_supabase*",
                "net",
                "cron",
            )
        ),
        "extension:pg_graphql",
        "extension:pg_net",
        "extension:pg_cron",
        "extension:pgsodium",
        "extension:supabase_vault",
        "event trigger:issue_*",
        "event trigger:pgrst_*",
        "publication:supabase_*",
        "role:supabase_*",
        "role:pgbouncer",
        "role:dashboard_user",
    ),
}

_SEPARATORS = re.compile(r"[_-]")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern, taken apart.

    Attributes:
        text: as it was written.
        kind: the one kind that it chooses; "" for any.
        name: compared, as the shell compares file names, with `schema.name`, or
            `schema.parent.name` for what hangs on a table or type, or `name` for what is in no
            schema: names as they are, without quotes.
    """

    text: str
    kind: str
    name: str

    def matches(self, key: ObjectKey) -> bool:
        """Whether it chooses this object. `auth.*` also chooses the schema auth itself."""
        if self.kind not in {"", key.kind}:
            return False
        if fnmatchcase(name_of(key), self.name):
            return True
        return (
            not self.kind
            and key.kind == SCHEMA.name
            and self.name.endswith(".*")
            and fnmatchcase(key.name, self.name[:-2])
        )

    def matches_besides(self, each: Unmodelled) -> bool:
        """Whether it chooses something that is no object of a snapshot."""
        if self.kind not in {"", each.kind}:
            return False
        return any(fnmatchcase(name, self.name) for name in names_in(each))


def parse(text: str) -> Pattern:
    """The pattern that is written `NAME` or `KIND:NAME`.

    Raises:
        BadPattern: there is no name, a quote, or no such kind.
    """
    kind, colon, name = text.partition(":") if ":" in text else ("", "", text)
    require_name(name, text=text)
    if not colon:
        return Pattern(text, "", name)
    spoken = _SEPARATORS.sub(" ", kind.strip().lower())
    if spoken not in KIND_BY_NAME and spoken not in _BESIDES:
        raise BadPattern(
            text=text,
            reason=f"there is no kind {kind!r}",
            known=tuple(sorted((*KIND_BY_NAME, *_BESIDES))),
        )
    return Pattern(text, spoken, name)


def require_name(name: str, *, text: str) -> None:
    """Refuse what no name can be compared with.

    Args:
        name: a pattern for names.
        text: the whole as it was written.

    Raises:
        BadPattern: there is no name, a blank around it, or a quote in it.
    """
    if not name or name != name.strip():
        reason = "a blank stands around the name" if name.strip() else "there is no name"
        raise BadPattern(text=text, reason=reason)
    if '"' in name:
        raise BadPattern(text=text, reason="a name has no quotes here; ? stands for any character")


def preset(name: str) -> tuple[Pattern, ...]:
    """The patterns of a preset.

    Raises:
        UnknownPreset: there is none of this name.
    """
    if name not in PRESETS:
        raise UnknownPreset(name=name, known=tuple(sorted(PRESETS)))
    return tuple(map(parse, PRESETS[name]))


def name_of(key: ObjectKey) -> str:
    """What a pattern is compared with: the parts of the name with points between."""
    return ".".join(part for part in (key.schema, key.parent, key.name) if part)


def names_in(each: Unmodelled) -> Iterable[str]:
    """What of an identity may be a name: `column auth.users.id` also says `auth.users.id`."""
    words = each.identity.replace('"', "").split(" ")
    return (" ".join(words[place:]) for place in range(len(words)))
