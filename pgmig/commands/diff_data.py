"""`pgmig diff --data`: what the files of rows say beside the migrations, as one proved script."""

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from pgmig import scripts
from pgmig.catalog.scope import ALL, Scope
from pgmig.commands.new import next_number
from pgmig.commands.states import Options as StateOptions
from pgmig.commands.states import Pair, opened
from pgmig.commands.states.form import Empty, Scripts
from pgmig.commands.states.resolved import Database
from pgmig.db import Connection, address, connect
from pgmig.errors import (
    DataUnproved,
    DirectoryMissing,
    NameUnusable,
    PgmigError,
    RowsNotKeyed,
    ScriptMisnamed,
)
from pgmig.scripts import Header, Script, directive_lines
from pgmig.scripts.directory import list_names, make_half, make_script
from pgmig.scripts.names import RULE, file_name, label_of, name_from, parse_name
from pgmig.scripts.write import write_scripts
from pgmig.seeds.changes import (
    At,
    TableChanges,
    all_tables,
    compare,
    dependents,
    differing,
    reading_rows,
    sequence_at,
)
from pgmig.seeds.drafting import Drafted, draft, key_of
from pgmig.seeds.files import SeedFile, environments, find
from pgmig.seeds.fluid import fluid_columns
from pgmig.seeds.names import TableName
from pgmig.seeds.part import OnConflict, Part
from pgmig.seeds.report import TableReport
from pgmig.seeds.rules import Rules
from pgmig.seeds.script import Half
from pgmig.seeds.sorting import Order
from pgmig.seeds.sync import sync
from pgmig.seeds.table import Table, read_tables
from pgmig.seeds.task import Task, by_table, make_task
from pgmig.shadow.data import Ends, OthersDiffer, Proved, prove
from pgmig.shadow.server import LocalServer
from pgmig.snapshot import fingerprint

_NAME = "data"  # of a script that is only shown
_SAID: Mapping[OnConflict, str] = {
    "fail": "nothing is written",
    "keep": "it stays, with a warning",
    "file": "it is overwritten, with a warning",
}

_BACK: Mapping[OnConflict, str] = {
    "fail": "exact",
    "keep": "exact",
    "file": "exact, but for what somebody else changed",
}


@dataclass(frozen=True, slots=True)
class Options:
    """What it may be told.

    Attributes:
        name: of the script to write; None writes none.
        is_proved: try the script even when none is written.
        on_conflict: what becomes of a row that somebody else changed.
        shadow_url: a server for the shadow databases; None for the local one.
        local: where the local server lives.
        scope: what of the schema is the project's.
        settings_file: that the rules are from, for messages.
        on_step: told what happens next.
    """

    name: str | None = None
    is_proved: bool = True
    on_conflict: OnConflict = "fail"
    shadow_url: str | None = None
    local: LocalServer | None = None
    scope: Scope = ALL
    settings_file: Path | None = None
    on_step: Callable[[str], None] = lambda _: None


@dataclass(frozen=True, slots=True)
class DataDiff:
    """What was found, and what was made of it.

    Attributes:
        old: the migrations, for people.
        new: the files, for people.
        parts: the tables whose rows differ.
        missing: tables with rows that no file has and the rules keep, by the report of seeding.
        script: the pair as it was proved; None when it was not.
        notes: what the database does by itself, for people.
        back: what the way down gives back, for people.
        rows: how many rows the script writes.
        is_written: it is in the directory now.
        major: of the server that it was tried on.
    """

    old: str
    new: str
    parts: tuple[Part, ...]
    missing: tuple[TableReport, ...] = ()
    script: Script | None = None
    notes: tuple[str, ...] = ()
    back: str = "exact"
    rows: int = 0
    is_written: bool = False
    major: int = 0

    @property
    def is_same(self) -> bool:
        """Whether there is nothing to do."""
        return not self.parts


