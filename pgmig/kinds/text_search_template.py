"""CREATE TEXT SEARCH TEMPLATE: pg_ts_template. Superusers own them all: there is no owner."""

from collections.abc import Sequence
from typing import LiteralString

from pgmig import ddl
from pgmig.db import fragments
from pgmig.ddl.carried import Carried
from pgmig.model import Kind, ObjectKey, Record, Statement, replaced

QUERY: LiteralString = (
    """
SELECT t.oid, n.nspname AS schema, t.tmplname AS name,
       CASE WHEN t.tmplinit <> 0 THEN t.tmplinit::regproc::text END AS init_function,
       t.tmpllexize::regproc::text AS lexize_function
  FROM pg_ts_template t
  JOIN pg_namespace n ON n.oid = t.tmplnamespace
 WHERE """
    + fragments.is_ours("t.tmplnamespace")
    + " AND "
    + fragments.is_no_member("pg_ts_template", "t.oid")
)


class TextSearchTemplate(Record, frozen=True, kw_only=True):
    """The functions behind dictionaries. They are named as regproc prints them."""

    schema: str
    name: str
    init_function: str | None = None
    lexize_function: str
    comment: str | None = None


def _key(record: TextSearchTemplate) -> ObjectKey:
    return TEXT_SEARCH_TEMPLATE.key(record)


def _name(record: TextSearchTemplate) -> "ddl.Node":
    return ddl.name(record.schema, record.name)


CARRIED = Carried("TEXT SEARCH TEMPLATE", _name, _key, has_owner=False)


def _create(record: TextSearchTemplate) -> Sequence[Statement]:
    functions = (("INIT", record.init_function), ("LEXIZE", record.lexize_function))
    options = ddl.commas(f"{name} = {each}" for name, each in functions if each is not None)
    made = ddl.statement(_key(record), "CREATE TEXT SEARCH TEMPLATE", _name(record), options)
    return (made, *CARRIED.made(record))


def _drop(record: TextSearchTemplate) -> Sequence[Statement]:
    return ddl.drop(_key(record), "TEXT SEARCH TEMPLATE", _name(record))


TEXT_SEARCH_TEMPLATE = Kind(
    name="text search template",
    record=TextSearchTemplate,
    classid="pg_ts_template",
    query=QUERY,
    create=_create,
    drop=_drop,
    rename=CARRIED.renamed,
    fields=(
        replaced("init_function", "lexize_function"),
        *CARRIED.rows(),
    ),
)
