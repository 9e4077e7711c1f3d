"""The words of a statement outside all parentheses, and what they are there."""

from collections.abc import Sequence

import msgspec

from pgmig.scripts.batch.tokens import Token

_CHANGING = frozenset({"INSERT", "UPDATE", "DELETE", "MERGE"})


class Word(msgspec.Struct, frozen=True):
    """A token outside all parentheses, and what it is there."""

    token: Token
    keyword: str  # in capitals; "" for what cannot begin or end a clause
    place: int  # among all tokens


def outside(found: Sequence[Token]) -> list[Word]:
    """The tokens outside all parentheses, each with what it is there."""
    words: list[Word] = []
    before = ("", "")  # the text and the keyword of the one before
    for place, token in enumerate(found):
        if token.depth:
            continue
        keyword = token.word
        is_label = before[0] == "." or before[1] == "AS"
        behind = found[place + 1].word if place + 1 < len(found) else ""
        is_part = (keyword == "FROM" and before[1] == "DISTINCT") or (
            keyword == "GROUP" and behind != "BY"
        )
        if is_label or is_part:
            keyword = ""
        words.append(Word(token, keyword, place))
        before = (token.text, keyword)
    return words


def listed(found: Sequence[Token], place: int) -> list[Token]:
    """The first token of each item of the list in parentheses that opens at a place."""
    items: list[Token] = []
    is_first = True
    for token in found[place + 1 :]:
        if token.depth == 0:
            break
        if token.depth == 1:
            if is_first:
                items.append(token)
            is_first = token.text == ","
    return items


def changing(inside: Sequence[Token]) -> Token | None:
    """The verb of a query of WITH that changes rows."""
    flat = [token for token in inside if token.depth == 1]
    if flat[:1] and flat[0].word == "WITH":
        # Its own queries come first: the verb is the word behind the parentheses of the last.
        ends = [at for at, token in enumerate(flat) if token.text == ")"]
        for at in ends:
            behind = flat[at + 1] if at + 1 < len(flat) else None
            if behind is not None and behind.word in _CHANGING:
                return behind
        return None
    return next((token for token in flat[:1] if token.word in _CHANGING), None)