def diff_data(directory: Path, folder: Path, rules: Rules, options: Options) -> DataDiff:
    """Compare the files of rows with what the migrations give; write the script between them.

    Args:
        directory: of the migrations.
        folder: of the files; those of single environments are left out.
        rules: how the tables are kept.
        options: how to go about it.

    Raises:
        NameUnusable: no script's name can be made from the name.
        SeedRuleUnknown: a rule is of a table that has no file.
        RowsNotKeyed: nothing tells rows apart that differ.
        DataUnproved: the script does not do what it should; no file is written.
        PgmigError: as `states.opened` and `seeds.sync` say.
    """
    name = _NAME if options.name is None else name_from(options.name)
    if name is None:
        raise NameUnusable(name=str(options.name))
    files = find(folder)
    everywhere = [file for env in (None, *environments(folder)) for file in find(folder, env)]
    known = {file.table for file in everywhere}
    rules.require_known(known, path=str(options.settings_file or folder))
    asked = StateOptions(
        shadow_url=options.shadow_url,
        local=options.local,
        scope=options.scope,
        on_step=options.on_step,
    )
    with opened(Scripts(directory), Empty(), asked) as pair:
        with _seeded(pair, files, rules, options) as found:
            seen = DataDiff(
                pair.old.label,
                f"{folder.name}/",
                found.drafted.parts,
                tuple(each for each in found.reports if each.missing),
                major=pair.server.major,
            )
            if seen.is_same or not (options.is_proved or options.name is not None):
                return seen
            drafted, proved = _proved(pair, found, directory, name, options)
            seen = replace(
                seen,
                parts=drafted.parts,
                script=proved.script,
                notes=proved.notes,
                back=_back(drafted, options.on_conflict),
                rows=proved.rows,
            )
        if options.name is None:
            return seen
        _write(directory, proved.script, {pair.server.major: fingerprint(pair.old.snapshot)})
        return replace(seen, is_written=True)


@dataclass(frozen=True, slots=True)
class _Found:
    """Shadow databases, and what of their rows differs.

    Attributes:
        urls: the connection strings of what the migrations make, of a copy in which the files were
            seeded, and of one to try scripts in.
        tables: every table.
        tasks: those with files.
        changes: what differs in them.
        others: what differs in others.
        fluid: columns that hold something else when the migrations run once more, by OID.
        drafted: what a script does about the former.
        reports: of seeding.
    """

    urls: tuple[str, str, str]
    tables: Mapping[TableName, Table]
    tasks: Mapping[TableName, Task]
    changes: tuple[TableChanges, ...]
    others: tuple[TableChanges, ...]
    fluid: Mapping[int, set[str]]
    drafted: Drafted
    reports: tuple[TableReport, ...]


@contextmanager
def _seeded(
    pair: Pair, files: Sequence[SeedFile], rules: Rules, options: Options
) -> Generator[_Found]:
    with ExitStack() as stack:
        old = stack.enter_context(pair.old.database())
        # Copies of one: what now() gave is the same in all three.
        copies = (pair.server.database(address.read(old)["dbname"]) for _ in range(2))
        new, trial = (stack.enter_context(each) for each in copies)
        with closing(connect(new)) as conn:
            options.on_step("seeding the files in a shadow database")
            reports = sync(conn, files, rules)
        options.on_step("comparing the rows of every table")
        with _both(old, new) as (left, right):
            found = _compared((left, right), files, rules, pair.old.again)
        yield _Found((old, new, trial), *found, reports)


@contextmanager
def _both(old: str, new: str) -> Generator[tuple[Connection, Connection]]:
    """Sessions that read rows."""
    with ExitStack() as stack:
        left, right = (stack.enter_context(closing(connect(url))) for url in (old, new))
        for conn in (left, right):
            stack.enter_context(reading_rows(conn))
        yield left, right


def _compared(
    sides: tuple[Connection, Connection],
    files: Sequence[SeedFile],
    rules: Rules,
    again: Database | None,
) -> tuple[
    dict[TableName, Table],
    dict[TableName, Task],
    tuple[TableChanges, ...],
    tuple[TableChanges, ...],
    Mapping[int, set[str]],
    Drafted,
]:
    left, right = sides
    grouped = by_table(files)
    where = {name: str(each[0].path) for name, each in grouped.items()}
    own = read_tables(left, where) if where else {}
    tasks = {name: make_task(own[name], each, rules) for name, each in grouped.items()}
    tables = all_tables(left) | own
    changes: list[TableChanges] = []
    others: list[TableChanges] = []
    for table in differing(left, right, tables):
        task = tasks.get(table.name)
        if task is not None:
            key = key_of(task, where=where[table.name])
            changes.append(compare(left, right, table, key))
        else:
            primary = next((key for key in table.keys if key.is_primary), None)
            others.append(compare(left, right, table, primary))
    fluid = fluid_columns(left, [*changes, *others], again)
    drafted = draft(changes, tasks, dependents(left, own), tables.values(), fluid)
    if drafted.is_empty and others:  # the file of one table writes others alone
        _require_keys(others)
        drafted = draft(others, tasks, dependents(left, tables), tables.values(), fluid)
    return tables, tasks, tuple(changes), tuple(others), fluid, drafted


