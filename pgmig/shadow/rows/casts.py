"""Whether a value is the same in another type, as the server reads and prints both."""

from collections.abc import Collection, Mapping, Sequence

from pgmig.ddl import literal_text
from pgmig.shadow.rows.held import HeldColumn
from pgmig.shadow.rows.trial import Trial

_USER_DEFINED = "U"  # json and jsonb are among them: equal values have different forms
_STRING = "S"
_INTERNAL = "Z"  # "char", since 15


class Casts:
    """Reads the text of one type as another."""

    def __init__(self, trial: Trial) -> None:
        """Casts in the transaction of `trial`."""
        self._trial = trial

    def forms(
        self, old: HeldColumn, new: HeldColumn, was: Collection[str], now: Collection[str]
    ) -> Mapping[str, str]:
        """The text of the new type for each old one whose value is the same in it.

        Args:
            old: the column with its old type.
            new: the same with its new type.
            was: the old texts.
            now: the texts that are there.
        """
        forth = self._cast(sorted(was), new)
        back = self._cast(sorted(now), old)
        is_strict = _kind(old) == _kind(new) != _USER_DEFINED

        def is_same(before: str, after: str) -> bool:
            if before == after:
                return True
            there = forth[before] == after if forth.get(before) is not None else None
            again = back[after] == before if back.get(after) is not None else None
            told = [each for each in (there, again) if each is not None]
            # Within one family of types the shorter of two forgets: both ways must agree.
            return bool(told) and (all(told) if is_strict else any(told))

        returned = {before: after for after, before in back.items() if before is not None}
        found: dict[str, str] = {}
        for text in was:
            for candidate in (text, forth.get(text), returned.get(text)):
                if candidate is not None and candidate in now and is_same(text, candidate):
                    found[text] = candidate
                    break
        return found

    def _cast(self, texts: Sequence[str], column: HeldColumn) -> dict[str, str | None]:
        """What the type of `column` makes of each text, nothing of those that it cannot read.

        The type may be gone: then there is nothing to learn.
        """
        if not texts or self._trial.do(f"SELECT NULL::{column.type}") is not None:
            return {}
        found = self._cast_each(texts, column.type)
        return {text: formed(column, made) for text, made in found.items()}

    def _cast_each(self, texts: Sequence[str], declared: str) -> dict[str, str | None]:
        rows = ",".join(
            f"({number},{literal_text(text)}::{declared})" for number, text in enumerate(texts)
        )
        found = self._trial.ask(f"SELECT n, v FROM (VALUES {rows}) AS t (n, v)")  # noqa: S608 - quoted
        if found is not None:
            return {texts[int(number or 0)]: value for number, value in found}
        if len(texts) == 1:
            return {}
        half = len(texts) // 2
        return self._cast_each(texts[:half], declared) | self._cast_each(texts[half:], declared)


def formed(column: HeldColumn, text: str | None) -> str | None:
    """The text without what means nothing in the column's type."""
    return text.rstrip(" ") if column.is_padded and text is not None else text


def _kind(column: HeldColumn) -> str:
    return _STRING if column.category == _INTERNAL else column.category
