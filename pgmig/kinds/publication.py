"""CREATE PUBLICATION: pg_publication, pg_publication_rel, pg_publication_namespace."""

from collections.abc import Iterable, Sequence
from typing import LiteralString

import msgspec

from pgmig import ddl
from pgmig.db import fragments
from pgmig.ddl.carried import Carried
from pgmig.model import (
    Edge,
    Kind,
    Label,
    LetGo,
    ObjectKey,
    Part,
    Phase,
    Record,
    Statement,
    altered,
    replaced,
)


def _query(version: int) -> LiteralString:
    generated: LiteralString = "NULL::text"
    if version >= 180000:
        generated = "CASE p.pubgencols WHEN 'n' THEN 'none' WHEN 's' THEN 'stored' END"
    schemas: LiteralString = "ARRAY[]::text[]"
    if version >= 150000:
        schemas = (
            "ARRAY(SELECT n.nspname::text FROM pg_publication_namespace s "
            "JOIN pg_namespace n ON n.oid = s.pnnspid WHERE s.pnpubid = p.oid AND "
            + fragments.is_ours("n.oid")
            + " ORDER BY n.nspname)"
        )
    return (
        """
SELECT p.oid, p.pubname AS name, pg_get_userbyid(p.pubowner) AS owner,
       p.puballtables AS is_for_all_tables, """
        + schemas
        + """ AS schemas,
       array_remove(ARRAY[CASE WHEN p.pubinsert THEN 'insert' END,
                          CASE WHEN p.pubupdate THEN 'update' END,
                          CASE WHEN p.pubdelete THEN 'delete' END,
                          CASE WHEN p.pubtruncate THEN 'truncate' END], NULL) AS publish,
       p.pubviaroot AS is_via_partition_root, """
        + generated
        + """ AS generated_columns
  FROM pg_publication p"""
    )


def _tables(version: int) -> LiteralString:
    terms: LiteralString = "NULL::text[] AS columns, NULL::text AS filter"
    if version >= 150000:
        terms = (
            "(SELECT array_agg(a.attname::text ORDER BY a.attname) FROM pg_attribute a "
            "WHERE a.attrelid = r.prrelid AND a.attnum = ANY (r.prattrs)) AS columns, "
            "pg_get_expr(r.prqual, r.prrelid) AS filter"
        )
    return (
        "SELECT r.prpubid AS oid, n.nspname AS schema, c.relname AS name, "
        + terms
        + " FROM pg_publication_rel r JOIN pg_class c ON c.oid = r.prrelid "
        "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE "
        + fragments.is_ours("c.relnamespace")
        + " ORDER BY n.nspname, c.relname"
    )


class PublishedTable(Record, frozen=True, kw_only=True):
    """A table of a publication."""

    schema: str
    name: str
    columns: tuple[str, ...] | None = None  # None: all, also those to come
    filter: str | None = None  # the rows for which this holds


class Publication(Record, frozen=True, kw_only=True):
    """What a database offers for logical replication."""

    name: str
    owner: str
    is_for_all_tables: bool
    tables: tuple[PublishedTable, ...]
    schemas: tuple[str, ...]
    publish: tuple[str, ...]  # of insert, update, delete, truncate
    is_via_partition_root: bool
    generated_columns: str | None = None  # from 18: none, stored
    comment: str | None = None
    labels: tuple[Label, ...] | None = None


_ALL = ("insert", "update", "delete", "truncate")


def _key(record: Publication) -> ObjectKey:
    return PUBLICATION.key(record)


def _name(record: Publication) -> "ddl.Node":
    return ddl.ident(record.name)


CARRIED = Carried("PUBLICATION", _name, _key, has_labels=True)


def _listed(tables: Iterable[PublishedTable], schemas: Iterable[str]) -> "ddl.Node":
    """Tables and schemas, one a line, as FOR, ADD, SET and DROP take them."""
    listed = [
        ddl.clause(
            # 14 has the word TABLE once, whatever the number of tables.
            "ONLY" if place else "TABLE ONLY",
            ddl.name(each.schema, each.name),
            ddl.commas([ddl.ident(column) for column in each.columns]) if each.columns else None,
            f"WHERE ({each.filter})" if each.filter is not None else None,
        )
        for place, each in enumerate(tables)
    ]
    listed += [ddl.clause("TABLES IN SCHEMA", ddl.ident(each)) for each in schemas]
    return ddl.raw(",\n  ".join(map(ddl.render, listed)))


