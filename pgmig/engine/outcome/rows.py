"""Databases, tablespaces, subscriptions and prepared transactions: one row tells of each."""

from typing import LiteralString

import msgspec

from pgmig.db import Connection
from pgmig.db.execute import fetch
from pgmig.ddl.quote import ident
from pgmig.engine.outcome.qualifying import qualify_operators
from pgmig.engine.outcome.values import Evidence, Relation, Verdict

# -2: DROP DATABASE was interrupted, nothing but another DROP is possible (pg_database.h).
_DATABASE = qualify_operators(
    """
SELECT d.oid::bigint, d.datname::pg_catalog.text,
    CASE WHEN d.datconnlimit = -2 THEN 'invalid' ELSE 'there' END
FROM pg_catalog.pg_database d
WHERE d.datname = (pg_catalog.parse_ident(%s))[1]::pg_catalog.name"""
)

_TABLESPACE = qualify_operators(
    """
SELECT t.oid::bigint, t.spcname::pg_catalog.text, 'there'
FROM pg_catalog.pg_tablespace t
WHERE t.spcname = (pg_catalog.parse_ident(%s))[1]::pg_catalog.name"""
)

_SUBSCRIPTION = qualify_operators(
    """
SELECT s.oid::bigint, s.subname::pg_catalog.text,
    pg_catalog.array_to_string(ARRAY(
        SELECT pg_catalog.quote_ident(p) FROM pg_catalog.unnest(s.subpublications) p ORDER BY 1
    ), ', ')
FROM pg_catalog.pg_subscription s
JOIN pg_catalog.pg_database d ON d.oid = s.subdbid AND d.datname = pg_catalog.current_database()
WHERE s.subname = (pg_catalog.parse_ident(%s))[1]::pg_catalog.name"""
)

_PREPARED = qualify_operators("""
SELECT x.transaction::pg_catalog.text::bigint, x.gid, 'there'
FROM pg_catalog.pg_prepared_xacts x
WHERE x.gid = %s""")


class Catalog(msgspec.Struct, frozen=True):
    """Where rows of one kind are.

    Attributes:
        kind: what they tell of, for people.
        query: finds the row by the name.
        besides: what making it may leave elsewhere although there is no row.
    """

    kind: str
    query: LiteralString
    besides: str = ""


DATABASE = Catalog("database", _DATABASE)
TABLESPACE = Catalog("tablespace", _TABLESPACE, "a directory that was prepared for it")
SUBSCRIPTION = Catalog("subscription", _SUBSCRIPTION, "its slot on the publisher")
PREPARED = Catalog("prepared transaction", _PREPARED)


class Row(msgspec.Struct, frozen=True):
    """Something that one row tells of.

    Attributes:
        catalog: where the row is.
        name: as it is written.
    """

    catalog: Catalog
    name: str

    @property
    def form(self) -> str:
        """As evidence has it."""
        return self.catalog.kind

    def observe(self, conn: Connection) -> Evidence:
        """The row."""
        for oid, name, state in fetch(conn, self.catalog.query, (self.name,)):
            return Evidence(named=Relation(oid, "", name), state=state)
        return Evidence()

    def told(self, found: Evidence) -> str:
        """What it is called."""
        return f"{self.catalog.kind} {ident(found.named.name) if found.named else self.name}"


class CreateRow(Row, frozen=True):
    """CREATE DATABASE and the like."""

    def decide(self, conn: Connection, before: Evidence | None) -> Verdict:
        """By the row that was not there."""
        now = self.observe(conn)
        if now.named is None:
            line = f"{self.told(now)} is not there"
            lines = (line, f"{self.catalog.besides} may be") if self.catalog.besides else (line,)
            return Verdict("redo", evidence=lines)
        if before is None:
            line = f"{self.told(now)} is there; whether it was before is not known"
            return Verdict("unknown", evidence=(line,))
        if before.named and before.named.oid == now.named.oid:
            return Verdict("redo", evidence=(f"{self.told(now)} was there before it",))
        return Verdict("done", evidence=(f"{self.told(now)} is there; it was not before",))


class DropRow(Row, frozen=True):
    """DROP DATABASE and the like, and the end of a prepared transaction."""

    def decide(self, conn: Connection, before: Evidence | None) -> Verdict:
        """By the row that was there."""
        now = self.observe(conn)
        was = before.named if before else None
        if before is None and now.named is None:
            line = f"{self.told(now)} is not there; whether it was is not known"
            return Verdict("unknown", evidence=(line,))
        if was is None and now.named is None:
            return Verdict("redo", evidence=(f"{self.told(now)} was not there before it",))
        if was is not None and (now.named is None or now.named.oid != was.oid):
            return Verdict("done", evidence=(f"the {self.told(now)} of before is gone",))
        state = "half dropped" if now.state == "invalid" else "there"
        return Verdict("redo", evidence=(f"{self.told(now)} is {state}",))


class ChangeRow(Row, frozen=True):
    """ALTER SUBSCRIPTION ... ADD and DROP PUBLICATION."""

    def decide(self, conn: Connection, before: Evidence | None) -> Verdict:
        """By what the row said before."""
        now = self.observe(conn)
        line = f"{self.told(now)} has the publications {now.state or '(none)'}"
        if before is None:
            return Verdict("unknown", evidence=(line,))
        line += f", before it {before.state or '(none)'}"
        return Verdict("redo" if now.state == before.state else "done", evidence=(line,))
