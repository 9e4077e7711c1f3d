"""CREATE COLLATION: pg_collation.

collversion is no fact of the schema: it is the library's at the time of CREATE COLLATION, and
pg_dump carries it in an upgrade of the cluster only.
"""

from collections.abc import Iterator, Sequence
from typing import LiteralString

from pgmig import ddl
from pgmig.db import fragments
from pgmig.ddl.carried import Carried
from pgmig.model import Kind, ObjectKey, Record, Statement, replaced


def query(version: int) -> LiteralString:
    """The locale of ICU has a column of its own from 15 on, named otherwise from 17 on.

    14 keeps it in collcollate and collctype, and refuses two that differ. Collations for other
    encodings than the database's come from pg_import_system_collations() and cannot be made.
    """
    locale: LiteralString = "c.colllocale"
    if version < 150000:
        locale = "CASE WHEN c.collprovider = 'i' THEN c.collcollate END"
    elif version < 170000:
        locale = "c.colliculocale"
    is_split: LiteralString = "(" + locale + ") IS NULL"
    rules: LiteralString = "c.collicurules" if version >= 160000 else "NULL::text"
    return (
        """
SELECT c.oid, n.nspname AS schema, c.collname AS name, pg_get_userbyid(c.collowner) AS owner,
       CASE c.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END AS provider,
       """
        + locale
        + """ AS locale,
       CASE WHEN """
        + is_split
        + """ THEN c.collcollate END AS lc_collate,
       CASE WHEN """
        + is_split
        + """ THEN c.collctype END AS lc_ctype,
       c.collisdeterministic AS is_deterministic, """
        + rules
        + """ AS rules
  FROM pg_collation c
  JOIN pg_namespace n ON n.oid = c.collnamespace
 WHERE c.collencoding IN (-1, (
       SELECT encoding FROM pg_database WHERE datname = current_database())) AND """
        + fragments.is_ours("c.collnamespace")
        + " AND "
        + fragments.is_no_member("pg_collation", "c.oid")
    )


class Collation(Record, frozen=True, kw_only=True):
    """A collation."""

    schema: str
    name: str
    owner: str
    provider: str  # libc, icu, builtin (17)
    locale: str | None = None  # of icu and builtin
    lc_collate: str | None = None  # of libc, as lc_ctype
    lc_ctype: str | None = None
    is_deterministic: bool
    rules: str | None = None  # of icu, since 16
    comment: str | None = None


def _key(record: Collation) -> ObjectKey:
    return COLLATION.key(record)


def _name(record: Collation) -> "ddl.Node":
    return ddl.name(record.schema, record.name)


CARRIED = Carried("COLLATION", _name, _key)


def _options(record: Collation) -> Iterator[str]:
    yield f"PROVIDER = {record.provider}"
    if record.lc_collate == record.lc_ctype:
        yield from _option("LOCALE", record.locale or record.lc_collate)
    else:
        yield from _option("LC_COLLATE", record.lc_collate)
        yield from _option("LC_CTYPE", record.lc_ctype)
    if not record.is_deterministic:
        yield "DETERMINISTIC = false"
    yield from _option("RULES", record.rules)


def _option(name: str, value: str | None) -> Iterator[str]:
    if value is not None:
        yield f"{name} = {ddl.literal_text(value)}"


def _create(record: Collation) -> Sequence[Statement]:
    options = ddl.commas(_options(record))
    made = ddl.statement(_key(record), "CREATE COLLATION", _name(record), options)
    return (made, *CARRIED.made(record))


def _drop(record: Collation) -> Sequence[Statement]:
    return ddl.drop(_key(record), "COLLATION", _name(record))


def _set_aside(
    old: Collation, _: Collation, name: str
) -> tuple[Sequence[Statement], Sequence[Statement]]:
    key, to = _key(old), ddl.ident(name)
    renamed = ddl.statement(key, "ALTER COLLATION", _name(old), "RENAME TO", to)
    return (renamed,), ddl.drop(key, "COLLATION", ddl.name(old.schema, name))


COLLATION = Kind(
    name="collation",
    record=Collation,
    classid="pg_collation",
    query=query,
    create=_create,
    drop=_drop,
    rename=CARRIED.renamed,
    set_aside=_set_aside,
    fields=(
        replaced("provider", "locale", "lc_collate", "lc_ctype", "is_deterministic", "rules"),
        *CARRIED.rows(),
    ),
)
