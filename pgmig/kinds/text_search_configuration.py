"""CREATE TEXT SEARCH CONFIGURATION: pg_ts_config, its mappings pg_ts_config_map."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import LiteralString

from pgmig import ddl
from pgmig.db import fragments
from pgmig.ddl.carried import Carried
from pgmig.model import Kind, ObjectKey, Part, Record, Statement, altered, replaced

QUERY: LiteralString = (
    """
SELECT c.oid, n.nspname AS schema, c.cfgname AS name, pg_get_userbyid(c.cfgowner) AS owner,
       ARRAY[pn.nspname::text, p.prsname] AS parser
  FROM pg_ts_config c
  JOIN pg_namespace n ON n.oid = c.cfgnamespace
  JOIN pg_ts_parser p ON p.oid = c.cfgparser
  JOIN pg_namespace pn ON pn.oid = p.prsnamespace
 WHERE """
    + fragments.is_ours("c.cfgnamespace")
    + " AND "
    + fragments.is_no_member("pg_ts_config", "c.oid")
)

# A row for a token type that the parser does not have (any more) means nothing.
MAPPINGS: LiteralString = (
    """
SELECT c.oid, t.alias AS name, m.dictionaries
  FROM pg_ts_config c
 CROSS JOIN LATERAL ts_token_type(c.cfgparser) t
  JOIN (SELECT mapcfg, maptokentype, jsonb_agg(jsonb_build_array(dn.nspname, d.dictname)
                                               ORDER BY mapseqno) AS dictionaries
          FROM pg_ts_config_map
          JOIN pg_ts_dict d ON d.oid = mapdict
          JOIN pg_namespace dn ON dn.oid = d.dictnamespace
         WHERE mapcfg >= 16384
         GROUP BY mapcfg, maptokentype) m ON m.mapcfg = c.oid AND m.maptokentype = t.tokid
 WHERE """
    + fragments.is_ours("c.cfgnamespace")
    + """
 ORDER BY c.oid, t.alias COLLATE "C"
"""
)


class Mapping(Record, frozen=True, kw_only=True):
    """The dictionaries that a token type goes through, in order."""

    name: str  # of the token type, as asciiword
    dictionaries: tuple[tuple[str, str], ...]  # schema, name


class TextSearchConfiguration(Record, frozen=True, kw_only=True):
    """A parser, and dictionaries for its token types."""

    schema: str
    name: str
    owner: str
    parser: tuple[str, str]  # schema, name
    mappings: tuple[Mapping, ...]
    comment: str | None = None


def _key(record: TextSearchConfiguration) -> ObjectKey:
    return TEXT_SEARCH_CONFIGURATION.key(record)


def _name(record: TextSearchConfiguration) -> "ddl.Node":
    return ddl.name(record.schema, record.name)


SUBJECT = "TEXT SEARCH CONFIGURATION"
CARRIED = Carried(SUBJECT, _name, _key)


def _map(
    record: TextSearchConfiguration, action: str, mappings: Iterable[Mapping]
) -> Sequence[Statement]:
    """`ALTER .. action MAPPING FOR tokens WITH dictionaries`, one for each list of dictionaries."""
    tokens: dict[tuple[tuple[str, str], ...], list[str]] = defaultdict(list)
    for mapping in mappings:
        tokens[mapping.dictionaries].append(ddl.ident_text(mapping.name))
    return tuple(
        ddl.statement(
            _key(record),
            "ALTER",
            SUBJECT,
            _name(record),
            f"{action} MAPPING FOR {', '.join(names)}",
            f"WITH {', '.join(ddl.qualified(*each) for each in dictionaries)}",
        )
        for dictionaries, names in tokens.items()
    )


def _create(record: TextSearchConfiguration) -> Sequence[Statement]:
    parser = f"(PARSER = {ddl.qualified(*record.parser)})"
    made = ddl.statement(_key(record), "CREATE", SUBJECT, _name(record), parser)
    return (made, *_map(record, "ADD", record.mappings), *CARRIED.made(record))


def _drop(record: TextSearchConfiguration) -> Sequence[Statement]:
    return ddl.drop(_key(record), SUBJECT, _name(record))


def _set_mappings(
    old: TextSearchConfiguration, new: TextSearchConfiguration
) -> Sequence[Statement]:
    before = {each.name: each for each in old.mappings}
    after = {each.name: each for each in new.mappings}
    gone = [ddl.ident_text(name) for name in before if name not in after]
    dropped = ddl.statement(
        _key(new), "ALTER", SUBJECT, _name(new), f"DROP MAPPING FOR {', '.join(gone)}"
    )
    changed = [each for name, each in after.items() if before.get(name, each) != each]
    added = [each for name, each in after.items() if name not in before]
    return (
        *([dropped] if gone else []),
        *_map(new, "ALTER", changed),
        *_map(new, "ADD", added),
    )


TEXT_SEARCH_CONFIGURATION = Kind(
    name="text search configuration",
    record=TextSearchConfiguration,
    classid="pg_ts_config",
    query=QUERY,
    create=_create,
    drop=_drop,
    rename=CARRIED.renamed,
    parts=(Part("mappings", Mapping, MAPPINGS),),
    fields=(
        replaced("parser"),
        altered("mappings", by=_set_mappings),
        *CARRIED.rows(),
    ),
)
