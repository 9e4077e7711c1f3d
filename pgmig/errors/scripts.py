"""The migrations directory and the text of scripts."""

from pathlib import Path

from pgmig.errors.base import Refused, UsageError


class BadScript(UsageError):
    """Base of what is wrong with a file of the migrations directory.

    Attributes:
        path: the file; None for a text that is in none.
        line: where in it, from 1; 0 when it is the file as such.
        column: where in the line, from 1; 0 when it is the whole line.
    """

    def __init__(
        self, what: str, *, path: Path | None, line: int = 0, column: int = 0, do: str
    ) -> None:
        place = [str(path)] if path else []
        place += [str(number) for number in (line, column) if number]
        super().__init__(what, where=":".join(place), do=do)
        self.path = path
        self.line = line
        self.column = column


class DirectoryMissing(UsageError):
    """There is no directory of that name."""

    def __init__(self, *, path: Path) -> None:
        super().__init__(
            f"there is no migrations directory {path}",
            do="run this inside the project, name the directory with --migrations, or begin one"
            " with `pgmig new NAME`",
        )
        self.path = path


class DirectoryUnreadable(UsageError):
    """The directory of scripts is there and cannot be listed."""

    def __init__(self, *, path: Path, reason: str) -> None:
        super().__init__(
            f"the migrations directory cannot be read: {reason}",
            where=str(path),
            do="check that it is a directory and that this user may read it",
        )
        self.path = path
        self.reason = reason


class ScriptMisnamed(BadScript):
    """A .sql file whose name does not follow the rule: it would never run."""

    def __init__(self, *, path: Path, rule: str) -> None:
        super().__init__(
            f"{path.name} is not a script's name",
            path=path,
            do=f"name it {rule}; or move it out of the directory",
        )


class ScriptUnreadable(BadScript):
    """A script's file cannot be read."""

    def __init__(self, *, path: Path, reason: str) -> None:
        super().__init__(
            f"{path.name} cannot be read: {reason}",
            path=path,
            do="check that it is a file and that this user may read it",
        )
        self.reason = reason


class VersionTaken(BadScript):
    """Two scripts have one number."""

    def __init__(self, *, version: int, path: Path, other: Path) -> None:
        super().__init__(
            f"number {version} is taken twice: {other.name} and {path.name}",
            path=path,
            do="`pgmig rebase --onto REV` renumbers the one that the branch REV does not have; else"
            " give the one that was applied nowhere the next free number (both its halves)",
        )
        self.version = version
        self.other = other


class HalfMissing(BadScript):
    """A script has a way up and no way down, or the other way round."""

    def __init__(self, *, path: Path, missing: Path, do: str) -> None:
        super().__init__(
            f"{path.name} stands alone: there is no {missing.name}", path=missing, do=do
        )
        self.missing = missing


class IrreversibleContradicted(BadScript):
    """A script says that there is no way back and has one."""

    def __init__(self, *, path: Path, reason: str) -> None:
        super().__init__(
            f"{path.name} holds statements although the script is irreversible: {reason}",
            path=path,
            do="remove the directive, or the statements",
        )
        self.reason = reason


class ScriptNotUtf8(BadScript):
    """A script holds a byte that UTF-8 does not have there."""

    def __init__(self, *, path: Path, line: int, offset: int, byte: int) -> None:
        super().__init__(
            f"{path.name} is not UTF-8: byte 0x{byte:02x} at offset {offset}",
            path=path,
            line=line,
            do="save the file as UTF-8",
        )
        self.offset = offset
        self.byte = byte


class NulInScript(BadScript):
    """A script holds a NUL character, which SQL text cannot have."""

    def __init__(self, *, path: Path, line: int, column: int) -> None:
        super().__init__(
            f"{path.name} holds a NUL character",
            path=path,
            line=line,
            column=column,
            do="remove it; a file full of them is UTF-16: save it as UTF-8",
        )


class EmptyScript(BadScript):
    """A script that would do nothing."""

    def __init__(self, *, path: Path) -> None:
        super().__init__(
            f"{path.name} holds no statement",
            path=path,
            do="write its SQL, or remove both halves; a way back that cannot be is said by"
            ' `-- pgmig: irreversible="reason"` at the head of the up half, without a down half',
        )


class UnknownDirective(BadScript):
    """A directive that pgmig does not know."""

    def __init__(
        self, *, path: Path | None, line: int, column: int, key: str, known: tuple[str, ...]
    ) -> None:
        super().__init__(
            f"unknown directive {key}",
            path=path,
            line=line,
            column=column,
            do=f"use one of {', '.join(known)}; or do not begin the comment with `pgmig:`",
        )
        self.key = key


