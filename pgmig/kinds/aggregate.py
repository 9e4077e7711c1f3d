"""CREATE AGGREGATE: pg_aggregate and its row of pg_proc."""

from collections.abc import Iterator, Sequence
from typing import LiteralString

from pgmig import ddl
from pgmig.db import fragments
from pgmig.ddl.carried import Carried
from pgmig.model import Kind, Label, ObjectKey, Privilege, Record, Statement, altered, replaced


def _function(column: LiteralString) -> LiteralString:
    return "CASE WHEN a." + column + " <> 0 THEN a." + column + "::text END"


def _modify(column: LiteralString) -> LiteralString:
    return (
        "CASE a." + column + " WHEN 'r' THEN 'read_only' WHEN 's' THEN 'shareable' "
        "ELSE 'read_write' END"
    )


QUERY: LiteralString = (
    """
SELECT p.oid, n.nspname AS schema, p.proname AS name, pg_get_userbyid(p.proowner) AS owner,
       oidvectortypes(p.proargtypes) AS inputs,
       pg_get_function_identity_arguments(p.oid) AS arguments,
       CASE a.aggkind WHEN 'o' THEN 'ordered-set' WHEN 'h' THEN 'hypothetical-set'
                      ELSE 'normal' END AS kind,
       format_type(p.prorettype, NULL) AS returns,
       CASE p.proparallel WHEN 's' THEN 'safe' WHEN 'r' THEN 'restricted' ELSE 'unsafe' END
           AS parallel,
       format_type(a.aggtranstype, NULL) AS state_type, a.aggtransspace AS state_space,
       a.agginitval AS initial, a.aggtransfn::text AS state_function,
       """
    + _function("aggfinalfn")
    + """ AS final_function, a.aggfinalextra AS final_extra,
       """
    + _modify("aggfinalmodify")
    + """ AS final_modify,
       """
    + _function("aggcombinefn")
    + """ AS combine_function,
       """
    + _function("aggserialfn")
    + """ AS serial_function,
       """
    + _function("aggdeserialfn")
    + """ AS deserial_function,
       CASE WHEN a.aggmtranstype <> 0 THEN format_type(a.aggmtranstype, NULL) END
           AS moving_state_type,
       a.aggmtransspace AS moving_state_space, a.aggminitval AS moving_initial,
       """
    + _function("aggmtransfn")
    + """ AS moving_state_function,
       """
    + _function("aggminvtransfn")
    + """ AS moving_inverse_function,
       """
    + _function("aggmfinalfn")
    + """ AS moving_final_function, a.aggmfinalextra AS moving_final_extra,
       """
    + _modify("aggmfinalmodify")
    + """ AS moving_final_modify,
       (SELECT ARRAY[sn.nspname::text, o.oprname] FROM pg_operator o
          JOIN pg_namespace sn ON sn.oid = o.oprnamespace WHERE o.oid = a.aggsortop)
           AS sort_operator,
       """
    + fragments.privileges("p.proacl", "'f'", "p.proowner")
    + """ AS privileges
  FROM pg_aggregate a
  JOIN pg_proc p ON p.oid = a.aggfnoid
  JOIN pg_namespace n ON n.oid = p.pronamespace
 WHERE """
    + fragments.is_ours("p.pronamespace")
    + " AND "
    + fragments.is_no_member("pg_proc", "p.oid")
)


class Aggregate(Record, frozen=True, kw_only=True):
    """An aggregate function. Functions are named as regproc prints them."""

    schema: str
    name: str
    inputs: str  # types only, direct and aggregated, as oidvectortypes prints them
    owner: str
    arguments: str  # with names, modes and ORDER BY, as pg_get_function_identity_arguments
    kind: str  # normal, ordered-set, hypothetical-set
    returns: str  # follows from the final function or the state type
    parallel: str
    state_type: str
    state_space: int
    initial: str | None = None
    state_function: str
    final_function: str | None = None
    final_extra: bool
    final_modify: str
    combine_function: str | None = None
    serial_function: str | None = None
    deserial_function: str | None = None
    moving_state_type: str | None = None  # of the moving-aggregate mode, as all that follow
    moving_state_space: int
    moving_initial: str | None = None
    moving_state_function: str | None = None
    moving_inverse_function: str | None = None
    moving_final_function: str | None = None
    moving_final_extra: bool
    moving_final_modify: str
    sort_operator: tuple[str, str] | None = None  # schema, name
    privileges: tuple[Privilege, ...] | None = None
    labels: tuple[Label, ...] | None = None
    comment: str | None = None


def _key_name(record: Aggregate) -> str:
    return f"{record.name}({record.inputs})"


