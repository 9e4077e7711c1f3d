"""CREATE FUNCTION and CREATE PROCEDURE: pg_proc, aggregates excepted."""

from collections.abc import Sequence
from dataclasses import replace
from typing import LiteralString

import msgspec

from pgmig import ddl
from pgmig.db import fragments
from pgmig.ddl.carried import Carried
from pgmig.model import (
    Cut,
    Edge,
    Kind,
    Label,
    LetGo,
    ObjectKey,
    Part,
    Privilege,
    Record,
    Statement,
    altered,
)

# A function that hangs on a type with deptype i is the constructor of a range.
QUERY: LiteralString = (
    """
SELECT p.oid, n.nspname AS schema, p.proname AS name, pg_get_userbyid(p.proowner) AS owner,
       CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'w' THEN 'window' ELSE 'function' END AS kind,
       CASE WHEN p.prokind <> 'p' THEN format_type(p.prorettype, NULL) END AS returns,
       p.proretset AS is_set, l.lanname AS language,
       CASE p.provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable' ELSE 'volatile' END
           AS volatility,
       CASE p.proparallel WHEN 's' THEN 'safe' WHEN 'r' THEN 'restricted' ELSE 'unsafe' END
           AS parallel,
       p.proisstrict AS is_strict, p.prosecdef AS is_security_definer,
       p.proleakproof AS is_leakproof, p.procost::text AS cost, p.prorows::text AS rows,
       CASE WHEN p.prosupport <> 0 THEN p.prosupport::text END AS support,
       (SELECT array_agg(format_type(u.type, NULL) ORDER BY u.place)
          FROM unnest(p.protrftypes) WITH ORDINALITY u(type, place)) AS transforms,
       """
    + fragments.settings("p.proconfig")
    + """ AS settings,
       CASE WHEN p.prosqlbody IS NULL THEN p.prosrc END AS source, p.probin AS library,
       pg_get_function_sqlbody(p.oid) AS body,
       """
    + fragments.privileges("p.proacl", "'f'", "p.proowner")
    + """ AS privileges
  FROM pg_proc p
  JOIN pg_namespace n ON n.oid = p.pronamespace
  JOIN pg_language l ON l.oid = p.prolang
 WHERE p.prokind <> 'a' AND NOT EXISTS (
       SELECT FROM pg_depend i WHERE i.classid = 'pg_proc'::regclass AND i.objid = p.oid
          AND i.refclassid = 'pg_type'::regclass AND i.deptype = 'i') AND """
    + fragments.is_ours("p.pronamespace")
    + " AND "
    + fragments.is_no_member("pg_proc", "p.oid")
)

ARGUMENTS: LiteralString = (
    """
SELECT p.oid, coalesce(a.name, '') AS name, format_type(a.type, NULL) AS type,
       CASE a.mode WHEN 'o' THEN 'out' WHEN 'b' THEN 'inout' WHEN 'v' THEN 'variadic'
                   WHEN 't' THEN 'table' ELSE 'in' END AS mode,
       pg_get_function_arg_default(p.oid, a.place::integer) AS default
  FROM pg_proc p, unnest(coalesce(p.proallargtypes, p.proargtypes::oid[]), p.proargmodes,
                         p.proargnames) WITH ORDINALITY a(type, mode, name, place)
 WHERE p.prokind <> 'a' AND """
    + fragments.is_ours("p.pronamespace")
    + """
 ORDER BY p.oid, a.place"""
)


class Argument(Record, frozen=True, kw_only=True):
    """An argument of a routine, or a column of what it returns."""

    name: str  # "" when it has none
    type: str
    mode: str  # in, out, inout, variadic, table
    default: str | None = None


class Routine(Record, frozen=True, kw_only=True):
    """A function or a procedure."""

    schema: str
    name: str
    owner: str
    kind: str  # function, procedure, window
    arguments: tuple[Argument, ...]
    returns: str | None = None  # the type; None for a procedure
    is_set: bool
    language: str
    volatility: str
    parallel: str
    is_strict: bool
    is_security_definer: bool
    is_leakproof: bool
    cost: str
    rows: str
    support: str | None = None  # a function, as regproc prints it
    transforms: tuple[str, ...] | None = None
    settings: tuple[tuple[str, ...], ...] | None = None  # each its name, then its value or values
    source: str | None = None  # prosrc, every byte of it; None when there is a body
    library: str | None = None  # the object file of a C function
    body: str | None = None  # BEGIN ATOMIC ... END or RETURN, as the server prints it
    extensions: tuple[str, ...] | None = None
    privileges: tuple[Privilege, ...] | None = None
    labels: tuple[Label, ...] | None = None
    comment: str | None = None


_INPUTS = frozenset({"in", "inout", "variadic"})
_RESULTS = frozenset({"out", "inout", "table"})

