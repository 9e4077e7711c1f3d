"""CREATE TYPE with functions for input and output: pg_type of typtype b, array types excepted."""

from collections.abc import Iterator, Sequence
from typing import LiteralString

import msgspec

from pgmig import ddl
from pgmig.db import fragments
from pgmig.ddl.carried import Carried
from pgmig.model import (
    Around,
    Cut,
    Kind,
    Label,
    ObjectKey,
    Privilege,
    Record,
    Statement,
    altered,
    replaced,
)


def _function(column: LiteralString) -> LiteralString:
    return "CASE WHEN t." + column + " <> 0 THEN t." + column + "::text END"


QUERY: LiteralString = (
    """
SELECT t.oid, n.nspname AS schema, t.typname AS name, pg_get_userbyid(t.typowner) AS owner,
       t.typinput::text AS input, t.typoutput::text AS output,
       """
    + _function("typreceive")
    + """ AS receive,
       """
    + _function("typsend")
    + """ AS send,
       """
    + _function("typmodin")
    + """ AS modifier_input,
       """
    + _function("typmodout")
    + """ AS modifier_output,
       """
    + _function("typanalyze")
    + """ AS analyze,
       """
    + _function("typsubscript")
    + """ AS subscript,
       t.typlen AS length, t.typbyval AS is_by_value,
       CASE t.typalign WHEN 'c' THEN 'char' WHEN 's' THEN 'int2' WHEN 'i' THEN 'int4'
                       ELSE 'double' END AS alignment,
       CASE t.typstorage WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external' WHEN 'm' THEN 'main'
                         ELSE 'extended' END AS storage,
       t.typcategory AS category, t.typispreferred AS is_preferred, t.typdefault AS default,
       CASE WHEN t.typelem <> 0 THEN format_type(t.typelem, NULL) END AS element,
       t.typdelim AS delimiter, t.typcollation <> 0 AS is_collatable,
       """
    + fragments.privileges("t.typacl", "'T'", "t.typowner")
    + """ AS privileges
  FROM pg_type t
  JOIN pg_namespace n ON n.oid = t.typnamespace
 WHERE t.typtype = 'b' AND t.typisdefined
   AND NOT EXISTS (SELECT FROM pg_type element WHERE element.typarray = t.oid) AND """
    + fragments.is_ours("t.typnamespace")
    + " AND "
    + fragments.is_no_member("pg_type", "t.oid")
)


class BaseType(Record, frozen=True, kw_only=True):
    """A type whose values only its functions understand, named as regproc prints them."""

    schema: str
    name: str
    owner: str
    input: str  # "": a shell that waits for its functions
    output: str
    receive: str | None = None
    send: str | None = None
    modifier_input: str | None = None
    modifier_output: str | None = None
    analyze: str | None = None
    subscript: str | None = None
    length: int  # in bytes; -1: variable, -2: ends with a zero byte
    is_by_value: bool
    alignment: str  # char, int2, int4, double
    storage: str  # plain, external, extended, main
    category: str
    is_preferred: bool
    default: str | None = None  # as the input function takes it
    element: str | None = None
    delimiter: str
    is_collatable: bool
    privileges: tuple[Privilege, ...] | None = None
    labels: tuple[Label, ...] | None = None
    comment: str | None = None


def _key(record: BaseType) -> ObjectKey:
    return BASE_TYPE.key(record)


def _name(record: BaseType) -> "ddl.Node":
    return ddl.name(record.schema, record.name)


CARRIED = Carried("TYPE", _name, _key, grants_on="TYPE", has_labels=True)


def _functions(record: BaseType) -> dict[str, str | None]:
    """The functions that ALTER TYPE can set."""
    return {
        "RECEIVE": record.receive,
        "SEND": record.send,
        "TYPMOD_IN": record.modifier_input,
        "TYPMOD_OUT": record.modifier_output,
        "ANALYZE": record.analyze,
        "SUBSCRIPT": record.subscript,
    }


def _options(record: BaseType) -> Iterator[str]:
    """The parts in the order of the manual; of those with a default the ones that differ."""
    yield f"INPUT = {record.input}"
    yield f"OUTPUT = {record.output}"
    for option, function in _functions(record).items():
        if function is not None:
            yield f"{option} = {function}"
    yield f"INTERNALLENGTH = {record.length if record.length != -1 else 'VARIABLE'}"
    if record.is_by_value:
        yield "PASSEDBYVALUE"
    yield f"ALIGNMENT = {record.alignment}"
    yield f"STORAGE = {record.storage}"
    yield from _with_defaults(record)


def _with_defaults(record: BaseType) -> Iterator[str]:
    if record.category != "U":
        yield f"CATEGORY = {ddl.literal_text(record.category)}"
    if record.is_preferred:
        yield "PREFERRED = true"
    if record.default is not None:
        yield f"DEFAULT = {ddl.literal_text(record.default)}"
    if record.element is not None:
        yield f"ELEMENT = {record.element}"
    if record.delimiter != ",":
        yield f"DELIMITER = {ddl.literal_text(record.delimiter)}"
    if record.is_collatable:
        yield "COLLATABLE = true"


def _create(record: BaseType) -> Sequence[Statement]:
    key, name = _key(record), _name(record)
    if not record.input:
        return (ddl.statement(key, "CREATE TYPE", name),)
    made = ddl.statement(key, "CREATE TYPE", name, ddl.commas(_options(record)))
    return (made, *CARRIED.made(record))


def _drop(record: BaseType) -> Sequence[Statement]:
    return ddl.drop(_key(record), "TYPE", _name(record))


def _set_options(old: BaseType, new: BaseType) -> Sequence[Statement] | None:
    """ALTER TYPE SET; PostgreSQL does not let it go back to plain storage."""
    if old.storage != new.storage == "plain":
        return None
    before = _functions(old)
    given = [
        f"{option} = {function or 'NONE'}"
        for option, function in _functions(new).items()
        if function != before[option]
    ]
    if old.storage != new.storage:
        given.append(f"STORAGE = {new.storage}")
    return (ddl.statement(_key(new), "ALTER TYPE", _name(new), "SET", ddl.commas(given)),)


def _cut(record: BaseType) -> Cut[BaseType]:
    """A shell type first: its functions take and return it."""
    shell = msgspec.structs.replace(record, input="")
    return Cut(shell, tuple(_create(record)), lambda _: True)


def _bestowed(record: BaseType, around: Around) -> Sequence[Statement]:
    # A shell gets its privileges when it is completed.
    return CARRIED.bestowed(record, around) if record.input else ()


def _rename(record: BaseType, column: str, new_name: str) -> Sequence[Statement] | None:
    if column:
        return None
    change = ddl.clause("RENAME TO", ddl.ident(new_name))
    return (ddl.statement(_key(record), "ALTER TYPE", _name(record), change),)


BASE_TYPE = Kind(
    name="base type",
    record=BaseType,
    classid="pg_type",
    query=QUERY,
    create=_create,
    drop=_drop,
    bestowed=_bestowed,
    cut=_cut,
    hand_over=CARRIED.handed_over,
    fields=(
        replaced("input", "output", "length", "is_by_value", "alignment", "category"),
        replaced("is_preferred", "default", "element", "delimiter", "is_collatable"),
        altered(
            "receive",
            "send",
            "modifier_input",
            "modifier_output",
            "analyze",
            "subscript",
            "storage",
            by=_set_options,
        ),
        *CARRIED.rows(),
    ),
    rename=_rename,
)
