"""A statement that runs in batches: which table it goes through, and where a condition goes.

Read are `[WITH ...] UPDATE` and `[WITH ...] INSERT INTO ... SELECT ... FROM table ...`. Of their
text nothing is changed but that a condition is added. Clauses begin at reserved words outside all
parentheses (appendix "SQL Key Words"): there such a word is a name only behind a dot or AS, and
FROM also belongs to IS DISTINCT FROM, GROUP to WITHIN GROUP, ON to a join.
"""

from pathlib import Path
from typing import Final, Literal

import msgspec

from pgmig.errors import StatementNotBatched
from pgmig.scripts.batch.directive import Batch, folded
from pgmig.scripts.batch.tokens import Token, tokens
from pgmig.scripts.batch.words import Word, changing, listed, outside
from pgmig.scripts.position import position_from
from pgmig.scripts.split import Piece

_AT_ONCE = (
    "each batch would have its own: put what needs all rows at once into a table in a script"
    " before, and read that; or remove `batch` and what belongs to it"
)
_PLAIN = "write it so that it is UPDATE, or INSERT ... SELECT ... FROM a table"
_NAMED = "begin FROM with the table to go through, as in FROM orders AS o JOIN ..."
_WHOLE = "remove `batch` and what belongs to it: it runs at once then"
_ORDER = "remove it: batches come in the order of the key"
_LEFT = "begin FROM with the table that keeps all its rows, and write LEFT JOIN"

# What may come behind FROM and its WHERE, and what is amiss with it in batches.
_BEHIND: dict[str, str] = {
    "GROUP": _AT_ONCE,
    "HAVING": _AT_ONCE,
    "WINDOW": _AT_ONCE,
    "UNION": "write one statement for each of its parts",
    "INTERSECT": _AT_ONCE,
    "EXCEPT": _AT_ONCE,
    "LIMIT": _AT_ONCE,
    "OFFSET": _AT_ONCE,
    "FETCH": _AT_ONCE,
    "ORDER": _ORDER,
    "FOR": "",
    "ON": "",
    "RETURNING": "",
}
_SHOWN = {"GROUP": "GROUP BY", "ORDER": "ORDER BY"}
_NO_ALIAS = frozenset(
    {*_BEHIND, "WHERE", "USING", "AS", "SET", "FROM"}
    | {"JOIN", "INNER", "LEFT", "RIGHT", "FULL", "CROSS", "NATURAL", "TABLESAMPLE"}
)


class Batched(msgspec.Struct, frozen=True):
    """A statement that a condition can be added to.

    Attributes:
        sql: its text.
        verb: what it does.
        table: the one that batches go through, as it is written.
        alias: how the statement names it.
        is_only: without its children.
        into: where INSERT puts its rows, as it is written; "" for UPDATE.
        changed: columns that UPDATE sets, as the catalog names them.
        where: offsets of its own condition; None where it has none.
        behind: where a condition goes then.
    """

    sql: str
    verb: Literal["UPDATE", "INSERT"]
    table: str
    alias: str
    is_only: bool
    into: str
    changed: tuple[str, ...]
    where: tuple[int, int] | None
    behind: int

    def narrowed(self, condition: str) -> str:
        """The statement for those rows alone that meet the condition; "" is met by all."""
        sql = self.sql
        if not condition:
            return sql
        if self.where is None:
            return f"{sql[: self.behind]} WHERE ({condition}){sql[self.behind :]}"
        start, end = self.where
        return f"{sql[:start]} ({sql[start:end]}) AND ({condition}){sql[end:]}"

    def origin(self, condition: str, offset: int) -> int:
        """The offset in its own text of one in the text for a condition."""
        if not condition:
            return offset
        if self.where is None:
            start = end = self.behind
            before, behind = 0, len(f" WHERE ({condition})")
        else:
            start, end = self.where
            before, behind = len(" ("), len(f") AND ({condition})")
        if offset > start:
            offset = max(start, offset - before)
        return offset if offset <= end else max(end, offset - behind)


def read_batched(piece: Piece, batch: Batch, path: Path | None) -> Batched:
    """What a batch of this statement has to know.

    Raises:
        StatementNotBatched: it would mean something else in batches, or that cannot be told.
    """
    return _Reader(piece, batch, path).read()


