"""Renumbering: numbers chosen, both orders tried, files renamed at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pgmig.commands.rebase.mine import Parted, onto_commit, onto_database
from pgmig.commands.rebase.orders import Agreed, Place, agreed
from pgmig.commands.target import Target
from pgmig.errors import SealBroken
from pgmig.scripts import Directory, Script
from pgmig.scripts.directory import read_labels
from pgmig.scripts.names import is_timestamp, label_of
from pgmig.scripts.squashed import checkpoint_of, without_checkpoints
from pgmig.scripts.sum_file import NAME, Sealed, read_sum, sum_text
from pgmig.scripts.swap import blocks, finish, swap
from pgmig.snapshot import fingerprint

_VERB = "rebase"


@dataclass(frozen=True, slots=True)
class Options:
    """What a rebase may be told.

    Attributes:
        onto: a commit, branch or tag whose scripts keep their numbers; None: the database decides.
        root: a folder inside the repository.
        target: the database; not asked when there is a commit.
        place: where both orders are tried.
        is_dry_run: rename nothing.
        now: the time, for timestamps; None is the present.
    """

    onto: str | None = None
    root: Path = field(default_factory=Path.cwd)
    target: str | Target = ""
    place: Place = field(default_factory=Place)
    is_dry_run: bool = False
    now: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rebased:
    """What was done.

    Attributes:
        renamed: old and new label of each script that has another number, in their new order.
        base: the branch or database after whose scripts they come, for people.
        agreed: what both orders lead to; None when none had to be tried.
        is_mended: pgmig.sum held a merge conflict and holds the lines of both sides.
        is_written: the files have their new names.
        has_finished: what an earlier run had begun was finished.
    """

    renamed: tuple[tuple[str, str], ...]
    base: str
    agreed: Agreed | None
    is_mended: bool
    is_written: bool
    has_finished: bool


def rebase(directory: Path, options: Options) -> Rebased:
    """Give my scripts numbers after theirs, once both orders are seen to lead to one schema.

    All files of them are renamed or none, and their lines in pgmig.sum with them.

    Raises:
        OrdersDiffer: the orders lead to two schemas; nothing was renamed.
        RebaseUnclear, RebaseApplied: whose a script is cannot be told, or its number must stay.
        SealBroken: a sealed script is another text.
        BadScript, DirectoryMissing, SumFileInvalid: the directory cannot be read.
        GitUnusable: the commit.
        FileNotWritten: the files are as they were.
        SwapUnfinished: what an earlier run had begun is not finished by a dry run.
        PgmigError: as `engine.look` says of the target, and `states.opened` of a shadow server.
    """
    has_finished = not options.is_dry_run and finish(directory)
    found = read_labels(directory)
    sealed = read_sum(directory, is_merged=True)
    _require_sealed(found, sealed, directory)
    is_torn = _is_torn(directory)
    if options.onto is None:
        parted = onto_database(found, directory, options.target)
    else:
        parted = onto_commit(found, directory, options.onto, options.root)
    labels = numbered(parted, options.now or datetime.now(UTC))
    seen = _agreed(parted, labels, options) if labels else None
    is_written = bool(labels or is_torn) and not options.is_dry_run
    if is_written:
        _write(directory, parted, labels, sealed, seen, is_torn=is_torn)
    return Rebased(
        renamed=tuple(sorted(labels.items(), key=lambda pair: _version(pair[1]))),
        base=parted.base,
        agreed=seen,
        is_mended=is_torn and is_written,
        is_written=is_written,
        has_finished=has_finished,
    )


def numbered(parted: Parted, now: datetime) -> dict[str, str]:
    """The new label of each of my scripts that needs another number, by its label."""
    last = parted.last
    labels: dict[str, str] = {}
    for script in parted.mine:
        if script.version > last:
            last = script.version
            continue
        is_time = script.is_timestamp or is_timestamp(last)
        last += 1
        if is_time:
            last = max(last, int(f"{now.astimezone(UTC):%Y%m%d%H%M%S}"))
        width = len(script.label.partition("_")[0])
        labels[script.label] = label_of(last, script.name, width=width)
    return labels


def _agreed(parted: Parted, labels: Mapping[str, str], options: Options) -> Agreed:
    """Both orders tried: mine before theirs of the same number, as they ran for me; and the new."""
    everything = (*parted.theirs, *parted.mine)
    mine = {each.label for each in parted.mine}

    def as_it_was(script: Script) -> tuple[int, bool]:
        return script.version, script.label not in mine

    def as_numbered(script: Script) -> int:
        return _version(labels.get(script.label, script.label))

    new = sorted(everything, key=as_numbered)
    theirs = Directory(options.root, parted.theirs, ())
    point = checkpoint_of(theirs)
    if point is not None and any(each.version <= point.version for each in parted.mine):
        everything = (*without_checkpoints(theirs).scripts, *parted.mine)
    old = sorted(everything, key=as_it_was)
    do = (
        "see which of your scripts needs which of theirs, and write them anew on top of theirs"
        if options.onto is not None
        else "see which of your scripts needs which of theirs; if pending scripts above are yours"
        " too, name the branch that has the others: `pgmig rebase --onto main`"
    )
    return agreed(old, new, options.place, do=do)


def _write(
    directory: Path,
    parted: Parted,
    labels: Mapping[str, str],
    sealed: Mapping[str, Sealed],
    seen: Agreed | None,
    *,
    is_torn: bool,
) -> None:
    files: dict[Path, bytes | Iterable[bytes]] = {}
    gone: list[Path] = []
    for script in parted.mine:
        label = labels.get(script.label, script.label)
        for half in (script.up, script.down):
            if half is not None and label != script.label:
                name = label + half.path.name.removeprefix(script.label)
                files[directory / name] = blocks(half.path)
                gone.append(half.path)
    if sealed:
        mine = {each.label for each in parted.mine}
        here = {each.label for each in (*parted.theirs, *parted.mine)}
        # In a merge conflict stand also the lines of scripts that one side has squashed.
        kept = [each for each in sealed.values() if not is_torn or each.label in here]
        entries = [_renamed(each, mine, labels) for each in kept]
        if seen is not None:
            entries = _with_last(entries, (*parted.theirs, *parted.mine), labels, seen)
        files[directory / NAME] = sum_text(entries)
        gone.append(directory / NAME)
    swap(directory, files, gone, verb=_VERB)


def _renamed(entry: Sealed, mine: set[str], labels: Mapping[str, str]) -> Sealed:
    """The line of a script; what mine led to, they led to without theirs."""
    label = labels.get(entry.label, entry.label)
    known = dict[int, str]() if entry.label in mine else entry.fingerprints
    return Sealed(label, entry.up, entry.down, known)


def _with_last(
    entries: Sequence[Sealed],
    scripts: Sequence[Script],
    labels: Mapping[str, str],
    seen: Agreed,
) -> list[Sealed]:
    """The lines, that of the last script with what all of them lead to."""
    last = max((labels.get(each.label, each.label) for each in scripts), key=_version)
    known = {seen.major: fingerprint(seen.snapshot)}
    return [
        Sealed(each.label, each.up, each.down, {**each.fingerprints, **known})
        if each.label == last and each.up is not None
        else each
        for each in entries
    ]


def _require_sealed(found: Sequence[Script], sealed: Mapping[str, Sealed], directory: Path) -> None:
    edited = [
        script
        for script in found
        if (line := sealed.get(script.label)) is not None
        and line.up is not None
        and (line.up, line.down)
        != (script.up.checksum, script.down.checksum if script.down else None)
    ]
    if edited:
        raise SealBroken(
            labels=tuple(each.label for each in edited),
            paths=tuple(each.up.path for each in edited),
            sum_file=directory / NAME,
        )


def _is_torn(directory: Path) -> bool:
    """Whether pgmig.sum holds the marks of a merge conflict."""
    try:
        lines = (directory / NAME).read_bytes().splitlines()
    except OSError:
        return False
    return any(line.startswith((b"<<<<<<<", b">>>>>>>")) for line in lines)


def _version(label: str) -> int:
    return int(label.partition("_")[0])
