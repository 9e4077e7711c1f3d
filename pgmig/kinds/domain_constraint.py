"""CHECK constraints of domains: pg_constraint with contypid.

A kind of its own because a CHECK may call a function whose signature has the domain. A domain's
NOT NULL belongs to the domain.
"""

from collections.abc import Sequence
from typing import LiteralString

from pgmig import ddl
from pgmig.db import fragments
from pgmig.ddl.carried import Carried
from pgmig.model import Kind, ObjectKey, Record, Statement, altered, replaced

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


def _alter(record: DomainConstraint, action: str, *rest: str) -> Statement:
    domain, name = ddl.name(record.schema, record.domain), ddl.ident(record.name)
    return ddl.statement(_key(record), "ALTER DOMAIN", domain, action, name, *rest)


def _create(record: DomainConstraint) -> Sequence[Statement]:
    state = "" if record.is_valid else "NOT VALID"
    made = _alter(record, "ADD CONSTRAINT", record.definition, state)
    return (made, *CARRIED.made(record))


def _drop(record: DomainConstraint) -> Sequence[Statement]:
    return (_alter(record, "DROP CONSTRAINT"),)


def _set_validity(old: DomainConstraint, new: DomainConstraint) -> Sequence[Statement]:
    if new.is_valid:
        return (_alter(new, "VALIDATE CONSTRAINT"),)
    return (*_drop(old), *_create(new))


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
        altered("is_valid", by=_set_validity),
        *CARRIED.rows(),
    ),
)
