"""CREATE TEXT SEARCH PARSER: pg_ts_parser. Superusers own them all: there is no owner."""

from collections.abc import Sequence
from typing import LiteralString

from pgmig import ddl
from pgmig.db import fragments
from pgmig.ddl.carried import Carried
from pgmig.model import Kind, ObjectKey, Record, Statement, replaced

QUERY: LiteralString = (
    """
SELECT p.oid, n.nspname AS schema, p.prsname AS name, p.prsstart::regproc::text AS start_function,
       p.prstoken::regproc::text AS token_function, p.prsend::regproc::text AS end_function,
       CASE WHEN p.prsheadline <> 0 THEN p.prsheadline::regproc::text END AS headline_function,
       p.prslextype::regproc::text AS types_function
  FROM pg_ts_parser p
  JOIN pg_namespace n ON n.oid = p.prsnamespace
 WHERE """
    + fragments.is_ours("p.prsnamespace")
    + " AND "
    + fragments.is_no_member("pg_ts_parser", "p.oid")
)


class TextSearchParser(Record, frozen=True, kw_only=True):
    """What splits a text into tokens. Functions are named as regproc prints them."""

    schema: str
    name: str
    start_function: str
    token_function: str
    end_function: str
    headline_function: str | None = None
    types_function: str
    comment: str | None = None


def _key(record: TextSearchParser) -> ObjectKey:
    return TEXT_SEARCH_PARSER.key(record)


def _name(record: TextSearchParser) -> "ddl.Node":
    return ddl.name(record.schema, record.name)


CARRIED = Carried("TEXT SEARCH PARSER", _name, _key, has_owner=False)


def _create(record: TextSearchParser) -> Sequence[Statement]:
    functions = (
        ("START", record.start_function),
        ("GETTOKEN", record.token_function),
        ("END", record.end_function),
        ("HEADLINE", record.headline_function),
        ("LEXTYPES", record.types_function),
    )
    options = ddl.commas(f"{name} = {each}" for name, each in functions if each is not None)
    made = ddl.statement(_key(record), "CREATE TEXT SEARCH PARSER", _name(record), options)
    return (made, *CARRIED.made(record))


def _drop(record: TextSearchParser) -> Sequence[Statement]:
    return ddl.drop(_key(record), "TEXT SEARCH PARSER", _name(record))


TEXT_SEARCH_PARSER = Kind(
    name="text search parser",
    record=TextSearchParser,
    classid="pg_ts_parser",
    query=QUERY,
    create=_create,
    drop=_drop,
    rename=CARRIED.renamed,
    fields=(
        replaced("start_function", "token_function", "end_function"),
        replaced("headline_function", "types_function"),
        *CARRIED.rows(),
    ),
)
