"""Checks: what a script demands of rows, as queries on the rows that are there now.

Two readings of a shadow database, before and after a script, tell what it demands. Names on the
target are those of the first reading; what scripts rename on their way bears its new name within
the query.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pgmig.commands.plan.casts import (
    Cast,
    assigned,
    is_cast_of,
    not_among,
    too_long,
    unreadable,
    using,
)
from pgmig.commands.plan.facts import ColumnFacts, Demand, Facts, Place
from pgmig.commands.plan.made import Made
from pgmig.commands.plan.sources import ROW, Rows
from pgmig.ddl import ident_text, qualified

# Names and expressions in a query are quoted, or come from the server's own deparser.
# ruff: noqa: S608

_HASH = "satisfies_hash_partition"  # its first argument is an OID of the shadow


@dataclass(frozen=True, slots=True)
class Check:
    """A question about rows of one relation.

    Attributes:
        sort: as `CheckResult.sort`.
        relation: on the target.
        asks: what is demanded, in words.
        fails: what there is where it is not met, in words; how many rows follows.
        bad: a query for the rows that do not meet it, each with its place; "" when it cannot be
            asked.
        trial: a query that fails when a row does not meet it; "" where `bad` tells all.
        reason: why it cannot be asked.
        names: what its statement mentions.
        oid: of the relation, in the shadow.
        is_doubtful: a script may treat such rows itself.
    """

    sort: str
    relation: str
    asks: str
    fails: str
    bad: str = ""
    trial: str = ""
    reason: str = ""
    names: tuple[str, ...] = ()
    oid: int = 0
    is_doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Course:
    """Readings of a shadow database on its way.

    Attributes:
        base: before the first script: as the target is.
        before: before this script.
        after: behind it.
        casts: how it makes the values of columns whose type it changes.
        major: of the target.
        has_values: examples show values, not only keys.
    """

    base: Facts
    before: Facts
    after: Facts
    casts: Sequence[Cast]
    major: int
    has_values: bool = False

    def checks(self) -> Iterator[Check]:
        """What this script demands that was not demanded before, of rows on the target."""
        yield from self._not_null()
        yield from self._casts()
        for demand, name in self.after.demands.items():
            if demand not in self.before.demands or self._is_of_retyped(demand):
                yield from self._demanded(demand, name)
        yield from self._bounds()
        yield from self._domains()
        yield from self._computed()

    @property
    def _rows(self) -> Rows:
        return Rows(self.base, self.after, self.has_values, self._made)

    @property
    def _made(self) -> Made:
        return Made(self.base, self.before, self.after, self.casts)

    def _is_of_retyped(self, demand: Demand) -> bool:
        """Whether the script changes the type of what it reads, so that it is asked anew."""
        return any(self._made.is_retyped((demand.relation, n)) for n in demand.columns)

    def _is_there(self, oid: int) -> bool:
        return oid in self.base.relations

    def _columns(self) -> Iterator[tuple[Place, ColumnFacts]]:
        """Columns of relations that are on the target, partitions left out that go with others."""
        for place, column in self.after.columns.items():
            if self._is_there(place[0]):
                yield place, column

    def _goes_with_parent(self, place: Place, column: ColumnFacts) -> bool:
        """Whether the table that it is a partition of demands the same, and is on the target."""
        parent = self.after.relations[place[0]].parent
        if parent is None or not self._is_there(parent):
            return False
        return any(
            oid == parent
            and (each.name, each.is_not_null, each.type)
            == (column.name, column.is_not_null, column.type)
            and self.before.columns.get((oid, number)) != each
            for (oid, number), each in self.after.columns.items()
        )

    def _is_of_parent(self, oid: int, column: ColumnFacts) -> bool:
        """Whether its parent has the column, so that its rows are among the parent's."""
        parent = self.base.relations[oid].parent
        return any(
            one == parent and (each.name, each.domain) == (column.name, column.domain)
            for (one, _), each in self.base.columns.items()
        )

    def _is_only(self, oid: int) -> bool:
        """Whether keys are of its own rows alone, not of children's (manual, ddl-inherit.html)."""
        return self.base.relations[oid].kind != "p"

    def _not_null(self) -> Iterator[Check]:
        for place, column in self._columns():
            before = self.before.columns.get(place)
            if not column.is_not_null or (before is not None and before.is_not_null):
                continue
            if self._goes_with_parent(place, column):
                continue
            oid, named = place[0], ident_text(column.name)
            table = self._rows.name(oid)
            names = (self.after.relations[oid].name, column.name)
            if place in self.base.columns or column.is_generated:
                source = self._rows.source(oid, (place[1],), is_only=column.is_own)
                bad = f"SELECT {ROW} FROM {source} WHERE {named} IS NULL"
                asks = f"no row of {table} has NULL in {named}"
                fails = f"NULL in {named} of {table}"
                check = Check("null", table, asks, fails, bad, names=names, oid=oid)
                reason = self._made.unknown(oid, (place[1],))
                yield _without_if(check, reason)
            elif not column.is_filled:
                yield self._empty(place, column)

    def _empty(self, place: Place, column: ColumnFacts) -> Check:
        """No rows may be there; with a default they may have got it, or got it too late."""
        oid, named = place[0], ident_text(column.name)
        table = self._rows.name(oid)
        return Check(
            "value",
            table,
            f"{table} is empty, as its new column {named} has no value for rows",
            f"{table} has rows, and no value for them in its new column {named}",
            f"SELECT {ROW} FROM {self._rows.source(oid, ())}",
            names=(self.after.relations[oid].name, column.name),
            oid=oid,
            is_doubtful=column.default is not None,
        )

    def _casts(self) -> Iterator[Check]:
        for place, column in self._columns():
            before = self.before.columns.get(place)
            if before is None or place not in self.base.columns:
                continue
            if before.type == column.type or self._goes_with_parent(place, column):
                continue
            if before.expression != column.expression:
                continue  # `_generated` tries it
            yield self._cast(place, before, column)

    def _cast(self, place: Place, before: ColumnFacts, column: ColumnFacts) -> Check:
        oid, named = place[0], ident_text(before.name)
        expression = using(self.casts, self.after.relations[oid].name, before.name)
        numbers = [number for each, number in self.before.columns if each == oid]
        known = [number for number in numbers if (oid, number) in self.base.columns]
        source = self._rows.source(oid, known if expression else (place[1],), self.before)
        is_plain = not expression or is_cast_of(expression, before.name)
        long = too_long(before, column) if not expression else ""
        long = long or (not_among(before, column) if is_plain else "")
        made = assigned(expression or named, column)
        bad = long or (unreadable(before, column, self.major) if is_plain else "")
        asks = f"every {named} of {self._rows.name(oid)} can become {column.type}"
        if not is_plain:
            asks += f" by {' '.join(expression.split())}"
        check = Check(
            "cast",
            self._rows.name(oid),
            asks,
            f"{named} of {self._rows.name(oid)} that cannot become {column.type}",
            f"SELECT {ROW} FROM {source} WHERE {bad}" if bad else "",
            trial="" if long else f"SELECT {made} FROM {source}",
            names=(self.after.relations[oid].name, before.name),
            oid=oid,
        )
        reason = self._made.changed_routine(expression)
        return _without_if(check, reason)

    def _demanded(self, demand: Demand, name: str) -> Iterator[Check]:
        if demand.domain:
            yield from self._of_domain(demand, name)
            return
        if not self._is_there(demand.relation):
            return
        if self._is_of_partitioned(demand) or self._is_distinct(demand):
            return
        oid = demand.relation
        maker = {
            "check": self._check,
            "duplicate": self._duplicate,
            "orphan": self._orphan,
            "overlap": self._overlap,
        }[demand.sort]
        names = (name, self.after.relations[oid].name, *self._names(demand))
        reason = self._made.unknown(oid, demand.columns) or self._made.changed_routine(
            *demand.expressions, demand.predicate
        )
        if reason:
            asks = f"every row of {self._rows.name(oid)} meets {ident_text(name)}"
            yield Check(demand.sort, self._rows.name(oid), asks, asks, "", "", reason, names, oid)
        else:
            yield maker(demand, names)

    def _is_of_partitioned(self, demand: Demand) -> bool:
        """Whether it is asked of the table that this one has long been a part of."""
        oid = demand.relation
        parent, before = self.after.relations[oid].parent, self.before.relations.get(oid)
        if parent is None or not self._is_there(parent):
            return False
        if before is None or before.parent != parent:  # attached now, with rows of its own
            return False
        is_common = demand.sort == "check" or self.after.relations[parent].kind == "p"
        return is_common and self._has_same(parent, demand)

    def _is_distinct(self, demand: Demand) -> bool:
        """Whether the script fills a new column of a key with values of which none is twice."""
        if demand.sort != "duplicate":
            return False
        new = [
            self.after.columns[demand.relation, n]
            for n in demand.columns
            if (demand.relation, n) not in self.base.columns
        ]
        return any(
            each.is_distinct and each.is_volatile and ident_text(each.name) in demand.expressions
            for each in new
        )

    def _names(self, demand: Demand) -> tuple[str, ...]:
        found = (self.after.columns.get((demand.relation, n)) for n in demand.columns)
        return tuple(each.name for each in found if each is not None)

    def _has_same(self, parent: int, demand: Demand) -> bool:
        return any(
            each.relation == parent
            and (each.sort, each.expressions, each.target)
            == (demand.sort, demand.expressions, demand.target)
            and self._names(each) == self._names(demand)
            for each in self.after.demands
        )

    def _check(self, demand: Demand, names: tuple[str, ...]) -> Check:
        oid = demand.relation
        (condition,) = demand.expressions
        source = self._rows.source(oid, demand.columns, is_only=demand.is_only)
        return Check(
            "check",
            self._rows.name(oid),
            f"every row of {self._rows.name(oid)} meets {ident_text(names[0])}: {condition}",
            f"rows of {self._rows.name(oid)} that break {ident_text(names[0])}, {condition}",
            f"SELECT {ROW} FROM {source} WHERE NOT {condition}",
            names=names,
            oid=oid,
        )

    def _duplicate(self, demand: Demand, names: tuple[str, ...]) -> Check:
        oid, keys = demand.relation, demand.expressions
        is_set = "" if demand.is_null_equal else " AND ".join(f"({k}) IS NOT NULL" for k in keys)
        meant = f" WHERE {is_set}" if is_set else ""
        listed = ", ".join(f"({key})" for key in keys)
        is_only, where = self._is_only(oid), demand.predicate
        source = self._rows.source(oid, demand.columns, is_only=is_only, where=where)
        # One row for each value that more than one row has.
        bad = (
            f"SELECT min({ROW}) || ' and ' || max({ROW}) AS {ROW}"
            f" FROM {source}{meant} GROUP BY {listed} HAVING count(*) > 1"
        )
        about = f" where {demand.predicate}" if demand.predicate else ""
        asks = f"no two rows of {self._rows.name(oid)} have the same {', '.join(keys)}{about}"
        fails = f"duplicates of {', '.join(keys)} in {self._rows.name(oid)}{about}"
        return Check("duplicate", self._rows.name(oid), asks, fails, bad, names=names, oid=oid)

    def _orphan(self, demand: Demand, names: tuple[str, ...]) -> Check:
        oid, target = demand.relation, demand.target
        pairs = list(zip(demand.columns, demand.target_columns, strict=True))
        ours = [ident_text(self.after.columns[oid, one].name) for one, _ in pairs]
        asks = f"every ({', '.join(ours)}) of {self._rows.name(oid)} is met in {self._told(target)}"
        fails = f"{', '.join(ours)} of {self._rows.name(oid)} without a row in {self._told(target)}"
        check = Check("orphan", self._rows.name(oid), asks, fails, names=names, oid=oid)
        if demand.has_period:
            return _without(check, "pgmig does not check a foreign key with PERIOD")
        if demand.is_full:
            return _without(check, "pgmig does not check MATCH FULL")
        is_set = " AND ".join(f"s.{each} IS NOT NULL" for each in ours)
        source = self._rows.source(oid, demand.columns, alias="s", is_only=self._is_only(oid))
        bad = f"SELECT {ROW} FROM {source} WHERE {is_set}"
        if not self._is_there(target):
            return _with(check, bad, is_doubtful=True)
        if any((target, two) not in self.base.columns for _, two in pairs):
            return _without(check, "the scripts make the columns that it points at")
        theirs = [ident_text(self.base.columns[target, two].name) for _, two in pairs]
        met = " AND ".join(
            f"t.{two} {operator} s.{one}"
            for one, two, operator in zip(ours, theirs, demand.operators, strict=True)
        )
        rows = f"{'ONLY ' if self._is_only(target) else ''}{self._rows.name(target)}"
        return _with(check, f"{bad} AND NOT EXISTS (SELECT FROM {rows} t WHERE {met})")

    def _overlap(self, demand: Demand, names: tuple[str, ...]) -> Check:
        oid = demand.relation
        asks = f"no two rows of {self._rows.name(oid)} overlap by {ident_text(names[0])}"
        fails = f"rows of {self._rows.name(oid)} that overlap by {ident_text(names[0])}"
        check = Check("overlap", self._rows.name(oid), asks, fails, names=names, oid=oid)
        if len(demand.operators) != len(demand.columns) or 0 in demand.columns:
            return _without(check, "pgmig does not check an EXCLUDE of expressions")
        columns = [ident_text(self.after.columns[oid, n].name) for n in demand.columns]
        one = self._rows.source(
            oid,
            demand.columns,
            is_only=self._is_only(oid),
            has_place=True,
            where=demand.predicate,
        )
        met = " AND ".join(
            f"a.{column} {operator} b.{column}"
            for column, operator in zip(columns, demand.operators, strict=True)
        )
        return _with(
            check,
            f"SELECT a.{ROW} FROM {one} a WHERE EXISTS (SELECT FROM {one} b"
            f" WHERE a.pgmig_place <> b.pgmig_place AND {met})",
        )

    def _bounds(self) -> Iterator[Check]:
        for oid, each in self.after.relations.items():
            before = self.before.relations.get(oid)
            if not self._is_there(oid) or before is None or each.bound in {None, before.bound}:
                continue
            numbers = [n for one, n in self.after.columns if one == oid]
            known = [n for n in numbers if (oid, n) in self.base.columns]
            asks = f"every row of {self._rows.name(oid)} is within its bounds as a partition"
            fails = f"rows of {self._rows.name(oid)} outside its bounds as a partition"
            check = Check("bound", self._rows.name(oid), asks, fails, names=(each.name,), oid=oid)
            if _HASH in str(each.bound):
                yield _without(check, "pgmig does not check the bounds of a hash partition")
            else:
                yield _with(
                    check,
                    f"SELECT {ROW} FROM {self._rows.source(oid, known)} WHERE NOT {each.bound}",
                )

    def _domains(self) -> Iterator[Check]:
        for domain, each in self.after.domains.items():
            before = self.before.domains.get(domain)
            if before is not None and each.is_not_null and not before.is_not_null:
                told = ("is not NULL", "with NULL")
                yield from self._of_values(domain, "value IS NULL", told, each.name)

    def _of_domain(self, demand: Demand, name: str) -> Iterator[Check]:
        (condition,) = demand.expressions
        told = (
            f"meets {ident_text(name)}: {condition}",
            f"that break {ident_text(name)}, {condition}",
        )
        yield from self._of_values(demand.domain, f"NOT {condition}", told, name)

    def _of_values(
        self, domain: int, condition: str, told: tuple[str, str], name: str
    ) -> Iterator[Check]:
        """In a query VALUE is a column's name."""
        for place, column in self.after.columns.items():
            before = self.before.columns.get(place, column)
            base = self.base.columns.get(place)
            oid = place[0]
            if domain not in {column.domain, before.domain} or not self._is_there(oid):
                continue
            if base is not None and self._is_of_parent(oid, base):
                continue
            named = ident_text(column.name)
            check = Check(
                "check",
                self._rows.name(oid),
                f"every {named} of {self._rows.name(oid)} {told[0]}",
                f"rows of {self._rows.name(oid)} {told[1]}",
                names=(name, self.after.domains[domain].name),
                oid=oid,
            )
            reason = self._made.unknown(oid, (place[1],)) or self._made.changed_routine(condition)
            if column.domain != domain:
                reason = f"the scripts give {named} another type"
            if reason:
                yield _without(check, reason)
                continue
            source = (
                f"(SELECT {named} AS value, {ROW} FROM {self._rows.source(oid, (place[1],))}) v"
            )
            yield _with(check, f"SELECT {ROW} FROM {source} WHERE {condition}")

    def _computed(self) -> Iterator[Check]:
        """What is computed of rows and kept: a statement fails where that fails."""
        for place, column in self._columns():
            before = self.before.columns.get(place)
            if self._goes_with_parent(place, column):
                continue
            if column.expression and (before is None or before.expression != column.expression):
                reason = self._made.unknown(place[0], (place[1],))
                said = [column.expression]
                named = [ident_text(column.name)]
                yield self._computes(place[0], column.name, said, named, [place[1]], reason)
            elif before is None and column.domain and column.value in {None, "NULL"}:
                yield from self._of_new_domain(place, column)
        for oid, index in self.after.indexes.items():
            if oid not in self.before.indexes and self._is_there(index.relation):
                reason = self._made.unknown(index.relation, index.columns)
                said = index.expressions or ["true"]
                yield self._computes(
                    index.relation, index.name, said, said, index.columns, reason, index.predicate
                )
        for oid, query in self.after.views.items():
            if oid not in self.before.views:
                yield self._filled(oid, query)

    def _filled(self, oid: int, query: str) -> Check:
        """A trial of the query of a materialized view."""
        each = self.after.relations[oid]
        name = qualified(each.schema, each.name)
        check = Check(
            "computed",
            name,
            f"the query of {name} works on the rows that are there",
            f"rows that the query of {name} fails on",
            trial=f"SELECT pg_catalog.count(q) FROM ({query.strip().rstrip(';')}) q",
            names=(each.name,),
        )
        return _without_if(check, self._made.changed_routine(query))

    def _computes(
        self,
        oid: int,
        name: str,
        said: Sequence[str],
        columns: Sequence[str],
        numbers: Sequence[int],
        reason: str,
        where: str | None = None,
    ) -> Check:
        """A trial of expressions on all rows; `columns` are they, or what bears them."""
        table = self._rows.name(oid)
        told = ", ".join((*said, *([where] if where else [])))
        check = Check(
            "computed",
            table,
            f"{ident_text(name)} can be computed of every row of {table}: {told}",
            f"rows of {table} that {ident_text(name)} cannot be computed of, {told}",
            names=(self.after.relations[oid].name, name),
            oid=oid,
        )
        if reason := reason or self._made.changed_routine(*said, where):
            return _without(check, reason)
        counts = ", ".join(f"pg_catalog.count(({each}))" for each in columns)
        return replace(
            check, trial=f"SELECT {counts} FROM {self._rows.source(oid, numbers, where=where)}"
        )

    def _of_new_domain(self, place: Place, column: ColumnFacts) -> Iterator[Check]:
        """The default of a new column, or NULL, is a value of its domain."""
        oid, domain = place[0], column.domain or 0
        table = self._rows.name(oid)
        if domain not in self.base.domains:
            if self.after.domains[domain].is_not_null and column.default is None:
                yield self._empty(place, column)
            return
        value = column.default or "NULL"
        yield Check(
            "value",
            table,
            f"{table} is empty, or {value} is a value of {column.type}",
            f"{table} has rows, and {value} is no value of {column.type}",
            trial=f"SELECT pg_catalog.count(({value})::{column.type})"
            f" FROM (SELECT FROM {table} LIMIT 1) t",
            names=(self.after.relations[oid].name, column.name),
            oid=oid,
        )

    def _told(self, oid: int) -> str:
        each = (self.base if self._is_there(oid) else self.after).relations[oid]
        return qualified(each.schema, each.name)


def _with(check: Check, bad: str, *, is_doubtful: bool = False) -> Check:
    return replace(check, bad=bad, is_doubtful=is_doubtful)


def _without(check: Check, reason: str) -> Check:
    return replace(check, reason=reason)


def _without_if(check: Check, reason: str) -> Check:
    return _without(check, reason) if reason else check
