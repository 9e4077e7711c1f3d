"""Task: a table, what its files of rows say, and how it is kept as they say."""

from collections.abc import Mapping, Sequence

import msgspec

from pgmig.ddl import ident_text as ident
from pgmig.errors import SeedColumnUnfit
from pgmig.seeds.files import SeedFile
from pgmig.seeds.names import TableName
from pgmig.seeds.reading import Header, read_header
from pgmig.seeds.rules import Rules, TableRule
from pgmig.seeds.table import Key, Table

_NO_KEY = Key("", is_primary=False, is_deferrable=False, columns=(), equals=())


class RowFile(msgspec.Struct, frozen=True):
    """A file of rows.

    Attributes:
        file: where it is.
        header: its first record.
    """

    file: SeedFile
    header: Header

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it has values for."""
        return self.header.columns


class Task(msgspec.Struct, frozen=True):
    """One table.

    Attributes:
        table: what the catalog says of it.
        rule: how it is kept.
        key: what tells its rows apart; one of no columns where no file has rows.
        files: of rows: for every environment, then the one of the environment.
        scripts: files of statements, in the same order.
    """

    table: Table
    rule: TableRule
    key: Key
    files: tuple[RowFile, ...] = ()
    scripts: tuple[SeedFile, ...] = ()

    @property
    def name(self) -> TableName:
        """Of the table."""
        return self.table.name

    @property
    def columns(self) -> tuple[str, ...]:
        """Those that any file of rows has values for, in the table's order."""
        given = {name for file in self.files for name in file.columns}
        return tuple(column.name for column in self.table.columns if column.name in given)

    @property
    def match(self) -> str:
        """The condition that a row `t` of the table and a row `f` of a file have one key."""
        return self.same_key("t", "f")

    def same_key(self, left: str, right: str) -> str:
        """The condition that two rows have one key."""
        pairs = zip(self.key.columns, self.key.equals, strict=True)
        return " AND ".join(
            f"{left}.{ident(name)} {equals} {right}.{ident(name)}" for name, equals in pairs
        )

    def owned(self, columns: Sequence[str]) -> tuple[str, ...]:
        """Those of these columns of a file that are changed in rows that exist.

        A key is what it is, and so is a number GENERATED ALWAYS AS IDENTITY (sql-update.html).
        """
        own = None if self.rule.columns is None else {*self.rule.columns}
        return tuple(
            column.name
            for column in self.table.columns
            if column.name in columns
            and column.name not in self.key.columns
            and column.identity != "a"
            and (own is None or column.name in own)
        )

    def fixed(self, columns: Sequence[str]) -> tuple[str, ...]:
        """Those of these columns that no row that exists can get another value of.

        They are numbers GENERATED ALWAYS AS IDENTITY beside the key, if the files own them.
        """
        own = columns if self.rule.columns is None else self.rule.columns
        return tuple(
            column.name
            for column in self.table.columns
            if column.name in columns
            and column.name in own
            and column.name not in self.key.columns
            and column.identity == "a"
        )


def make_task(table: Table, files: Sequence[SeedFile], rules: Rules) -> Task:
    """The task of a table, its files' headers read and checked.

    Raises:
        SeedsUnreadable, SeedHeaderBad: a file cannot be read.
        SeedColumnUnfit: a file or the rule names a column that cannot get values.
        SeedKeyMissing: nothing tells the rows apart.
    """
    rule = rules.of(table.name)
    found = tuple(RowFile(file, read_header(file.path)) for file in files if file.form == "csv")
    scripts = tuple(file for file in files if file.form == "sql")
    if not found:
        return Task(table, rule, _NO_KEY, (), scripts)
    where = str(found[0].file.path)
    key = table.key_of(rule.key, where=f"{where}:1")
    for each in found:
        _require_columns(table, key, each)
    task = Task(table, rule, key, found, scripts)
    for name in rule.columns or ():
        if name not in task.columns:
            raise SeedColumnUnfit(
                table=str(table.name),
                where=f'columns in [seeds.tables."{table.name.schema}.{table.name.name}"]',
                column=name,
                reason="no file has it",
                known=task.columns,
            )
    return task


def by_table(files: Sequence[SeedFile]) -> Mapping[TableName, tuple[SeedFile, ...]]:
    """The files of each table, those for every environment first."""
    found: dict[TableName, tuple[SeedFile, ...]] = {}
    for file in sorted(files, key=lambda file: file.env is not None):
        found[file.table] = (*found.get(file.table, ()), file)
    return found


def _require_columns(table: Table, key: Key, each: RowFile) -> None:
    where = f"{each.file.path}:1"
    known = [column.name for column in table.columns if not column.generated]
    seen: set[str] = set()
    for name in each.columns:
        column = table.column(name)
        reason = (
            "the table has no such column"
            if column is None
            else "it is generated, and PostgreSQL alone gives its value"
            if column.generated
            else "the header names it twice"
            if name in seen
            else None
        )
        if reason is not None:
            near = known if column is None else ()
            raise SeedColumnUnfit(
                table=str(table.name), where=where, column=name, reason=reason, known=near
            )
        seen.add(name)
    for name in key.columns:
        if name not in seen:
            reason = f"it is of the key {key.name}, and the header lacks it"
            raise SeedColumnUnfit(table=str(table.name), where=where, column=name, reason=reason)
