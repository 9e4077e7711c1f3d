"""The statements of an application, as a file has them."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec

from pgmig.errors import BadScript, QueriesUnreadable
from pgmig.scripts import Piece, split
from pgmig.scripts.batch.tokens import Token, tokens
from pgmig.scripts.text import read_text

# What is looked up when it is parsed (sql-prepare.html, and the others as the server does it); a
# WITH may stand before any of them.
_PLANNED: Final = frozenset(
    {"SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "VALUES", "WITH", "TABLE", "CALL"}
    | {"DECLARE", "EXPLAIN"}
)
# What no schema breaks, and every export of pg_stat_statements is full of.
_OF_SESSIONS: Final = frozenset(
    {"BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE", "SET", "RESET"}
    | {"SHOW", "DISCARD", "DEALLOCATE", "LISTEN", "UNLISTEN", "NOTIFY", "CLOSE", "FETCH", "MOVE"}
    | {"CHECKPOINT"}
)
_COLUMN: Final = "query"  # of pg_stat_statements
_HIDDEN: Final = "<insufficient privilege>"  # what it has there of other roles' statements
_LONGEST: Final = 2**31 - 1  # characters of a field; the module's own limit is 131,072

# What may stand before a placeholder of the form :name; behind other things it is a slice.
_BEFORE_NAMED: Final = frozenset("(,=<>+-*/|")
_FORMATS: Final = frozenset({"s", "b", "t"})  # of psycopg
_NAME: Final = re.compile(r"[A-Za-z_]\w*+")


@dataclass(frozen=True, slots=True)
class Query:
    """A statement of an application.

    Attributes:
        sql: the text, its parameters as $1, $2 and so on, or as a driver has them.
        path: the file that it was read from.
        line: of that file, from 1.
        settings: the SET statements that stand before it there.
    """

    sql: str
    path: Path
    line: int
    settings: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """File and line."""
        return f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True)
class Queries:
    """The statements of an application, each once.

    Attributes:
        checked: those that can be parsed without being run.
        unchecked: those that cannot, such as COPY, and those that are cut off.
    """

    checked: tuple[Query, ...]
    unchecked: tuple[Query, ...]


def read_queries(path: Path) -> Queries:
    """The statements in a file of SQL, or in the column `query` of a CSV or JSON file.

    A SET statement of a file of SQL holds for all behind it, as a search_path does.

    Raises:
        ScriptUnreadable: the file.
        QueriesUnreadable: no such column, or a file without statements.
        UnterminatedSql and the like: as `scripts.split`, of a file of SQL.
    """
    text = read_text(path)
    match path.suffix.lower():
        case ".csv":
            found = [*_of_texts(path, _of_csv(path, text))]
        case ".json":
            found = [*_of_texts(path, _of_json(path, text))]
        case _:
            found = [*_of_sql(path, text)]
    if not found:
        raise QueriesUnreadable(path=path, reason="it holds no statement")
    once = {(query.sql, query.settings): (query, is_planned) for query, is_planned in found[::-1]}
    each = [*once.values()][::-1]
    checked = [query for query, is_planned in each if is_planned]
    return Queries(tuple(checked), tuple(query for query, is_planned in each if not is_planned))


def _of_sql(path: Path, text: str) -> Iterator[tuple[Query, bool]]:
    settings: tuple[str, ...] = ()
    for piece in split(text, path=path):
        if piece.words[:1] == ("SET",):
            settings = (*settings, piece.sql)
        else:
            yield Query(piece.sql, path, piece.line, settings), _is_planned(piece)


def _of_texts(path: Path, texts: Iterable[tuple[int, str]]) -> Iterator[tuple[Query, bool]]:
    for line, text in texts:
        if text.strip() in {"", _HIDDEN}:
            continue
        try:
            for piece in split(text, path=path):
                if piece.words[:1] != () and piece.words[0] in _OF_SESSIONS:
                    continue
                yield Query(piece.sql, path, line), _is_planned(piece)
        except BadScript:  # cut off, or of psql
            yield Query(text.strip(), path, line), False


def _of_csv(path: Path, text: str) -> Iterator[tuple[int, str]]:
    before = csv.field_size_limit(_LONGEST)
    try:
        rows = csv.DictReader(io.StringIO(text, newline=""))
        if _COLUMN not in (rows.fieldnames or ()):
            raise QueriesUnreadable(path=path, reason=f"its header has no column {_COLUMN}")
        line = rows.line_num + 1
        for row in rows:
            yield line, row[_COLUMN] or ""
            line = rows.line_num + 1
    except csv.Error as error:
        raise QueriesUnreadable(path=path, reason=str(error)) from None
    finally:
        csv.field_size_limit(before)


def _of_json(path: Path, text: str) -> Iterator[tuple[int, str]]:
    """Texts of a list of them, or of objects that have one under `query`; their place counts."""
    try:
        found: Any = msgspec.json.decode(text)
        listed = msgspec.convert(found, list[str | dict[str, Any]])
    except msgspec.MsgspecError as error:
        raise QueriesUnreadable(path=path, reason=str(error)) from None
    for number, each in enumerate(listed, start=1):
        value = each if isinstance(each, str) else each.get(_COLUMN)
        if not isinstance(value, str):
            raise QueriesUnreadable(path=path, reason=f"entry {number} has no text {_COLUMN}")
        yield number, value


def _is_planned(piece: Piece) -> bool:
    return piece.words[:1] == () or piece.words[0] in _PLANNED


def numbered(sql: str) -> str:
    """The statement with the placeholders of drivers as $1, $2: %s, %(name)s, :name and ?.

    Only for a text that the server cannot read as it is: there % and ? are operators.
    """
    listed = list(tokens(sql))
    names = dict[str, int]()
    parts: list[str] = []
    at = place = 0
    while place < len(listed):
        found = _placeholder(listed, place)
        if found is None:
            place += 1
            continue
        name, count = found
        token, last = listed[place], listed[place + count - 1]
        text = name if name in {"%", "?"} else f"${names.setdefault(name, len(names) + 1)}"
        parts += [sql[at : token.start], text]
        at, place = last.end, place + count
    return "".join([*parts, sql[at:]])


def _placeholder(listed: Sequence[Token], place: int) -> tuple[str, int] | None:
    """The name of the placeholder that begins here, and of how many tokens it is.

    One without a name has its place for one; an operator that was doubled is itself.
    """
    token = listed[place]
    behind = _adjacent(listed, place)
    match token.text, [each.text for each in behind[:4]]:
        case ("%" | "?") as sign, [other, *_] if other == sign:
            return sign, 2
        case "%", ["(", name, ")", form] if form in _FORMATS:
            return f"({name})", 5
        case "%", [form, *_] if form in _FORMATS:
            return f"#{place}", 2
        case "?", following if not following or following[0] not in {"|", "&"}:
            return f"#{place}", 1
        case ":", [name, *_] if _NAME.fullmatch(name) and _may_be_named(listed, place):
            return f":{name}", 2
        case _:
            return None


def _adjacent(listed: Sequence[Token], place: int) -> list[Token]:
    """The tokens behind one that stand without a blank between them, four at most."""
    found: list[Token] = []
    for token, following in zip(listed[place:], listed[place + 1 : place + 5], strict=False):
        if token.end != following.start:
            break
        found.append(following)
    return found


def _may_be_named(listed: Sequence[Token], place: int) -> bool:
    before = listed[place - 1] if place else None
    return before is None or before.end < listed[place].start or before.text in _BEFORE_NAMED
