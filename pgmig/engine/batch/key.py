"""The key that a table is gone through by: what the catalog knows of its columns."""

from collections.abc import Sequence
from typing import LiteralString

import msgspec

from pgmig.db.execute import compose
from pgmig.engine.batch.asking import ask
from pgmig.engine.job import Job
from pgmig.errors import KeyUnfit
from pgmig.scripts.batch.directive import Batch
from pgmig.scripts.batch.statement import Batched

_ADVICE = "name the columns of a primary key or of another unique index, each of them NOT NULL"

_OIDS: LiteralString = """
SELECT pg_catalog.to_regclass({table})::pg_catalog.oid::pg_catalog.int8,
    pg_catalog.to_regclass({into})::pg_catalog.oid::pg_catalog.int8
"""

# Children of a table that is not partitioned have keys of their own, which may be equal.
_TABLE: LiteralString = """
SELECT pg_catalog.format('%I.%I', n.nspname, c.relname), c.relkind::text,
    c.relkind <> 'p' AND EXISTS (
        SELECT FROM pg_catalog.pg_inherits h WHERE h.inhparent = c.oid),
    {into}::oid IN (SELECT c.oid UNION SELECT t.relid FROM pg_catalog.pg_partition_tree(c.oid) t)
        OR c.oid IN (SELECT t.relid FROM pg_catalog.pg_partition_tree({into}::oid) t)
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.oid = {table}::oid
"""

# A NOT NULL that is not validated (18) holds for new rows alone.
_COLUMNS: LiteralString = """
SELECT k.name, a.attnum, pg_catalog.quote_ident(a.attname),
    a.attnotnull AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_constraint o WHERE o.conrelid = a.attrelid AND o.contype = 'n'
            AND a.attnum = ANY (o.conkey) AND NOT o.convalidated),
    a.attgenerated <> ''
FROM pg_catalog.jsonb_array_elements_text({names}::jsonb) WITH ORDINALITY k(name, at)
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = {table}::oid AND a.attname = k.name
    AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY k.at
"""

# Of each column of an index: whether it is sorted as ORDER BY sorts it, which way, and where the
# operators are that its operator class calls > and <=.
_INDEXES: LiteralString = """
SELECT pg_catalog.format('%I', c.relname), i.indisvalid AND i.indisready AND i.indislive,
    i.indisunique, i.indpred IS NULL, m.amname = 'btree',
    pg_catalog.array_agg(k.attnum ORDER BY k.at),
    pg_catalog.bool_and(d.is_default AND i.indcollation[k.at - 1] = a.attcollation),
    pg_catalog.count(DISTINCT i.indoption[k.at - 1] & 1),
    (SELECT pg_catalog.array_agg(DISTINCT s.nspname::text)
     FROM pg_catalog.unnest(i.indclass::oid[]) WITH ORDINALITY u(class, at)
     JOIN pg_catalog.pg_opclass p ON p.oid = u.class
     JOIN pg_catalog.pg_amop o ON o.amopfamily = p.opcfamily AND o.amoplefttype = p.opcintype
        AND o.amoprighttype = p.opcintype AND o.amopstrategy IN (4, 5)
     JOIN pg_catalog.pg_operator r ON r.oid = o.amopopr
     JOIN pg_catalog.pg_namespace s ON s.oid = r.oprnamespace
     WHERE u.at <= i.indnkeyatts)
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
JOIN pg_catalog.pg_am m ON m.oid = c.relam
CROSS JOIN LATERAL pg_catalog.unnest(i.indkey::int2[]) WITH ORDINALITY k(attnum, at)
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
CROSS JOIN LATERAL (
    SELECT EXISTS (
        SELECT FROM pg_catalog.pg_opclass p JOIN pg_catalog.pg_opclass q
            ON q.opcfamily = p.opcfamily AND q.opcintype = p.opcintype AND q.opcdefault
        WHERE p.oid = i.indclass[k.at - 1]) AS is_default
) d
WHERE i.indrelid = {table}::oid AND k.at <= i.indnkeyatts
GROUP BY c.relname, i.indexrelid, m.amname
ORDER BY 1
"""

_KINDS = {"v": "a view", "m": "a materialized view", "f": "a foreign table"}


class Keyed(msgspec.Struct, frozen=True):
    """A table and the key that it is gone through by.

    Attributes:
        table: quoted and with its schema.
        is_only: without its children.
        names: the columns of the key in the order of the index, as the catalog names them.
        columns: the same, quoted.
        schema: where its comparison operators are, quoted.
        is_own: rows go into the table that they come from.
    """

    table: str
    is_only: bool
    names: tuple[str, ...]
    columns: tuple[str, ...]
    schema: str
    is_own: bool = False

    def compared(self, alias: str, sign: str, literals: Sequence[str]) -> str:
        """The condition that compares the key of `alias` with these values."""
        operator = f"OPERATOR({self.schema}.{sign})"
        columns = [f"{alias}.{column}" for column in self.columns]
        if len(columns) == 1:
            return f"{columns[0]} {operator} {literals[0]}"
        return f"ROW({', '.join(columns)}) {operator} ROW({', '.join(literals)})"

    def query(self, behind: str, size: int) -> str:
        """How many of the next rows there are, `size` at most, and the key of the last of them.

        Args:
            behind: the condition on the rows of `t`; "" for all.
            size: rows of a batch.
        """
        names = [f"k{at}" for at in range(len(self.columns))]
        columns = [
            f"t.{column} AS {name}" for column, name in zip(self.columns, names, strict=True)
        ]
        only = "ONLY " if self.is_only else ""
        rows = (
            f"SELECT {', '.join(columns)} FROM {only}{self.table} AS t"  # noqa: S608 - quoted
            f"{f' WHERE {behind}' if behind else ''} ORDER BY {', '.join(names)} LIMIT {size}"
        )
        values = [f"pg_catalog.format('%s', b.{name})" for name in names]
        last = [f"b.{name} DESC" for name in names]
        return (
            f"SELECT pg_catalog.count(*) OVER (), {', '.join(values)}"  # noqa: S608 - quoted
            f" FROM ({rows}) AS b"
            f" ORDER BY {', '.join(last)} LIMIT 1"
        )


