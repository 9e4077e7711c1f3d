"""CHECK constraints of domains: pg_constraint with contypid.

A kind of its own because a CHECK may call a function whose signature has the domain. A domain's
NOT NULL belongs to the domain.
"""

from collections.abc import Sequence
from typing import LiteralString

import msgspec

from pgmig import ddl
from pgmig.db import fragments
from pgmig.ddl.carried import Carried
from pgmig.model import (
    Around,
    Kind,
    Mode,
    ObjectKey,
    Record,
    Statement,
    altered_around,
    replaced,
)

# " NOT VALID" ends the text of a constraint that is not valid (ruleutils.c).
QUERY: LiteralString = (
    """
SELECT k.oid, n.nspname AS schema, t.typname AS domain, k.conname AS name,
       CASE WHEN k.convalidated THEN pg_get_constraintdef(k.oid)
            ELSE left(pg_get_constraintdef(k.oid), -length(' NOT VALID')) END AS definition,
       k.convalidated AS is_valid
  FROM pg_constraint k
  JOIN pg_type t ON t.oid = k.contypid
  JOIN pg_namespace n ON n.oid = t.typnamespace
 WHERE k.contype = 'c' AND """
    + fragments.is_ours("t.typnamespace")
    + " AND "
    + fragments.is_no_member("pg_type", "t.oid")
)


class DomainConstraint(Record, frozen=True, kw_only=True):
    """A CHECK of a domain."""

    schema: str
    domain: str
    name: str
    definition: str  # as pg_get_constraintdef prints it, without NOT VALID
    is_valid: bool
    comment: str | None = None


def _key(record: DomainConstraint) -> ObjectKey:
    return DOMAIN_CONSTRAINT.key(record)


def _on_domain(record: DomainConstraint) -> "ddl.Node":
    return ddl.clause(ddl.ident(record.name), "ON DOMAIN", ddl.name(record.schema, record.domain))


CARRIED = Carried("CONSTRAINT", _on_domain, _key, has_owner=False)


def _alter(
    record: DomainConstraint, action: str, *rest: "ddl.Node | str", mode: Mode = ""
) -> Statement:
    domain, name = ddl.name(record.schema, record.domain), ddl.ident(record.name)
    return ddl.statement(_key(record), "ALTER DOMAIN", domain, action, name, *rest, mode=mode)


def _add(record: DomainConstraint) -> Statement:
    state = "" if record.is_valid else "NOT VALID"
    return _alter(record, "ADD CONSTRAINT", record.definition, state)


def _create(record: DomainConstraint) -> Sequence[Statement]:
    return (_add(record), *CARRIED.made(record))


def _create_online(record: DomainConstraint, around: Around) -> Sequence[Statement] | None:
    """NOT VALID and VALIDATE: either would read every table that has a column of the domain."""
    if not record.is_valid or _key(record) in around.remade or not _is_used(record, around):
        return None
    first = msgspec.structs.replace(record, is_valid=False)
    return (_add(first), *CARRIED.made(record), _validate(record, mode="validate"))


def _is_used(record: DomainConstraint, around: Around) -> bool:
    """Whether something that stays, and is no constraint of the domain, needs the domain."""
    domain = ObjectKey("domain", record.schema, record.domain)
    users = {edge.source for edge in around.edges_to(domain)}
    return around.is_kept(domain) and any(
        around.is_kept(each) for each in users if each.kind != DOMAIN_CONSTRAINT.name
    )


def _validate(record: DomainConstraint, *, mode: Mode = "") -> Statement:
    return _alter(record, "VALIDATE CONSTRAINT", mode=mode)


def _drop(record: DomainConstraint) -> Sequence[Statement]:
    return (_alter(record, "DROP CONSTRAINT"),)


def _set_validity(
    _: DomainConstraint, new: DomainConstraint, around: Around
) -> Sequence[Statement] | None:
    if not new.is_valid:
        return None
    is_read = around.is_online and _is_used(new, around)
    return (_validate(new, mode="validate" if is_read else ""),)


def _rename(record: DomainConstraint, column: str, new_name: str) -> Sequence[Statement] | None:
    return None if column else (_alter(record, "RENAME CONSTRAINT", "TO", ddl.ident(new_name)),)


DOMAIN_CONSTRAINT = Kind(
    name="domain constraint",
    record=DomainConstraint,
    classid="pg_constraint",
    query=QUERY,
    create=_create,
    drop=_drop,
    identity=("schema", "domain", "name"),
    parent="domain",
    drops_with_owner=True,
    fields=(
        replaced("definition"),
        altered_around("is_valid", by=_set_validity),
        *CARRIED.rows(),
    ),
    create_online=_create_online,
    rename=_rename,
)