# Pseudo-types that take a default of any type (manual, "Polymorphic Types").
_POLYMORPHIC = frozenset(
    {
        "anyarray",
        "anycompatible",
        "anycompatiblearray",
        "anycompatiblemultirange",
        "anycompatiblenonarray",
        "anycompatiblerange",
        "anyelement",
        "anyenum",
        "anymultirange",
        "anynonarray",
        "anyrange",
        '"any"',
    }
)


def _inputs(record: Routine) -> tuple[str, ...]:
    return tuple(each.type for each in record.arguments if each.mode in _INPUTS)


def _key_name(record: Routine) -> str:
    return f"{record.name}({', '.join(_inputs(record))})"


def _key(record: Routine) -> ObjectKey:
    return ROUTINE.key(record)


def _subject(record: Routine) -> str:
    return "PROCEDURE" if record.kind == "procedure" else "FUNCTION"


def _signature(record: Routine) -> "ddl.Node":
    # A procedure's list of types without modes also matches one whose OUT arguments are among
    # them (LookupFuncWithArgs); with IN it cannot.
    mode = "IN " if record.kind == "procedure" else ""
    types = ", ".join(mode + type_ for type_ in _inputs(record))
    return ddl.raw(f"{ddl.qualified(record.schema, record.name)}({types})")


CARRIED = Carried(
    _subject, _signature, _key, grants_on=_subject, has_extensions=True, has_labels=True
)

_MODES = {"in": "", "out": "OUT", "inout": "INOUT", "variadic": "VARIADIC", "table": ""}


def _argument(argument: Argument) -> str:
    default = f"DEFAULT {argument.default}" if argument.default is not None else ""
    name = ddl.ident_text(argument.name) if argument.name else ""
    parts = (_MODES[argument.mode], name, argument.type, default)
    return " ".join(part for part in parts if part)


def _head(record: Routine) -> str:
    """The name, the arguments and what is returned."""
    name = ddl.qualified(record.schema, record.name)
    listed = ", ".join(_argument(each) for each in record.arguments if each.mode != "table")
    columns = ", ".join(_argument(each) for each in record.arguments if each.mode == "table")
    if record.returns is None:
        return f"{name}({listed})"
    if columns:
        return f"{name}({listed}) RETURNS TABLE({columns})"
    returns = f"SETOF {record.returns}" if record.is_set else record.returns
    return f"{name}({listed}) RETURNS {returns}"


def _attributes(record: Routine) -> str:
    """The attributes that differ from their defaults, on one line with the language."""
    usual_cost = "1" if record.language in {"c", "internal"} else "100"
    transforms = ", ".join(f"FOR TYPE {type_}" for type_ in record.transforms or ())
    parts = (
        f"LANGUAGE {ddl.ident_text(record.language)}",
        f"TRANSFORM {transforms}" if transforms else "",
        "WINDOW" if record.kind == "window" else "",
        record.volatility.upper() if record.volatility != "volatile" else "",
        "LEAKPROOF" if record.is_leakproof else "",
        "STRICT" if record.is_strict else "",
        "SECURITY DEFINER" if record.is_security_definer else "",
        f"PARALLEL {record.parallel.upper()}" if record.parallel != "unsafe" else "",
        f"COST {record.cost}" if record.cost != usual_cost else "",
        f"ROWS {record.rows}" if record.rows not in {"0", "1000"} else "",
        f"SUPPORT {record.support}" if record.support else "",
    )
    return " ".join(part for part in parts if part)


def _code(record: Routine) -> "ddl.Node":
    if record.source is None:
        return ddl.raw(record.body or "")
    if record.library is not None:
        symbol = ddl.literal_text(record.source)
        return ddl.raw(f"AS {ddl.literal_text(record.library)}, {symbol}")
    return ddl.clause("AS", ddl.body(record.source))


def _define(record: Routine, command: str) -> Statement:
    return ddl.statement(
        _key(record),
        ddl.lines(
            ddl.clause(command, _subject(record), _head(record)),
            _attributes(record),
            *(ddl.setting(name, values) for name, *values in record.settings or ()),
            _code(record),
        ),
    )


def _create(record: Routine) -> Sequence[Statement]:
    return (_define(record, "CREATE"), *CARRIED.made(record))


def _drop(record: Routine) -> Sequence[Statement]:
    return ddl.drop(_key(record), _subject(record), _signature(record))


def _redefine(old: Routine, new: Routine) -> Sequence[Statement] | None:
    # OR REPLACE keeps owner, privileges and comment, resets every attribute not repeated, and
    # forgets the extensions that the routine depends on (ProcedureCreate, pg_proc.c).
    if not _is_replaceable(old, new):
        return None
    kept = [each for each in old.extensions or () if each in (new.extensions or ())]
    return (_define(new, "CREATE OR REPLACE"), *CARRIED.extended(new, kept))