class _Index(msgspec.Struct, frozen=True):
    """An index of the table, with whether it can tell its rows apart and sort them."""

    name: str
    is_valid: bool
    is_unique: bool
    is_whole: bool
    is_btree: bool
    numbers: list[int]
    is_default: bool | None
    directions: int
    schemas: list[str] | None

    @property
    def reason(self) -> str:
        """Why it does not do; "" when it does."""
        name = f"the index {self.name}"
        if not (self.is_unique and self.is_btree):
            return f"{name} is not unique"
        if not self.is_valid:
            return f"{name} is not valid"
        if not self.is_whole:
            return f"{name} is about some rows only (WHERE)"
        if not self.is_default or self.schemas is None:
            return f"{name} has another operator class or collation than its columns"
        if self.directions > 1:
            return f"{name} has columns that are sorted up and others that are sorted down"
        if len(self.schemas) > 1:
            return f"{name} is compared with operators of several schemas"
        return ""


def keyed(job: Job, batched: Batched, batch: Batch, holds: str) -> Keyed:
    """What the catalog knows of the key of a statement.

    Args:
        job: the step that it is of.
        batched: the statement.
        batch: its directive.
        holds: what the database holds, for messages.

    Raises:
        KeyUnfit: its columns do not tell rows apart.
        ServerRefused: the server does not answer.
    """
    return _Look(job, batched, batch, holds, batched.table).run()


class _Look(msgspec.Struct):
    """One look at the catalog for a key."""

    job: Job
    batched: Batched
    batch: Batch
    holds: str
    shown: str  # the table, for messages

    def run(self) -> Keyed:
        table, is_own = self._table()
        numbers, quoted = self._columns(table)
        best, schema = self._index(table, numbers)
        order = [numbers.index(number) for number in best.numbers]
        return Keyed(
            table=self.shown,
            is_only=self.batched.is_only,
            names=tuple(self.batch.key[at] for at in order),
            columns=tuple(quoted[at] for at in order),
            schema=_quoted(schema),
            is_own=is_own,
        )

    def _table(self) -> tuple[int, bool]:
        """Its OID, and whether INSERT puts rows into it."""
        batched, conn = self.batched, self.job.conn
        query = compose(conn, _OIDS, table=batched.table, into=batched.into or None)
        ((table, into),) = ask(self.job, query, is_own_path=True)
        if table is None:
            raise self._unfit("there is no such table")
        query = compose(conn, _TABLE, table=table, into=into or 0)
        ((self.shown, kind, has_children, is_own),) = ask(self.job, query)
        if kind not in {"r", "p"}:
            raise self._unfit(f"it is {_KINDS.get(kind, 'no table')}")
        if has_children and not batched.is_only:
            do = f"write one statement for each of them, with ONLY, as in ONLY {self.shown}"
            raise self._unfit("tables inherit from it, whose keys may be equal to its own", do)
        return table, bool(is_own)

    def _columns(self, table: int) -> tuple[list[int], list[str]]:
        """The numbers of the key's columns, and their names as SQL."""
        names = msgspec.json.encode(self.batch.key).decode()
        query = compose(self.job.conn, _COLUMNS, table=table, names=names)
        numbers: list[int] = []
        quoted: list[str] = []
        for name, number, column, is_not_null, is_generated in ask(self.job, query):
            if number is None:
                raise self._unfit(f"it has no column {name}")
            if not is_not_null:
                raise self._unfit(f"{column} may be NULL, and rows with NULL would be left out")
            if is_generated and self.batched.verb == "UPDATE":
                raise self._unfit(f"{column} is generated, so that UPDATE may change it")
            numbers.append(number)
            quoted.append(column)
        return numbers, quoted

    def _index(self, table: int, numbers: list[int]) -> tuple["_Index", str]:
        """The index to go by, and where its operators are."""
        rows = ask(self.job, compose(self.job.conn, _INDEXES, table=table))
        indexes = [_Index(*row) for row in rows]
        alike = [index for index in indexes if sorted(index.numbers) == sorted(numbers)]
        for index in alike:
            if not index.reason and index.schemas:
                return index, index.schemas[0]
        reason = alike[0].reason if alike else "no index is on exactly these columns"
        raise self._unfit(reason)

    def _unfit(self, reason: str, do: str = _ADVICE) -> KeyUnfit:
        return KeyUnfit(
            path=self.job.body.half.path,
            line=self.batch.line,
            table=self.shown,
            key=self.batch.key,
            reason=reason,
            holds=self.holds,
            do=do,
        )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
