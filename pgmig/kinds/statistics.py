"""CREATE STATISTICS: pg_statistic_ext, of tables, foreign tables and materialized views."""

from collections.abc import Sequence
from typing import LiteralString

from pgmig import ddl
from pgmig.db import fragments
from pgmig.ddl.carried import Carried
from pgmig.model import Kind, ObjectKey, Record, Statement, altered, replaced

# The default target is NULL on 17 and later, -1 before (catalog.md 0.6). The kind `e` comes with
# every expression and cannot be written. Columns are kept by attnum, which is no fact of theirs:
# they are told by name, in place of the same by attnum, which the server's text begins with.
QUERY: LiteralString = (
    """
SELECT s.oid, n.nspname AS schema, s.stxname AS name, pg_get_userbyid(s.stxowner) AS owner,
       ARRAY[cn.nspname::text, c.relname] AS on_table,
       concat(keys.by_name, substr(pg_get_statisticsobjdef_columns(s.oid),
                                   coalesce(length(keys.by_place), 0) + 1)) AS terms,
       ARRAY(SELECT CASE k WHEN 'd' THEN 'ndistinct' WHEN 'f' THEN 'dependencies'
                           WHEN 'm' THEN 'mcv' ELSE k::text END
               FROM unnest(s.stxkind) k WHERE k <> 'e'
              ORDER BY array_position('{d,f,m}'::"char"[], k)) AS kinds,
       nullif(s.stxstattarget, -1) AS target
  FROM pg_statistic_ext s
  JOIN pg_namespace n ON n.oid = s.stxnamespace
  JOIN pg_class c ON c.oid = s.stxrelid
  JOIN pg_namespace cn ON cn.oid = c.relnamespace
  CROSS JOIN LATERAL (
       SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attname) AS by_name,
              string_agg(quote_ident(a.attname), ', ' ORDER BY k.place) AS by_place
         FROM unnest(s.stxkeys::int2[]) WITH ORDINALITY k (attnum, place)
         JOIN pg_attribute a ON a.attrelid = s.stxrelid AND a.attnum = k.attnum) keys
 WHERE c.relpersistence <> 't' AND """
    + fragments.is_ours("c.relnamespace")
    + " AND "
    + fragments.is_no_member("pg_class", "c.oid")
    + " AND "
    + fragments.is_no_member("pg_statistic_ext", "s.oid")
)

_ALL = ("ndistinct", "dependencies", "mcv")


class Statistics(Record, frozen=True, kw_only=True):
    """An extended statistics object."""

    schema: str
    name: str
    owner: str
    on_table: tuple[str, str]  # schema, name
    terms: str  # columns by name, then expressions as the server prints them
    kinds: tuple[str, ...]  # empty for those on one expression alone
    target: int | None = None  # None: the largest of its columns
    comment: str | None = None


def _key(record: Statistics) -> ObjectKey:
    return STATISTICS.key(record)


def _name(record: Statistics) -> "ddl.Node":
    return ddl.name(record.schema, record.name)


CARRIED = Carried("STATISTICS", _name, _key)


def _target(record: Statistics) -> Statement:
    # DEFAULT is new in 17; -1 works everywhere.
    target = -1 if record.target is None else record.target
    return ddl.statement(
        _key(record), "ALTER STATISTICS", _name(record), f"SET STATISTICS {target}"
    )


def _create(record: Statistics) -> Sequence[Statement]:
    is_partial = record.kinds and record.kinds != _ALL
    made = ddl.statement(
        _key(record),
        "CREATE STATISTICS",
        _name(record),
        f"({', '.join(record.kinds)})" if is_partial else None,
        "ON",
        record.terms,
        "FROM",
        ddl.name(*record.on_table),
    )
    target = () if record.target is None else (_target(record),)
    return (made, *target, *CARRIED.made(record))


def _drop(record: Statistics) -> Sequence[Statement]:
    return ddl.drop(_key(record), "STATISTICS", _name(record))


def _set_target(_: Statistics, new: Statistics) -> Sequence[Statement]:
    return (_target(new),)


def _rebuilt(record: Statistics) -> Sequence[Statement]:
    """When the type of a column changes the target goes (C26), until 17 the owner too."""
    owner = CARRIED.handed_over(record, record.owner)
    return (*owner, *((_target(record),) if record.target is not None else ()))


STATISTICS = Kind(
    name="statistics",
    record=Statistics,
    classid="pg_statistic_ext",
    query=QUERY,
    create=_create,
    drop=_drop,
    drops_with_owner=True,
    fields=(
        replaced("on_table", "terms", "kinds"),  # PostgreSQL has no ALTER for these (C27)
        altered("target", by=_set_target),
        *CARRIED.rows(),
    ),
    rebuilt=_rebuilt,
    rename=CARRIED.renamed,
)
