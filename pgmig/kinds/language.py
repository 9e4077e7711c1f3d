"""CREATE LANGUAGE: pg_language; those that extensions own are members, as plpgsql is."""

from collections.abc import Sequence
from typing import LiteralString

from pgmig import ddl
from pgmig.db import fragments
from pgmig.ddl.carried import Carried
from pgmig.model import (
    Around,
    Kind,
    Label,
    ObjectKey,
    Privilege,
    Record,
    Statement,
    altered_around,
)

# internal, c and sql are the server's own (lanispl). Privileges on an untrusted language have no
# effect, GRANT refuses them (ExecGrant_Language_check), and pg_dump leaves them out too.
QUERY: LiteralString = (
    """
SELECT l.oid, l.lanname AS name, pg_get_userbyid(l.lanowner) AS owner,
       l.lanpltrusted AS is_trusted, l.lanplcallfoid::regproc::text AS handler,
       CASE WHEN l.laninline <> 0 THEN l.laninline::regproc::text END AS inline_handler,
       CASE WHEN l.lanvalidator <> 0 THEN l.lanvalidator::regproc::text END AS validator,
       CASE WHEN l.lanpltrusted THEN """
    + fragments.privileges("l.lanacl", "'l'", "l.lanowner")
    + """ END AS privileges
  FROM pg_language l
 WHERE l.lanispl AND """
    + fragments.is_no_member("pg_language", "l.oid")
)


class Language(Record, frozen=True, kw_only=True):
    """A procedural language. Functions are named as regproc prints them."""

    name: str
    owner: str
    is_trusted: bool
    handler: str
    inline_handler: str | None = None
    validator: str | None = None
    privileges: tuple[Privilege, ...] | None = None
    comment: str | None = None
    labels: tuple[Label, ...] | None = None


def _key(record: Language) -> ObjectKey:
    return LANGUAGE.key(record)


def _name(record: Language) -> "ddl.Node":
    return ddl.ident(record.name)


CARRIED = Carried("LANGUAGE", _name, _key, grants_on="LANGUAGE", has_labels=True)


def _define(record: Language, command: str) -> Statement:
    return ddl.statement(
        _key(record),
        command,
        "TRUSTED" if record.is_trusted else None,
        "LANGUAGE",
        _name(record),
        f"HANDLER {record.handler}",
        f"INLINE {record.inline_handler}" if record.inline_handler is not None else None,
        f"VALIDATOR {record.validator}" if record.validator is not None else None,
    )


def _create(record: Language) -> Sequence[Statement]:
    return (_define(record, "CREATE"), *CARRIED.made(record))


def _drop(record: Language) -> Sequence[Statement]:
    return ddl.drop(_key(record), "LANGUAGE", _name(record))


_GIVEN = next(spec for spec in CARRIED.rows() if "owner" in spec.fields)
_DEFINED = ("is_trusted", "handler", "inline_handler", "validator")


def _redefine(old: Language, new: Language, around: Around) -> Sequence[Statement]:
    """OR REPLACE keeps owner and privileges; GRANT knows trusted languages only."""
    given = _GIVEN.alter(old, new, around) or ()
    if all(getattr(old, field) == getattr(new, field) for field in _DEFINED):
        return given
    defined = _define(new, "CREATE OR REPLACE")
    return (*given, defined) if old.is_trusted else (defined, *given)


LANGUAGE = Kind(
    name="language",
    record=Language,
    classid="pg_language",
    query=QUERY,
    create=_create,
    drop=_drop,
    rename=CARRIED.renamed,
    identity=("name",),
    fields=(
        altered_around(*_DEFINED, *_GIVEN.fields, by=_redefine),
        *(spec for spec in CARRIED.rows() if "owner" not in spec.fields),
    ),
)
