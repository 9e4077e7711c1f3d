"""Sources: the rows of a table on the target, in a query, under the names that scripts give it."""

from collections.abc import Sequence
from dataclasses import dataclass

from pgmig.commands.plan.facts import Facts, Place
from pgmig.commands.plan.made import Made
from pgmig.ddl import ident_text, literal_text, qualified

# Names in a query are quoted.
# ruff: noqa: S608

ROW = '"pgmig: row"'
"""The name of the column that tells which row it is."""

PLACE = '"pgmig: place"'
"""The name of the column in which no two rows are alike."""


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of tables that are on the target.

    Attributes:
        base: names as they are there.
        new: the reading that names columns.
        has_values: what tells a row shows its values too.
        made: values that scripts give; None: the rows are as they are there.
    """

    base: Facts
    new: Facts
    has_values: bool
    made: Made | None = None

    def name(self, oid: int) -> str:
        """A relation's name on the target."""
        each = self.base.relations[oid]
        return qualified(each.schema, each.name)

    def source(
        self,
        oid: int,
        numbers: Sequence[int],
        *,
        alias: str = "",
        is_only: bool = False,
        has_place: bool = False,
        where: str | None = None,
    ) -> str:
        """The rows of a relation on the target, its columns under their names of the reading.

        Args:
            oid: the relation.
            numbers: the columns that are needed.
            alias: of the rows; "": the relation's name in the reading.
            is_only: leave out the rows of children.
            has_place: also `PLACE`, in which no two rows are alike, and no alias.
            where: which rows.
        """
        new = self.new
        made = dict[Place, str]()
        if self.made is not None:
            made |= self.made.of(oid, numbers)
        if made:  # an expression can read any other column
            numbers = [n for one, n in self.base.columns if one == oid]
        columns = [
            f"{ident_text(self.base.columns[oid, n].name)} AS"
            f" {ident_text(new.columns[oid, n].name)}"
            for n in numbers
            if (oid, n) in new.columns and (oid, n) in self.base.columns
        ]
        columns.append(f"{self.row(oid, numbers)} AS {ROW}")
        if has_place:
            columns.append(f"(tableoid, ctid)::text AS {PLACE}")
        only = "ONLY " if is_only else ""
        rows = f"SELECT {', '.join(columns)} FROM {only}{self.name(oid)}"
        named = alias or ident_text(new.relations[oid].name)
        if made:
            same = [
                ident_text(new.columns[oid, n].name)
                for n in numbers
                if (oid, n) in new.columns and (oid, n) not in made
            ]
            values = [
                f"{value} AS {ident_text(new.columns[place].name)}" for place, value in made.items()
            ]
            same += [ROW, *([PLACE] if has_place else [])]
            inner = ident_text(new.relations[oid].name)
            # OFFSET is a fence: an expression is reckoned once for each row.
            rows = f"SELECT {', '.join([*values, *same])} FROM ({rows}) {inner} OFFSET 0"
        if where:  # OFFSET is a fence: keys are reckoned of these rows alone, as in an index
            rows = f"SELECT * FROM ({rows}) {named} WHERE {where} OFFSET 0"
        return f"({rows})" if has_place else f"({rows}) {named}"

    def row(self, oid: int, numbers: Sequence[int]) -> str:
        """An expression: which row it is, in words."""
        key = self.base.keys.get(oid, ())
        shown = [*key, *(n for n in numbers if self.has_values and n not in key)]
        parts = [
            f"pg_catalog.concat({literal_text(name + '=')},"
            f" coalesce(pg_catalog.\"left\"({ident_text(name)}::pg_catalog.text, 60), 'NULL'))"
            for name in (
                self.base.columns[oid, n].name for n in shown if (oid, n) in self.base.columns
            )
        ]
        if not key:
            place = "'row ', ctid::pg_catalog.text, ' of ', tableoid::pg_catalog.regclass"
            parts.insert(0, f"pg_catalog.concat({place})")
        return f"pg_catalog.concat_ws(', ', {', '.join(parts)})"