def _key(record: Aggregate) -> ObjectKey:
    return AGGREGATE.key(record)


def _signature(record: Aggregate) -> "ddl.Node":
    return ddl.raw(f"{ddl.qualified(record.schema, record.name)}({record.inputs or '*'})")


def _grants_signature(record: Aggregate) -> "ddl.Node":
    # GRANT knows aggregates as functions, without arguments `f()`.
    return ddl.raw(f"{ddl.qualified(record.schema, record.name)}({record.inputs})")


CARRIED = Carried(
    "AGGREGATE",
    _signature,
    _key,
    grants_on="FUNCTION",
    grants_target=_grants_signature,
    has_labels=True,
)


def _option(name: str, value: str | None) -> Iterator[str]:
    if value is not None:
        yield f"{name} = {value}"


def _literal(value: str | None) -> str | None:
    return None if value is None else ddl.literal_text(value)


def _options(record: Aggregate) -> Iterator[str]:
    """The parts that the aggregate has, in the order of the manual."""
    usual = "read_only" if record.kind == "normal" else "read_write"
    yield from _option("SFUNC", record.state_function)
    yield from _option("STYPE", record.state_type)
    yield from _option("SSPACE", str(record.state_space) if record.state_space else None)
    yield from _option("FINALFUNC", record.final_function)
    if record.final_extra:
        yield "FINALFUNC_EXTRA"
    if record.final_modify != usual:
        yield f"FINALFUNC_MODIFY = {record.final_modify.upper()}"
    yield from _option("COMBINEFUNC", record.combine_function)
    yield from _option("SERIALFUNC", record.serial_function)
    yield from _option("DESERIALFUNC", record.deserial_function)
    yield from _option("INITCOND", _literal(record.initial))
    yield from _moving_options(record, usual)
    if record.sort_operator is not None:
        schema, name = record.sort_operator
        yield f"SORTOP = OPERATOR({ddl.ident_text(schema)}.{name})"
    yield from _option("PARALLEL", record.parallel.upper() if record.parallel != "unsafe" else None)
    if record.kind == "hypothetical-set":
        yield "HYPOTHETICAL"


def _moving_options(record: Aggregate, usual: str) -> Iterator[str]:
    space = record.moving_state_space
    yield from _option("MSFUNC", record.moving_state_function)
    yield from _option("MINVFUNC", record.moving_inverse_function)
    yield from _option("MSTYPE", record.moving_state_type)
    yield from _option("MSSPACE", str(space) if space else None)
    yield from _option("MFINALFUNC", record.moving_final_function)
    if record.moving_final_extra:
        yield "MFINALFUNC_EXTRA"
    if record.moving_final_modify != usual:
        yield f"MFINALFUNC_MODIFY = {record.moving_final_modify.upper()}"
    yield from _option("MINITCOND", _literal(record.moving_initial))


def _define(record: Aggregate, command: str) -> Statement:
    name = f"{ddl.qualified(record.schema, record.name)}({record.arguments or '*'})"
    return ddl.statement(_key(record), command, name, ddl.commas(_options(record)))


def _create(record: Aggregate) -> Sequence[Statement]:
    return (_define(record, "CREATE AGGREGATE"), *CARRIED.made(record))


def _drop(record: Aggregate) -> Sequence[Statement]:
    return ddl.drop(_key(record), "AGGREGATE", _signature(record))


def _redefine(old: Aggregate, new: Aggregate) -> Sequence[Statement] | None:
    # OR REPLACE names inputs that had no names, and renames none (ProcedureCreate, pg_proc.c).
    if old.arguments not in {new.arguments, old.inputs}:
        return None
    return (_define(new, "CREATE OR REPLACE AGGREGATE"),)


AGGREGATE = Kind(
    name="aggregate",
    record=Aggregate,
    classid="pg_proc",
    query=QUERY,
    create=_create,
    drop=_drop,
    rename=CARRIED.renamed,
    bestowed=CARRIED.bestowed,
    identity=("schema", "name", "inputs"),
    key_name=_key_name,
    fields=(
        replaced("kind", "returns"),
        altered(
            "arguments",
            "parallel",
            "state_type",
            "state_space",
            "initial",
            "state_function",
            "final_function",
            "final_extra",
            "final_modify",
            "combine_function",
            "serial_function",
            "deserial_function",
            "moving_state_type",
            "moving_state_space",
            "moving_initial",
            "moving_state_function",
            "moving_inverse_function",
            "moving_final_function",
            "moving_final_extra",
            "moving_final_modify",
            "sort_operator",
            by=_redefine,
        ),
        *CARRIED.rows(),
    ),
)
