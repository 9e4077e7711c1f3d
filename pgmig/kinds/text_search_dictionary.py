"""CREATE TEXT SEARCH DICTIONARY: pg_ts_dict."""

import re
from collections.abc import Sequence
from typing import LiteralString

from pgmig import ddl
from pgmig.db import fragments
from pgmig.ddl.carried import Carried
from pgmig.model import Kind, ObjectKey, Record, Statement, altered, replaced

QUERY: LiteralString = (
    """
SELECT d.oid, n.nspname AS schema, d.dictname AS name, pg_get_userbyid(d.dictowner) AS owner,
       ARRAY[tn.nspname::text, t.tmplname] AS template, d.dictinitoption AS options
  FROM pg_ts_dict d
  JOIN pg_namespace n ON n.oid = d.dictnamespace
  JOIN pg_ts_template t ON t.oid = d.dicttemplate
  JOIN pg_namespace tn ON tn.oid = t.tmplnamespace
 WHERE """
    + fragments.is_ours("d.dictnamespace")
    + " AND "
    + fragments.is_no_member("pg_ts_dict", "d.oid")
)

# `name = value, name = value` as serialize_deflist (tsearchcmds.c) writes it: names quoted where
# they must be, values numbers or literals in which quotes and backslashes are doubled.
_OPTION = re.compile(r"""("(?:[^"]|"")+"|[^"=,\s]+) = (?:E?'(?:[^']|'')*'|[^',]+)""")


class TextSearchDictionary(Record, frozen=True, kw_only=True):
    """A template with its options."""

    schema: str
    name: str
    owner: str
    template: tuple[str, str]  # schema, name
    options: str | None = None  # as the server wrote them: `name = value, ...`
    comment: str | None = None


def _key(record: TextSearchDictionary) -> ObjectKey:
    return TEXT_SEARCH_DICTIONARY.key(record)


def _name(record: TextSearchDictionary) -> "ddl.Node":
    return ddl.name(record.schema, record.name)


SUBJECT = "TEXT SEARCH DICTIONARY"
CARRIED = Carried(SUBJECT, _name, _key)


def _create(record: TextSearchDictionary) -> Sequence[Statement]:
    options = [f"TEMPLATE = {ddl.qualified(*record.template)}"]
    if record.options is not None:
        options.append(record.options)
    made = ddl.statement(_key(record), "CREATE", SUBJECT, _name(record), ddl.commas(options))
    return (made, *CARRIED.made(record))


def _drop(record: TextSearchDictionary) -> Sequence[Statement]:
    return ddl.drop(_key(record), SUBJECT, _name(record))


def _option_names(record: TextSearchDictionary) -> list[str]:
    return [match[1] for match in _OPTION.finditer(record.options or "")]


def _set_options(old: TextSearchDictionary, new: TextSearchDictionary) -> Sequence[Statement]:
    # A name alone removes the option; one with a value is removed and put at the end
    # (AlterTSDictionary), so naming all of the new ones gives their order too.
    kept = _option_names(new)
    options = [name for name in _option_names(old) if name not in kept]
    if new.options is not None:
        options.append(new.options)
    return (ddl.statement(_key(new), "ALTER", SUBJECT, _name(new), ddl.commas(options)),)


TEXT_SEARCH_DICTIONARY = Kind(
    name="text search dictionary",
    record=TextSearchDictionary,
    classid="pg_ts_dict",
    query=QUERY,
    create=_create,
    drop=_drop,
    rename=CARRIED.renamed,
    fields=(
        replaced("template"),
        altered("options", by=_set_options),
        *CARRIED.rows(),
    ),
)
