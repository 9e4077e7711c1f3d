"""Bodies of routines that travel as strings, checked again after a script.

The server reads such a body when its routine is made, and not again when something that it names
changes. So the language's validator reads each again, and where one complains they are made again,
in a transaction that is rolled back. Of PL/pgSQL that tells the syntax and the types of variables;
where the server has plpgsql_check, that extension is made in the same way and tells of the
statements within.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import LiteralString, NamedTuple

from pgmig import ddl
from pgmig.db import Connection
from pgmig.db.execute import ServerFault, answer, ask, compose, run, send
from pgmig.errors import ServerRefused

logger = logging.getLogger(__name__)

# A body that is no string has dependencies of its own (prosqlbody); an extension's are not ours.
_ROUTINES: LiteralString = """
SELECT p.oid, p.oid::pg_catalog.regprocedure::text, pg_catalog.quote_ident(n.nspname), l.lanname,
    p.prosrc, CASE WHEN p.proconfig IS NULL THEN l.lanname ELSE '' END
FROM pg_catalog.pg_proc p
JOIN pg_catalog.pg_language l ON l.oid = p.prolang
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE p.oid >= 16384 AND p.prokind IN ('f', 'p') AND l.lanname IN ('sql', 'plpgsql')
    AND p.prosqlbody IS NULL
    AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_depend d
        WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid
            AND d.deptype = 'e')
ORDER BY 2
"""
_DEFINITIONS: LiteralString = """
SELECT p.oid, pg_catalog.pg_get_functiondef(p.oid)
FROM pg_catalog.pg_proc p WHERE p.oid = ANY ({oids}::oid[])
"""

# What CREATE FUNCTION calls under the settings of the routine (ProcedureCreate in pg_proc.c).
_VALIDATORS: Mapping[str, LiteralString] = MappingProxyType(
    {
        "sql": "SELECT pg_catalog.fmgr_sql_validator(p.oid) "
        "FROM pg_catalog.unnest({oids}::oid[]) p (oid)",
        "plpgsql": "SELECT pg_catalog.plpgsql_validator(p.oid) "
        "FROM pg_catalog.unnest({oids}::oid[]) p (oid)",
    }
)
_PATHS: LiteralString = """
SELECT pg_catalog.quote_ident(nspname) FROM pg_catalog.pg_namespace
WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' ORDER BY 1
"""

_BEGIN: LiteralString = "BEGIN;SET LOCAL check_function_bodies = on"
_NO_PATH: LiteralString = "SET LOCAL search_path = ''"
_PATH: LiteralString = "SELECT pg_catalog.set_config('search_path', {path}, true)"

# Nobody's event triggers fire.
_BEGIN_CHECK: LiteralString = """
BEGIN;
SET LOCAL session_replication_role = replica;
CREATE SCHEMA "pgmig check"
"""
_EXTEND: LiteralString = 'CREATE EXTENSION IF NOT EXISTS plpgsql_check SCHEMA "pgmig check"'

# To make the one function that is called takes the server a fifth of the time of all of them.
_FUNCTION: LiteralString = """
SELECT pg_catalog.format(
    'CREATE FUNCTION "pgmig check".check_function(%s) RETURNS %s LANGUAGE c AS %L, %L',
    pg_catalog.pg_get_function_arguments(p.oid), pg_catalog.pg_get_function_result(p.oid),
    p.probin, p.prosrc)
FROM pg_catalog.pg_proc p
JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
    AND d.objid = p.oid AND d.deptype = 'e'
JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid AND e.extname = 'plpgsql_check'
WHERE d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
    AND p.proname = 'plpgsql_check_function_tb'
    AND p.proargtypes[0] = 'pg_catalog.regprocedure'::pg_catalog.regtype
"""

# A trigger function is checked for each table that has it; of one without a table nothing is known.
# What depends on the types of arguments is not known either.
_CHECKS: LiteralString = """
SELECT p.oid, pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(r.relname),
    c.sqlstate, c.message
FROM pg_catalog.unnest({oids}::oid[]) f (oid)
JOIN pg_catalog.pg_proc p ON p.oid = f.oid
LEFT JOIN (
    SELECT DISTINCT tgfoid, tgrelid, tgoldtable, tgnewtable FROM pg_catalog.pg_trigger
    WHERE NOT tgisinternal AND tgparentid = 0
) t ON t.tgfoid = p.oid
LEFT JOIN pg_catalog.pg_class r ON r.oid = t.tgrelid
LEFT JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace
LEFT JOIN LATERAL "pgmig check".check_function(
    p.oid, coalesce(t.tgrelid, 0), fatal_errors => false, other_warnings => false,
    extra_warnings => false, oldtable => t.tgoldtable, newtable => t.tgnewtable) c
    ON c.level = 'error'
