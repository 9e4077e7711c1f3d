"""Which subject a statement has, by its first words.

The statements that PostgreSQL refuses in a transaction block (PreventInTransactionBlock, 14 to 18):
CREATE and DROP INDEX CONCURRENTLY; REINDEX CONCURRENTLY, of a schema, database or system, and of
what is partitioned; ALTER TABLE ... DETACH PARTITION ... CONCURRENTLY; VACUUM; CLUSTER of many
tables or a partitioned one; CREATE and DROP DATABASE and TABLESPACE; ALTER DATABASE ... SET
TABLESPACE; ALTER SYSTEM; DISCARD ALL; COMMIT and ROLLBACK PREPARED; CREATE, ALTER and DROP
SUBSCRIPTION where a publisher is asked. Besides: CALL and DO of what commits by itself.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from pgmig.engine.outcome.indexes import CreateIndex, DropIndex, ReindexMany, ReindexRelation
from pgmig.engine.outcome.partitions import DetachPartition
from pgmig.engine.outcome.rows import (
    DATABASE,
    PREPARED,
    SUBSCRIPTION,
    TABLESPACE,
    Catalog,
    ChangeRow,
    CreateRow,
    DropRow,
)
from pgmig.engine.outcome.subject import Opaque, Repeatable, Subject
from pgmig.engine.outcome.tokens import Reader

_CATALOGS: Final = {"DATABASE": DATABASE, "TABLESPACE": TABLESPACE, "SUBSCRIPTION": SUBSCRIPTION}

_REPEATABLE: Final = (
    ("VACUUM",),
    ("ANALYZE",),
    ("ANALYSE",),
    ("CLUSTER",),
    ("REFRESH",),
    ("CHECKPOINT",),
    ("ALTER", "SYSTEM"),
    ("DISCARD",),
    ("SET",),
    ("RESET",),
    ("SHOW",),
)


def read_subject(sql: str) -> Subject:
    """What `sql`, one statement, is about; Opaque when that is not known."""
    for words, read in _READERS.items():
        reader = Reader(sql)
        if reader.take(*words):
            return read(reader) or Opaque(" ".join(words))
    for words in _REPEATABLE:
        if Reader(sql).take(*words):
            return Repeatable(" ".join(words))
    return Opaque(Reader(sql).word() or "it")


def _create_index(reader: Reader) -> Subject | None:
    reader.take("CONCURRENTLY")
    skips = reader.take("IF", "NOT", "EXISTS")
    name = "" if reader.take("ON") else reader.name()
    if name and not reader.take("ON"):
        return None
    table = _table(reader)
    return CreateIndex(table, name, skips) if table else None


def _drop_index(reader: Reader) -> Subject | None:
    reader.take("IF", "EXISTS")
    name = reader.name()
    return DropIndex(name) if name else None


def _reindex(reader: Reader) -> Subject | None:
    reader.skip_parentheses()
    for word in ("INDEX", "TABLE"):
        if reader.take(word):
            reader.take("CONCURRENTLY")
            name = reader.name()
            return ReindexRelation(name) if name else None
    is_schema = reader.take("SCHEMA")
    reader.take("CONCURRENTLY")
    return ReindexMany(reader.name() if is_schema else "")


def _alter_table(reader: Reader) -> Subject | None:
    reader.take("IF", "EXISTS")
    parent = _table(reader)
    if not parent or not reader.take("DETACH", "PARTITION"):
        return None
    part = reader.name()
    return DetachPartition(parent, part, is_last=reader.take("FINALIZE")) if part else None


def _table(reader: Reader) -> str:
    """A table as `ONLY t`, `ONLY (t)` or `t *` name it."""
    is_only = reader.take("ONLY")
    in_parentheses = is_only and reader.take("(")
    name = reader.name()
    reader.take(")" if in_parentheses else "*")
    return name


def _alter_database(reader: Reader) -> Subject | None:
    name = reader.name()
    if reader.take("SET", "TABLESPACE"):
        return Repeatable(f"ALTER DATABASE {name} SET TABLESPACE")
    return None


def _alter_subscription(reader: Reader) -> Subject | None:
    name = reader.name()
    for word in ("ADD", "DROP"):
        if reader.take(word, "PUBLICATION"):
            return ChangeRow(SUBSCRIPTION, name)
    for word in ("REFRESH", "SET"):
        if reader.take(word):
            return Repeatable(f"ALTER SUBSCRIPTION {name} {word}")
    return None


def _create_row(catalog: Catalog, reader: Reader) -> Subject | None:
    name = reader.name()
    return CreateRow(catalog, name) if name else None


def _drop_row(catalog: Catalog, reader: Reader) -> Subject | None:
    reader.take("IF", "EXISTS")
    name = reader.name()
    return DropRow(catalog, name) if name else None


def _end_prepared(reader: Reader) -> Subject | None:
    gid = reader.string()
    return DropRow(PREPARED, gid) if gid is not None else None


_READERS: Final[Mapping[tuple[str, ...], Callable[[Reader], Subject | None]]] = {
    ("CREATE", "INDEX"): _create_index,
    ("CREATE", "UNIQUE", "INDEX"): _create_index,
    ("DROP", "INDEX", "CONCURRENTLY"): _drop_index,
    ("REINDEX",): _reindex,
    ("ALTER", "TABLE"): _alter_table,
    ("ALTER", "DATABASE"): _alter_database,
    ("ALTER", "SUBSCRIPTION"): _alter_subscription,
    ("COMMIT", "PREPARED"): _end_prepared,
    ("ROLLBACK", "PREPARED"): _end_prepared,
    **{("CREATE", word): partial(_create_row, each) for word, each in _CATALOGS.items()},
    **{("DROP", word): partial(_drop_row, each) for word, each in _CATALOGS.items()},
}
