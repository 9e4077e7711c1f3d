"""Names and values as SQL text: the only way either gets into a statement."""

import re

# Words that quote_ident() quotes on PostgreSQL 18: pg_get_keywords() with catcode other than U.
# 14 to 17 have fewer; a quoted name means the same.
_KEYWORDS = frozenset(
    """
    all analyse analyze and any array as asc asymmetric authorization between bigint binary bit
    boolean both case cast char character check coalesce collate collation column concurrently
    constraint create cross current_catalog current_date current_role current_schema current_time
    current_timestamp current_user dec decimal default deferrable desc distinct do else end except
    exists extract false fetch float for foreign freeze from full grant greatest group grouping
    having ilike in initially inner inout int integer intersect interval into is isnull join json
    json_array json_arrayagg json_exists json_object json_objectagg json_query json_scalar
    json_serialize json_table json_value lateral leading least left like limit localtime
    localtimestamp merge_action national natural nchar none normalize not notnull null nullif
    numeric offset on only or order out outer overlaps overlay placing position precision primary
    real references returning right row select session_user setof similar smallint some substring
    symmetric system_user table tablesample then time timestamp to trailing treat trim true union
    unique user using values varchar variadic verbose when where window with xmlattributes
    xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize
    xmltable
    """.split()  # noqa: SIM905  (a list of quoted words would fill the page)
)
_PLAIN = re.compile(r"[a-z_][a-z0-9_]*", re.ASCII)


def ident(name: str) -> str:
    """`name` as quote_ident() of PostgreSQL 18 gives it."""
    if _PLAIN.fullmatch(name) and name not in _KEYWORDS:
        return name
    return '"' + name.replace('"', '""') + '"'


def qualified(schema: str, name: str) -> str:
    """`schema.name`, each quoted where it must be; `name` alone when there is no schema."""
    return f"{ident(schema)}.{ident(name)}" if schema else ident(name)


def unqualified(text: str) -> tuple[str, str]:
    """The schema and the name that `qualified` was given; no schema where it had none."""
    schema, name, is_quoted = "", "", False
    for letter in text:
        if letter == "." and not is_quoted:
            schema, name = name, ""
        else:
            is_quoted ^= letter == '"'
            name += letter
    return _unquoted(schema), _unquoted(name)


def _unquoted(text: str) -> str:
    return text[1:-1].replace('""', '"') if text.startswith('"') else text


def literal(text: str) -> str:
    """`text` as quote_literal() gives it: E'' where it has a backslash, right in any session."""
    quoted = text.replace("'", "''")
    if "\\" in quoted:
        return "E'" + quoted.replace("\\", "\\\\") + "'"
    return f"'{quoted}'"