WHERE (t.tgfoid IS NOT NULL) = (p.prorettype = 'pg_catalog.trigger'::pg_catalog.regtype)
    AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_type y
        WHERE y.typtype = 'p' AND y.typname ~ '^any'
            AND y.oid = ANY (p.prorettype || coalesce(p.proallargtypes, p.proargtypes::oid[])))
"""

_NO_TABLE = "42P01"  # errcodes: undefined_table

# Of a statement that has a fault, more follow: a record without a value, a call without a plan.
_FOLLOWING = frozenset({"55000", "XX000"})

# A trigger function that asks on which table it works does not do the same on each.
_OF_TABLES = frozenset({"tg_table_name", "tg_relname", "tg_relid", "tg_table_schema", "tg_argv"})

_TYPE = "invalid type name "

_DYNAMIC = "execute"


class Fault(NamedTuple):
    """What is wrong with a body.

    Attributes:
        routine: with its arguments.
        relation: for which table, of a trigger function; "" for none.
        sqlstate: of it.
        message: the server's.
        is_deep: it is in a statement within PL/pgSQL.
    """

    routine: str
    relation: str
    sqlstate: str
    message: str
    is_deep: bool = True


@dataclass(frozen=True, slots=True)
class Bodies:
    """What is known of all bodies at one time.

    Attributes:
        sources: of each routine.
        faults: those that they have.
        checked: routines of which every statement was checked, each with its table.
    """

    sources: Mapping[str, str] = field(default_factory=dict[str, str])
    faults: tuple[Fault, ...] = ()
    checked: frozenset[tuple[str, str]] = frozenset()

    @property
    def settled(self) -> frozenset[str]:
        """The sources of which every statement was checked, but for those that are made there."""
        names = {name for name, _ in self.checked}
        texts = (text for name, text in self.sources.items() if name in names)
        return frozenset(each for each in texts if _DYNAMIC not in ddl.words(each))

    def broken_since(self, old: "Bodies") -> Iterator[tuple[str, str]]:
        """Routines that are worse than they were, each with the first thing that is wrong."""
        told: set[str] = set()
        for fault in self.faults:
            if fault in old.faults or fault.routine in told or not self._is_sure(fault, old):
                continue
            told.add(fault.routine)
            on = f" (as a trigger of {fault.relation})" if fault.relation else ""
            yield fault.routine, fault.message + on

    def _is_sure(self, fault: Fault, old: "Bodies") -> bool:
        """Whether the schema is at fault, not something that nobody can know before it runs."""
        if not fault.is_deep or fault.sqlstate in _FOLLOWING:
            return not fault.is_deep
        source = self.sources[fault.routine]
        was_checked = (fault.routine, fault.relation) in old.checked
        if was_checked and old.sources.get(fault.routine) == source:
            return True
        words = ddl.words(source)
        if words & _OF_TABLES:
            return False
        own = (each for each in self.faults if each.routine == fault.routine)
        return not any(_may_be_made(each, words) for each in own)


def _may_be_made(fault: Fault, words: frozenset[str]) -> bool:
    """Whether it is for want of a table that the body, or its caller, may make."""
    return fault.sqlstate == _NO_TABLE and ("create" in words or "." not in fault.message)


class _Routine(NamedTuple):
    oid: str
    name: str
    schema: str
    language: str
    source: str
    validator: str  # its language, unless it has settings of its own


@dataclass(slots=True)
class Checker:
    """Checks bodies, in any database of one server.

    Attributes:
        is_deep: the server has plpgsql_check, as far as is known.
    """

    is_deep: bool = True
    _function: str = ""

    def look(self, conn: Connection) -> Bodies:
        """What is wrong with the bodies of a database as they are."""
        _, _, rows, schemas, _ = ask(conn, "BEGIN", _NO_PATH, _ROUTINES, _PATHS, "ROLLBACK")
        routines = [_Routine(*(each or "" for each in row)) for row in rows]
        if not routines:
            return Bodies()
        others = [name or "" for (name,) in schemas]
        faults = tuple(_shallow(conn, routines, others))
        bad = {each.routine for each in faults}
        deep = [e for e in routines if e.language == "plpgsql" and e.name not in bad]
        checked: frozenset[tuple[str, str]] = frozenset()
        if deep and self.is_deep:
            found, checked = self._deep(conn, deep, others)
            faults = (*faults, *found)
        return Bodies({each.name: each.source for each in routines}, faults, checked)

    def _deep(
        self, conn: Connection, routines: Sequence[_Routine], others: Sequence[str]
    ) -> tuple[tuple[Fault, ...], frozenset[tuple[str, str]]]:
        """What plpgsql_check says, and of what."""
        self._function = self._function or _function(conn)
        self.is_deep = bool(self._function)
        if not self.is_deep:
            return (), frozenset()
        try:
            found = self._checked(conn, routines, others)
        except ServerRefused as error:  # plpgsql_check may fail itself
            run(conn, "ROLLBACK")
            logger.warning("plpgsql_check does not work here: %s", error)
            self.is_deep = False
            found = []
        faults = tuple(each for each in found if each.sqlstate)
        return faults, frozenset((each.routine, each.relation) for each in found)

    def _checked(
        self, conn: Connection, routines: Sequence[_Routine], others: Sequence[str]
    ) -> list[Fault]:
        """What is wrong with each, under this session's path and that of its own schema."""
        found = self._checks(conn, routines)
        bad = {each.routine for each in found if each.sqlstate}
        again = [each for each in routines if each.name in bad]
        for schema in sorted({each.schema for each in again}):
            own = [each for each in again if each.schema == schema]
            names = {each.name for each in own}
            found = [each for each in found if each.routine not in names]
            found += self._checks(conn, own, compose(conn, _PATH, path=_path(schema, others)))
        return found

    def _checks(
        self, conn: Connection, routines: Sequence[_Routine], *settings: str
    ) -> list[Fault]:
        """One for each thing that is wrong, and one without an SQLSTATE where nothing is."""
        names = {each.oid: each.name for each in routines}
        query = compose(conn, _CHECKS, oids="{" + ",".join(names) + "}")
        *_, rows, _ = ask(conn, _BEGIN_CHECK, self._function, *settings, query, "ROLLBACK")
        return [
            Fault(names[oid or ""], relation or "", state or "", said or "")
            for oid, relation, state, said in rows
        ]


