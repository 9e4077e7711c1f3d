"""What the settings say of the tables that have files of rows."""

from collections.abc import Iterable
from typing import Literal

import msgspec

from pgmig.errors import SeedRuleUnknown
from pgmig.seeds.names import TableName, parse_table

Missing = Literal["keep", "report", "delete"]
Switch = Literal["on", "off"]


class TableRule(msgspec.Struct, frozen=True, kw_only=True):
    """How one table is kept as its files say.

    Attributes:
        key: the columns that tell its rows apart; none: those of the primary key.
        columns: those that the files own: rows that exist are changed in these alone, while new
            rows get all that the files say. None: all columns of the files.
        missing: what becomes of rows of the table that the files lack.
        triggers: whether the triggers that users made fire.
    """

    key: tuple[str, ...] = ()
    columns: tuple[str, ...] | None = None
    missing: Missing = "report"
    triggers: Switch = "on"


class TableWords(msgspec.Struct, frozen=True, kw_only=True):
    """The table [seeds.tables."schema.name"], as written; None where it says nothing."""

    key: tuple[str, ...] | None = None
    columns: tuple[str, ...] | None = None
    missing: Missing | None = None
    triggers: Switch | None = None


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """The rules of all tables.

    Attributes:
        tables: what is said of single ones.
        missing: for tables of which nothing is said, as `triggers`.
    """

    tables: dict[TableName, TableWords] = {}
    missing: Missing = "report"
    triggers: Switch = "on"

    def of(self, table: TableName) -> TableRule:
        """The rule of one table."""
        words = self.tables.get(table, TableWords())
        return TableRule(
            key=words.key or (),
            columns=words.columns,
            missing=words.missing or self.missing,
            triggers=words.triggers or self.triggers,
        )

    def require_known(self, tables: Iterable[TableName], *, path: str) -> None:
        """Refuse a rule of a table that no file is for.

        Args:
            tables: those that have files, in any folder.
            path: of the settings file.

        Raises:
            SeedRuleUnknown: names the table and the nearest that has a file.
        """
        known = set(tables)
        for table in self.tables:
            if table not in known:
                raise SeedRuleUnknown(table=str(table), path=path, known=sorted(map(str, known)))


def parse_rules(
    tables: dict[str, TableWords], *, missing: Missing | None, triggers: Switch | None
) -> Rules:
    """The rules of `[seeds]` with their tables by name.

    Raises:
        ValueError: a name is none of `schema.name`.
    """
    return Rules(
        tables={parse_table(name): words for name, words in tables.items()},
        missing=missing or "report",
        triggers=triggers or "on",
    )