def _proved(
    pair: Pair, found: _Found, directory: Path, name: str, options: Options
) -> tuple[Drafted, Proved]:
    """The proof; once more with tables that have no file where nothing else writes to them."""
    drafted = found.drafted
    try:
        return drafted, _tried(pair, found, drafted, directory, name, options)
    except OthersDiffer as error:
        wanted = [each for each in found.others if each.table.name in error.tables]
        if len(wanted) < len(error.tables):
            raise DataUnproved(step="up", findings=error.findings) from None
    _require_keys(wanted)
    old, _, trial = found.urls
    pair.server.refill(trial, address.read(old)["dbname"])  # the first script has run there
    with closing(connect(old)) as conn, reading_rows(conn):
        drafted = draft(
            (*found.changes, *wanted),
            found.tasks,
            dependents(conn, found.tables),
            found.tables.values(),
            found.fluid,
        )
    try:
        return drafted, _tried(pair, found, drafted, directory, name, options)
    except OthersDiffer as error:
        raise DataUnproved(step="up", findings=error.findings) from None


def _require_keys(others: Iterable[TableChanges]) -> None:
    """Refuse rows of tables without files that nothing tells apart."""
    for each in others:
        if each.key is None:
            count = len(each.added) + len(each.changed) + len(each.removed)
            raise RowsNotKeyed(table=str(each.table.name), count=count)


def _tried(
    pair: Pair, found: _Found, drafted: Drafted, directory: Path, name: str, options: Options
) -> Proved:
    numbers = _numbers(found, drafted)
    label = _label(directory, name)
    back = drafted.back
    conflict = options.on_conflict

    def written(up: Order, down: Order) -> Script:
        there = Half(drafted.parts, up, conflict, numbers, drafted.deferred, _title(conflict, ""))
        title = _title(conflict, f"way down: {_back(drafted, conflict)}; ")
        here = Half(back.parts, down, conflict, (), drafted.deferred, title)
        return _pair(directory, label, there.text, here.text)

    ends = Ends(*found.urls, found.tables)
    return prove(ends, drafted.parts, written, pair.bench.witness, on_step=options.on_step)


def _back(drafted: Drafted, on_conflict: OnConflict) -> str:
    """What the way down gives back, for people."""
    lost = [
        f"{', '.join(sorted(each.fluid))} of {each.table.name}"
        for each in drafted.parts
        if each.fluid
    ]
    if not lost:
        return _BACK[on_conflict]
    word = " and" if _BACK[on_conflict] != "exact" else ", but for"
    return f"{_BACK[on_conflict]}{word} what the database fills ({'; '.join(lost)})"


def _title(on_conflict: OnConflict, before: str) -> tuple[str, ...]:
    return (f"{before}a row that somebody else changed: {_SAID[on_conflict]}",)


def _numbers(found: _Found, drafted: Drafted) -> tuple[tuple[str, At], ...]:
    """The sequences of written columns that seeding has moved forward."""
    names = {
        column.sequence
        for part in drafted.parts
        for column in part.changes.columns
        if column.sequence is not None and column.name in part.written
    }
    moved: list[tuple[str, At]] = []
    with _both(*found.urls[:2]) as (old, new):
        for name in sorted(names):
            before, after = sequence_at(old, name), sequence_at(new, name)
            if after.is_beyond(before):
                moved.append((name, after))
    return tuple(moved)


def _label(directory: Path, name: str) -> str:
    try:
        names = list_names(directory)
    except DirectoryMissing:
        names = []
    number, width = next_number(names, None, datetime.now(UTC))
    return label_of(number, name, width=width)


def _pair(directory: Path, label: str, up: str, down: str) -> Script:
    up_path, down_path = (directory / file_name(label, half) for half in ("up", "down"))
    parts = parse_name(up_path.name)
    if parts is None:
        raise ScriptMisnamed(path=up_path, rule=RULE)
    head = directive_lines(Header())
    return make_script(make_half(up_path, head + up), make_half(down_path, head + down), parts)


def _write(directory: Path, script: Script, fingerprints: dict[int, str]) -> None:
    """Write the script and seal it; when that fails no new file stays."""
    write_scripts([script])
    try:
        scripts.seal(
            directory, versions=[script.version], fingerprints={script.version: fingerprints}
        )
    except PgmigError:
        for half in (script.up, script.down):
            if half is not None:
                half.path.unlink(missing_ok=True)
        raise


__all__ = ["DataDiff", "Options", "diff_data"]