class BadDirective(BadScript):
    """A directive whose value cannot be."""

    def __init__(self, *, path: Path | None, line: int, column: int, key: str, reason: str) -> None:
        super().__init__(
            f"directive {key} {reason}",
            path=path,
            line=line,
            column=column,
            do="correct the directive, or do not begin the comment with `pgmig:`",
        )
        self.key = key
        self.reason = reason


class DirectiveMisplaced(BadScript):
    """A directive below the head of the file, where it would do nothing."""

    def __init__(self, *, path: Path | None, line: int, column: int) -> None:
        super().__init__(
            "a directive stands below the first statement",
            path=path,
            line=line,
            column=column,
            do="move it to the head of the file, above every statement; `batch` and what belongs to"
            " it, and `allow` with its reason, may stand on a line of their own right above a"
            " later one",
        )


class UnterminatedSql(BadScript):
    """Something that opens and never closes."""

    def __init__(self, *, path: Path | None, line: int, column: int, construct: str) -> None:
        super().__init__(
            f"unterminated {construct}",
            path=path,
            line=line,
            column=column,
            do="close what opens here",
        )
        self.construct = construct


class PsqlCommand(BadScript):
    """A backslash command: psql's own, unknown to servers."""

    def __init__(self, *, path: Path | None, line: int, column: int, command: str) -> None:
        super().__init__(
            f"{command} is a command of psql, not SQL",
            path=path,
            line=line,
            column=column,
            do="remove it, or write in SQL what it does",
        )
        self.command = command


class CopyDataMissing(BadScript):
    """COPY FROM STDIN that is not followed by lines of data and a line with backslash and dot."""

    def __init__(self, *, path: Path | None, line: int, column: int) -> None:
        super().__init__(
            "COPY FROM STDIN has no data",
            path=path,
            line=line,
            column=column,
            do="let the data begin on the line after the semicolon, and end it with a line `\\.`",
        )


class BackslashStringsOn(BadScript):
    """standard_conforming_strings is switched off: strings would end elsewhere."""

    def __init__(self, *, path: Path | None, line: int, column: int) -> None:
        super().__init__(
            "standard_conforming_strings is switched off",
            path=path,
            line=line,
            column=column,
            do="remove the statement and write strings with backslashes as E'...'",
        )


class ScriptExists(BadScript):
    """A file that would be written is there already."""

    def __init__(self, *, path: Path) -> None:
        super().__init__(
            f"{path.name} is there already",
            path=path,
            do="choose another name or number, or remove the file",
        )


class DirectiveNotWritable(Refused):
    """A value that no directive can hold."""

    def __init__(self, *, key: str, value: str) -> None:
        super().__init__(
            f"directive {key} cannot hold {value!r}: it has a line break",
            do="rename what is named so",
        )
        self.key = key
        self.value = value


class SumFileInvalid(BadScript):
    """pgmig.sum is not as pgmig writes it."""

    def __init__(self, *, path: Path, line: int, reason: str, do: str) -> None:
        super().__init__(f"{path.name} {reason}", path=path, line=line, do=do)
        self.reason = reason


class SealBroken(Refused):
    """Scripts are not the text that was sealed in pgmig.sum."""

    def __init__(self, *, labels: tuple[str, ...], paths: tuple[Path, ...], sum_file: Path) -> None:
        names = ", ".join(path.name for path in paths)
        super().__init__(
            f"{names}: not the text that was sealed",
            where=", ".join(map(str, paths)),
            do=f"restore what {sum_file.name} was sealed with; if the new text is meant and was"
            f" applied nowhere, remove the line of {', '.join(labels)} from {sum_file}",
        )
        self.labels = labels
        self.paths = paths
        self.sum_file = sum_file


class DirectoryEmpty(UsageError):
    """The migrations directory holds no script, so there is nothing that could be applied."""

    def __init__(self, *, path: Path) -> None:
        super().__init__(
            f"{path} holds no scripts",
            do="write the first one with `pgmig new NAME`, or name another directory with"
            " `--migrations`",
        )
        self.path = path


class EncodingSet(BadScript):
    """A script sets another client_encoding than that of its own file."""

    def __init__(self, *, path: Path, line: int, words: str) -> None:
        super().__init__(
            f"{path.name} holds {words} with another encoding than UTF8, but scripts are UTF-8",
            path=path,
            line=line,
            do="remove the statement, and write the file in UTF-8",
        )