def _function(conn: Connection) -> str:
    """What makes the function of plpgsql_check in a schema of ours; "" where it is not there."""
    rows = answer(conn, f"{_BEGIN_CHECK};{_EXTEND};{_FUNCTION}")
    run(conn, "ROLLBACK")
    return "" if isinstance(rows, ServerFault) or not rows else str(rows[0][0])


def _shallow(
    conn: Connection, routines: Sequence[_Routine], others: Sequence[str]
) -> Iterator[Fault]:
    """What the server says when it makes them as they are.

    A body may have been written for another path than this session's: it is good if it is on that
    of its own schema and all others.
    """
    special = [each for each in routines if not each.validator]
    are_valid = _is_made(conn, _validations(conn, routines))
    if are_valid and not special:
        return
    definitions = _definitions(conn, special if are_valid else routines)
    if _is_made(conn, definitions.values()):
        return
    for each in (each for each in routines if each.oid in definitions):
        definition = definitions[each.oid]
        reply = send(conn, f"{_BEGIN};{definition}")
        run(conn, "ROLLBACK")
        path = compose(conn, _PATH, path=_path(each.schema, others))
        if reply.fault is not None and not _is_made(conn, (path, definition)):
            yield Fault(each.name, "", reply.fault.sqlstate, _said(reply.fault), is_deep=False)


def _validations(conn: Connection, routines: Sequence[_Routine]) -> Iterator[str]:
    for language, query in _VALIDATORS.items():
        oids = [each.oid for each in routines if each.validator == language]
        if oids:
            yield compose(conn, query, oids="{" + ",".join(oids) + "}")


def _definitions(conn: Connection, routines: Sequence[_Routine]) -> Mapping[str, str]:
    """Of each routine, by OID, what makes it."""
    oids = "{" + ",".join(each.oid for each in routines) + "}"
    query = compose(conn, _DEFINITIONS, oids=oids)
    _, _, rows, _ = ask(conn, "BEGIN", _NO_PATH, query, "ROLLBACK")
    found = {oid or "": definition or "" for oid, definition in rows}
    return {each.oid: found[each.oid] for each in routines}


def _said(fault: ServerFault) -> str:
    """Its message; of the type of a variable, up to 17, the context alone is of use."""
    return fault.context if fault.context.startswith(_TYPE) else fault.message


def _path(schema: str, others: Sequence[str]) -> str:
    return ", ".join((schema, *(each for each in others if each != schema)))


def _is_made(conn: Connection, texts: Iterable[str]) -> bool:
    """Whether the server takes them all, in one message."""
    reply = send(conn, f"{_BEGIN};{';'.join(texts)};ROLLBACK")
    if reply.fault is not None:
        run(conn, "ROLLBACK")
    return reply.fault is None