def _is_replaceable(old: Routine, new: Routine) -> bool:
    """Whether OR REPLACE takes the new arguments: its checks in ProcedureCreate, pg_proc.c."""
    if (old.kind, old.returns, old.is_set) != (new.kind, new.returns, new.is_set):
        return False
    is_row = old.returns in {None, "record"}
    if is_row and _result_columns(old) != _result_columns(new):
        return False
    before = [each for each in old.arguments if each.mode in _INPUTS]
    after = [each for each in new.arguments if each.mode in _INPUTS]
    return all(
        one.name in {"", other.name} and _takes_default(one, other)
        for one, other in zip(before, after, strict=True)
    )


def _result_columns(record: Routine) -> list[tuple[str, str]]:
    results = [each for each in record.arguments if each.mode in _RESULTS]
    return [(each.name or f"column{n}", each.type) for n, each in enumerate(results, start=1)]


def _takes_default(old: Argument, new: Argument) -> bool:
    """Whether the default may change: it cannot go, nor have another type."""
    if old.default in {None, new.default}:
        return True
    # Of any other argument the default has the type; here it is the author's, which no text says.
    return new.default is not None and old.type not in _POLYMORPHIC


def _stub(record: Routine, where: str = "") -> Routine:
    """The same signature with a string body, which records no dependencies."""
    results = [each.type for each in record.arguments if each.mode in _RESULTS]
    if not results and record.returns not in {None, "void"}:
        results = [str(record.returns)]
    terms = ", ".join(f"NULL::{type_}" for type_ in results)
    source = " ".join(part for part in ("SELECT", terms, where) if part)
    return msgspec.structs.replace(record, body=None, source=source, support=None)


# What these edges stand for is part of the signature, or harmless to wait for.
_SIGNATURE = frozenset(
    {
        "schema",
        "extension",
        "base type",
        "enum",
        "composite type",
        "range type",
        "domain",
        "sequence",
    }
)


def _cut(record: Routine) -> Cut[Routine] | None:
    """A stub first, the body once what it names is there."""
    if record.body is None:
        return None
    types = {each.type for each in record.arguments} | {str(record.returns)}
    named = {type_.removesuffix("[]") for type_ in types}

    def is_of_body(edge: Edge) -> bool:
        # A relation may be an argument's type: its row type.
        name = ddl.qualified(edge.target.schema, edge.target.name)
        return edge.target.kind not in _SIGNATURE and name not in named

    stub, command = _stub(record), "CREATE OR REPLACE"
    later = (_define(record, command), *CARRIED.extended(record, record.extensions or ()))
    return Cut(stub, later, is_of_body, (_define(stub, command),))


def _let_go(record: Routine, edges: Sequence[Edge]) -> LetGo[Routine] | None:
    """Without what it depends on for ALTER's sake, and without the body that names the others.

    None when the signature may need them, of which an argument's default is a part.
    """
    kept, freed = CARRIED.freed(record, edges)
    others = [edge for edge in edges if edge.type != "x"]
    if not others:
        return LetGo(kept, tuple(freed))
    cut = _cut(record)
    has_default = any(each.default is not None for each in record.arguments)
    if cut is None or has_default or not all(map(cut.is_later, others)):
        return None
    # No constant: it is found to be no boolean when the routine runs, not when it is made.
    text = f"the body of {record.schema}.{_key_name(record)} is not there yet"
    stub = _stub(record, f"WHERE ({ddl.literal_text(text)} || '')::boolean")
    statement = replace(_define(stub, "CREATE OR REPLACE"), phase="release")
    return LetGo(msgspec.structs.replace(stub, extensions=None), (statement,))


def _mentions(record: Routine) -> str:
    """The string body, unless nothing can run it before there are rows."""
    is_code = record.library is None and record.returns not in {"trigger", "event_trigger"}
    return record.source or "" if is_code else ""


ROUTINE = Kind(
    name="routine",
    record=Routine,
    classid="pg_proc",
    query=QUERY,
    facets=(fragments.extension_facet("pg_proc"),),
    parts=(Part("arguments", Argument, ARGUMENTS),),
    create=_create,
    drop=_drop,
    bestowed=CARRIED.bestowed,
    cut=_cut,
    let_go=_let_go,
    rename=CARRIED.renamed,
    hand_over=CARRIED.handed_over,
    key_name=_key_name,
    mentions=_mentions,
    # A string body is checked against relations that are made after it.
    settings=("check_function_bodies = off",),
    fields=(
        altered(
            "kind",
            "arguments",
            "returns",
            "is_set",
            "language",
            "volatility",
            "parallel",
            "is_strict",
            "is_security_definer",
            "is_leakproof",
            "cost",
            "rows",
            "support",
            "transforms",
            "settings",
            "source",
            "library",
            "body",
            by=_redefine,
        ),
        *CARRIED.rows(),
    ),
)
