"""CREATE CAST: pg_cast; the casts that range types make are internal to them."""

from collections.abc import Sequence
from typing import LiteralString

from pgmig import ddl
from pgmig.ddl.carried import Carried
from pgmig.model import Kind, ObjectKey, Record, Statement, replaced

# A cast lies in no schema; those of initdb have lower OIDs. That of a range to its multirange
# depends on the range with deptype i, that of an extension on it with e.
QUERY: LiteralString = """
SELECT c.oid, format_type(c.castsource, NULL) AS source, format_type(c.casttarget, NULL) AS target,
       CASE c.castmethod WHEN 'f' THEN 'function' WHEN 'b' THEN 'binary' ELSE 'inout' END AS method,
       CASE WHEN c.castfunc <> 0 THEN c.castfunc::regprocedure::text END AS function,
       CASE c.castcontext WHEN 'i' THEN 'implicit' WHEN 'a' THEN 'assignment' ELSE 'explicit' END
           AS context
  FROM pg_cast c
 WHERE c.oid >= 16384 AND NOT EXISTS (
       SELECT FROM pg_depend d WHERE d.classid = 'pg_cast'::regclass AND d.objid = c.oid
          AND d.deptype IN ('e', 'i'))
"""


class Cast(Record, frozen=True, kw_only=True):
    """A cast between two types, as format_type prints them."""

    source: str
    target: str
    method: str  # function, binary (WITHOUT FUNCTION), inout
    function: str | None = None  # as regprocedure prints it
    context: str  # explicit, assignment, implicit
    comment: str | None = None


def _key_name(record: Cast) -> str:
    return f"{record.source} AS {record.target}"


def _key(record: Cast) -> ObjectKey:
    return CAST.key(record)


def _target(record: Cast) -> "ddl.Node":
    return ddl.raw(f"({record.source} AS {record.target})")


CARRIED = Carried("CAST", _target, _key, has_owner=False)

_METHODS = {"binary": "WITHOUT FUNCTION", "inout": "WITH INOUT"}
_CONTEXTS = {"explicit": None, "assignment": "AS ASSIGNMENT", "implicit": "AS IMPLICIT"}


def _create(record: Cast) -> Sequence[Statement]:
    method = _METHODS.get(record.method) or f"WITH FUNCTION {record.function}"
    context = _CONTEXTS[record.context]
    made = ddl.statement(_key(record), "CREATE CAST", _target(record), method, context)
    return (made, *CARRIED.made(record))


def _drop(record: Cast) -> Sequence[Statement]:
    return ddl.drop(_key(record), "CAST", _target(record))


CAST = Kind(
    name="cast",
    record=Cast,
    classid="pg_cast",
    query=QUERY,
    create=_create,
    drop=_drop,
    identity=("source", "target"),
    key_name=_key_name,
    fields=(
        replaced("method", "function", "context"),
        *CARRIED.rows(),
    ),
)
