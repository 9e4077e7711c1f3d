"""Strings that match a regular expression of PostgreSQL, made from its text.

They are guesses for the server to judge: a construct that is not known here, such as a back
reference, gives a string that does not match.
"""

import string

_CLASSES = {
    "alpha": string.ascii_lowercase,
    "lower": string.ascii_lowercase,
    "upper": string.ascii_uppercase,
    "digit": string.digits,
    "alnum": string.ascii_lowercase + string.digits,
    "xdigit": "0123456789abcdef",
    "word": string.ascii_lowercase + "_",
    "space": " ",
    "blank": " ",
    "punct": "-.!",
    "print": string.ascii_lowercase,
    "graph": string.ascii_lowercase,
}
_ESCAPES = {"d": "digit", "w": "word", "s": "space", "D": "alpha", "W": "punct", "S": "alpha"}
_CHARACTERS = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v"}
_NOTHING = "mMyYAZ"  # escapes that match a place
_ANY = string.ascii_lowercase + string.digits + string.ascii_uppercase + "-_.@ "
_VARIANTS = 12
_MOST = 200  # times that something is repeated


def matching(pattern: str) -> list[str]:
    """Strings that `pattern`, an advanced regular expression, is likely to match."""
    if pattern.startswith("***:"):
        pattern = pattern[4:]
    found: list[str] = []
    for variant in range(_VARIANTS):
        try:
            found.append(_Writer(pattern, variant).alternatives())
        except IndexError:  # it ends within a construct
            return []
    return list(dict.fromkeys(found))


class _Writer:
    """Reads a pattern and writes one string on the way, another for each variant."""

    def __init__(self, pattern: str, variant: int) -> None:
        self.pattern = pattern
        self.variant = variant
        self.place = 0

    def alternatives(self) -> str:
        """What a group gives, up to its parenthesis or the end."""
        branches = [self._branch()]
        while self._at("|"):
            self.place += 1
            branches.append(self._branch())
        return branches[self.variant % len(branches)]

    def _at(self, texts: str) -> bool:
        return self.place < len(self.pattern) and self.pattern[self.place] in texts

    def _next(self) -> str:
        self.place += 1
        return self.pattern[self.place - 1]

    def _branch(self) -> str:
        written: list[str] = []
        while self.place < len(self.pattern) and not self._at("|)"):
            atom = self._atom()
            written.append(atom * self._times())
        return "".join(written)

    def _atom(self) -> str:
        character = self._next()
        match character:
            case "(":
                return self._group()
            case "[":
                return self._pick(self._brackets())
            case "\\":
                return self._escape()
            case ".":
                return self._pick(_CLASSES["alpha"])
            case "^" | "$":
                return ""
            case _:
                return character

    def _group(self) -> str:
        is_seen = True
        if self._at("?"):
            kind = self.pattern[self.place : self.place + 3]
            is_seen = kind.startswith("?:")
            self.place += 3 if kind.startswith("?<") else 2
        inside = self.alternatives()
        self._next()
        return inside if is_seen else ""

    def _escape(self) -> str:
        character = self._next()
        if character in _ESCAPES:
            return self._pick(_CLASSES[_ESCAPES[character]])
        if character in _NOTHING:
            return ""
        return _CHARACTERS.get(character, character)

    def _pick(self, characters: str) -> str:
        return characters[self.variant % len(characters)] if characters else ""

    def _brackets(self) -> str:
        """The characters of a bracket expression."""
        is_negated = self._at("^")
        self.place += is_negated
        found = ""
        is_first = True
        while is_first or not self._at("]"):
            is_first = False
            found += self._element()
        self._next()
        if not is_negated:
            return found
        return "".join(each for each in _ANY if each not in found)

    def _element(self) -> str:
        """A class, a range or a character within brackets."""
        if self.pattern.startswith("[:", self.place):
            end = self.pattern.find(":]", self.place)
            if end < 0:
                raise IndexError
            name = self.pattern[self.place + 2 : end]
            self.place = end + 2
            return _CLASSES.get(name, "")
        first = self._next()
        if first == "\\":
            first = self._next()
            if first in _ESCAPES:
                return _CLASSES[_ESCAPES[first]]
            first = _CHARACTERS.get(first, first)
        following = self.pattern[self.place : self.place + 2]
        if following.startswith("-") and following != "-]":
            self._next()
            last = self._next()
            if last == "\\":
                last = self._next()
            return "".join(map(chr, range(ord(first), min(ord(last), ord(first) + 128) + 1)))
        return first

    def _times(self) -> int:
        """How often the atom before is repeated."""
        least, most = 1, 1
        while self._at("*+?{"):
            match self._next():
                case "*":
                    least, most = 0, 2
                case "+":
                    least, most = 1, 3
                case "?":
                    least, most = 0, 1
                case _:
                    least, most = self._bounds()
            if self._at("?"):
                self.place += 1
        return min(least + self.variant % (most - least + 1), _MOST) if most > least else least

    def _bounds(self) -> tuple[int, int]:
        end = self.pattern.find("}", self.place)
        low, comma, high = self.pattern[self.place : end].partition(",")
        self.place = end + 1 if end >= 0 else len(self.pattern)
        least = int(low) if low.isdigit() else 0
        if not comma:
            return min(least, _MOST), min(least, _MOST)
        most = int(high) if high.isdigit() else least + 2
        return min(least, _MOST), min(max(most, least), _MOST)