class _Reader:
    """Reads the words of one statement from its beginning to its end."""

    def __init__(self, piece: Piece, batch: Batch, path: Path | None) -> None:
        self._piece, self._batch, self._path = piece, batch, path
        self._all = list(tokens(piece.sql))
        self._words = outside(self._all)
        self._at = 0
        self._queries: set[str] = set()  # names of WITH

    def read(self) -> Batched:
        self._with()
        match self._keyword():
            case "UPDATE":
                return self._update()
            case "INSERT":
                return self._insert()
            case found:
                raise self._refusal(found or self._text(), _PLAIN)

    # The words ------------------------------------------------------------------------------

    def _word(self, ahead: int = 0) -> Word | None:
        at = self._at + ahead
        return self._words[at] if 0 <= at < len(self._words) else None

    def _keyword(self, ahead: int = 0) -> str:
        word = self._word(ahead)
        return word.keyword if word else ""

    def _text(self, ahead: int = 0) -> str:
        word = self._word(ahead)
        return word.token.text if word else ""

    def _take(self, *keywords: str) -> bool:
        """Whether these words or signs come next; then they are passed."""
        for ahead, keyword in enumerate(keywords):
            word = self._word(ahead)
            if word is None or keyword != (word.token.word or word.token.text):
                return False
        self._at += len(keywords)
        return True

    def _require(self, keyword: str) -> None:
        if not self._take(keyword):
            raise self._refusal(self._text() or "nothing", f"{keyword} is expected there: {_PLAIN}")

    def _parentheses(self) -> bool:
        """Pass a pair of parentheses with all that is in it."""
        return self._take("(", ")")

    def _inside(self) -> list[Token]:
        """What stands in the parentheses that come next."""
        word = self._word()
        if word is None or word.token.text != "(":
            return []
        found: list[Token] = []
        for token in self._all[word.place + 1 :]:
            if token.depth == 0:
                break
            found.append(token)
        return found

    def _name(self) -> tuple[str, str]:
        """The name that comes next, as it is written: all of it, and its last part."""
        parts: list[str] = []
        while (word := self._word()) and word.token.is_name:
            parts.append(word.token.text)
            self._at += 1
            if not self._take("."):
                return ".".join(parts), parts[-1]
        raise self._refusal(self._text() or "nothing", f"a plain name is expected there: {_PLAIN}")

    def _refusal(self, found: str, do: str, at: Token | None = None) -> StatementNotBatched:
        word = self._word()
        token = at or (word.token if word else None)
        piece = self._piece
        offset = piece.start + (token.start if token else len(piece.sql))
        line, column = position_from(piece.line, piece.column, piece.text, offset, piece.start)
        return StatementNotBatched(path=self._path, line=line, column=column, found=found, do=do)

    # The parts of a statement ---------------------------------------------------------------

    def _with(self) -> None:
        """Pass WITH and its queries."""
        if not self._take("WITH"):
            return
        self._take("RECURSIVE")
        while True:
            self._queries.add(folded(self._name()[0]))
            self._parentheses()
            self._require("AS")
            self._take("NOT")
            self._take("MATERIALIZED")
            if (verb := changing(self._inside())) is not None:
                raise self._refusal(
                    f"a WITH query that changes rows ({verb.word})",
                    "it would run in every batch: make it a statement of its own",
                    verb,
                )
            if not self._parentheses():
                self._require("(")
            for word in ("SEARCH", "CYCLE"):
                if self._keyword() == word:
                    raise self._refusal(f"{word} in WITH", _WHOLE)
            if not self._take(","):
                return

    def _table(self) -> tuple[str, str, bool]:
        """The table that batches go through: as it is written, its alias, whether it is alone."""
        is_only = self._take("ONLY")
        if is_only and self._text() == "(":
            inside = [token.text for token in self._inside()]
            self._parentheses()
            table, alias = "".join(inside), inside[-1]
        else:
            table, alias = self._name()
        self._take("*")
        word = self._word()
        if self._take("AS") or (word and word.token.is_name and word.keyword not in _NO_ALIAS):
            _, alias = self._name()
        own = self._batch.alias
        if own is not None and own != folded(alias):
            raise self._refusal(
                f"key={own}.{self._batch.key[0]}",
                f"batches go through {table}: name its columns, as in"
                f" key={alias}.{self._batch.key[0]}",
            )
        return table, alias, is_only

    def _update(self) -> Batched:
        self._take("UPDATE")
        table, alias, is_only = self._table()
        self._require("SET")
        changed = self._set_columns()
        behind, where = self._clauses({"FROM": 1, "WHERE": 2, "RETURNING": 3})
        return Batched(self._piece.sql, "UPDATE", table, alias, is_only, "", changed, where, behind)

    def _set_columns(self) -> tuple[str, ...]:
        """The columns that SET names; passes nothing."""
        found: list[Token] = []
        is_target = True
        for word in self._words[self._at :]:
            if word.keyword in {"FROM", "WHERE", "RETURNING"}:
                break
            if is_target and word.token.text == "(":
                found += listed(self._all, word.place)
            elif is_target and word.token.text != ")":
                found.append(word.token)
            is_target = word.token.text == "," or (is_target and word.token.text == "(")
        for token in found:
            if not token.is_name:
                raise self._refusal(
                    token.text, "write the columns that it sets as plain names", token
                )
        changed = tuple(folded(token.text) for token in found)
        for token, column in zip(found, changed, strict=True):
            if column in self._batch.key:
                raise self._refusal(
                    f"its key in SET ({token.text})",
                    "choose a key that it does not change: a row would be met again",
                    token,
                )
        return changed

    def _insert(self) -> Batched:
        self._take("INSERT")
        self._require("INTO")
        into, _ = self._name()
        if self._take("AS"):
            self._name()
        inside = self._inside()
        if inside and inside[0].word in {"SELECT", "WITH", "TABLE"}:
            raise self._refusal("its query in parentheses", "remove the parentheses")
        self._parentheses()
        if self._take("OVERRIDING"):
            self._at += 2
        self._with()
        if not self._take("SELECT"):
            raise self._refusal(self._keyword() or self._text() or "nothing", _PLAIN)
        if self._keyword() == "DISTINCT":
            raise self._refusal("DISTINCT", _AT_ONCE)
        begin = self._at
        while (keyword := self._keyword()) != "FROM":
            if self._word() is None or keyword in _BEHIND or keyword in {"WHERE", "INTO"}:
                raise self._refusal("no FROM", _PLAIN)
            self._at += 1
        self._at += 1
        table, alias, is_only = self._source()
        self._at = begin
        ranks = {"FROM": 1, "WHERE": 2} | dict.fromkeys(_BEHIND, 3)
        behind, where = self._clauses(ranks)
        return Batched(self._piece.sql, "INSERT", table, alias, is_only, into, (), where, behind)

    def _source(self) -> tuple[str, str, bool]:
        """The first table of FROM."""
        if self._text() == "(":
            raise self._refusal("a query or a join in parentheses at the beginning of FROM", _NAMED)
        if self._keyword() == "LATERAL" or (self._keyword(), self._keyword(1)) == ("ROWS", "FROM"):
            raise self._refusal(self._keyword(), _NAMED)
        begin = self._word()
        table, alias, is_only = self._table()
        if self._text() == "(":
            found = "a function at the beginning of FROM"
            if alias != table.rpartition(".")[2]:
                found = f"other names for the columns of {table}"
            raise self._refusal(found, _NAMED, begin.token if begin else None)
        if self._keyword() == "TABLESAMPLE":
            raise self._refusal("TABLESAMPLE", _AT_ONCE)
        if folded(table) in self._queries:
            raise self._refusal(
                f"{table}, which WITH defines,", _NAMED, begin.token if begin else None
            )
        return table, alias, is_only

    def _clauses(self, ranks: dict[str, int]) -> tuple[int, tuple[int, int] | None]:
        """Where a condition goes, and the offsets of the one that is there; passes all."""
        rank, joins, last = 0, 0, self._words[self._at - 1].token
        where: Token | None = None
        while (word := self._word()) is not None:
            keyword = word.keyword
            joins += self._joins(keyword) if rank == 1 else 0
            own = ranks.get(keyword, 0)
            if keyword == "ON" and joins > 0:
                joins, own = joins - 1, 0
            elif keyword == "USING" and joins > 0:
                joins -= 1
            if own > rank:
                rank = own
                if rank == 3:  # what comes behind the condition
                    self._require_plain()
                    break
                where = word.token if keyword == "WHERE" else None
            last = word.token
            self._at += 1
        if where is None:
            return last.end, None
        if self._current_of(where):
            raise self._refusal(
                "WHERE CURRENT OF", "write the condition that its cursor has", where
            )
        return last.end, (where.end, last.end)

    def _joins(self, keyword: str) -> int:
        """1 for a JOIN that ON or USING belongs to."""
        if keyword in {"RIGHT", "FULL"} and self._keyword(1) in {"JOIN", "OUTER"}:
            raise self._refusal(f"{keyword} JOIN", _LEFT)
        ahead = -1
        while self._keyword(ahead) in {"LEFT", "INNER", "OUTER"}:
            ahead -= 1
        return keyword == "JOIN" and self._keyword(ahead) not in {"CROSS", "NATURAL"}

    def _require_plain(self) -> None:
        """Refuse what stands here behind the condition and may not."""
        for word in self._words[self._at :]:
            if do := _BEHIND.get(word.keyword, ""):
                raise self._refusal(_SHOWN.get(word.keyword, word.keyword), do, word.token)
            if word.keyword in {"ON", "RETURNING"}:
                return

    def _current_of(self, where: Token) -> bool:
        behind = [word.keyword for word in self._words if word.token.start > where.start]
        return behind[:2] == ["CURRENT", "OF"]


REFUSED: Final = tuple(word for word, do in _BEHIND.items() if do)
"""The words behind FROM that are refused by name."""