def _options(record: Publication) -> Sequence[tuple[str, bool]]:
    """Each option, and whether it is as PostgreSQL would have it anyway."""
    publish, via_root = ", ".join(record.publish), record.is_via_partition_root
    options = [
        (f"publish = {ddl.literal_text(publish)}", record.publish == _ALL),
        (f"publish_via_partition_root = {str(via_root).lower()}", not via_root),
    ]
    if record.generated_columns is not None:
        generated = record.generated_columns
        options.append((f"publish_generated_columns = {generated}", generated == "none"))
    return options


def _create(record: Publication) -> Sequence[Statement]:
    subject: ddl.Node | None = None
    if record.is_for_all_tables:
        subject = ddl.raw("FOR ALL TABLES")
    elif record.tables or record.schemas:
        subject = ddl.clause("FOR", _listed(record.tables, record.schemas))
    given = [option for option, is_default in _options(record) if not is_default]
    head = ddl.clause("CREATE PUBLICATION", _name(record), subject)
    options = f"WITH ({', '.join(given)})" if given else None
    made = ddl.statement(_key(record), ddl.lines(head, options))
    return (made, *CARRIED.made(record))


def _drop(record: Publication) -> Sequence[Statement]:
    return ddl.drop(_key(record), "PUBLICATION", _name(record))


def _alter(
    record: Publication, action: str, objects: "ddl.Node", *, phase: Phase = "change"
) -> Statement:
    key, name = _key(record), _name(record)
    return ddl.statement(key, "ALTER PUBLICATION", name, action, objects, phase=phase)


def _leave_out(
    record: Publication, tables: Iterable[PublishedTable], schemas: Iterable[str]
) -> Sequence[Statement]:
    """`DROP TABLE ..`, which takes names alone; nothing when there is nothing to drop."""
    named = [PublishedTable(schema=each.schema, name=each.name) for each in tables]
    left = [*schemas]
    if not (named or left):
        return ()
    return (_alter(record, "DROP", _listed(named, left), phase="release"),)


def _set_objects(old: Publication, new: Publication) -> Sequence[Statement]:
    # SET changes columns and filters of all at once: nothing is unpublished in between. It needs
    # something to set, so what goes is dropped.
    before = {(each.schema, each.name): each for each in old.tables}
    after = {(each.schema, each.name): each for each in new.tables}
    gone = [each for name, each in before.items() if name not in after]
    schemas_gone = [each for each in old.schemas if each not in new.schemas]
    dropped = _leave_out(new, gone, schemas_gone)
    if any(before.get(name, each) != each for name, each in after.items()):
        return (*dropped, _alter(new, "SET", _listed(new.tables, new.schemas)))
    added = [each for name, each in after.items() if name not in before]
    schemas_added = [each for each in new.schemas if each not in old.schemas]
    if not (added or schemas_added):
        return dropped
    return (*dropped, _alter(new, "ADD", _listed(added, schemas_added)))


def _let_go(record: Publication, edges: Sequence[Edge]) -> LetGo[Publication] | None:
    """Without the tables and schemas that go; one that DROP TABLE takes leaves without a word.

    A filter's function is no table: every table with a filter is let go of for it.
    """
    names = {(edge.target.schema, edge.target.name) for edge in edges}
    tables = [each for each in record.tables if (each.schema, each.name) in names]
    schemas = [each for each in record.schemas if ("", each) in names]
    known = {*((each.schema, each.name) for each in tables), *(("", each) for each in schemas)}
    if names - known:
        tables = [each for each in record.tables if each in tables or each.filter is not None]
    kept = msgspec.structs.replace(
        record,
        tables=tuple(each for each in record.tables if each not in tables),
        schemas=tuple(each for each in record.schemas if each not in schemas),
    )
    return LetGo(kept, tuple(_leave_out(record, tables, schemas)))


def _set_options(old: Publication, new: Publication) -> Sequence[Statement]:
    before = dict(_options(old))
    options = ", ".join(option for option, _ in _options(new) if option not in before)
    return (ddl.statement(_key(new), "ALTER PUBLICATION", _name(new), f"SET ({options})"),)


def _neutral(record: Publication, _: int) -> Publication | None:
    """Before 18 there was no choice: generated columns are not published."""
    if record.generated_columns != "none":
        return record
    return msgspec.structs.replace(record, generated_columns=None)


PUBLICATION = Kind(
    name="publication",
    record=Publication,
    classid="pg_publication",
    query=_query,
    create=_create,
    drop=_drop,
    identity=("name",),
    parts=(Part("tables", PublishedTable, _tables),),
    fields=(
        replaced("is_for_all_tables"),
        altered("tables", "schemas", by=_set_objects),
        altered("publish", "is_via_partition_root", "generated_columns", by=_set_options),
        *CARRIED.rows(),
    ),
    neutral=_neutral,
    let_go=_let_go,
    rename=CARRIED.renamed,
)
