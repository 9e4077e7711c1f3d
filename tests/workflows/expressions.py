"""The `${{ }}` of GitHub Actions, as far as our files use it; anything else is an error.

Source: "Evaluate expressions in workflows and actions" and "Contexts reference".
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

Contexts = Mapping[str, Any]
Functions = Mapping[str, Callable[[], bool]]

_OPEN = {"vars", "secrets", "env"}
"""Contexts in which a name that nobody has set is empty, as users set what is in them."""

_TOKEN = re.compile(r"\s*('(?:[^']|'')*'|[\w.*-]+|==|!=|&&|\|\||[!()])\s*")
_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_FUNCTION = re.compile(r"\b(success|failure|always|cancelled)\s*\(")


class UnknownExpression(Exception):
    """What this evaluator does not know, so that nobody takes its answer for GitHub's."""


def filled(text: str, contexts: Contexts, functions: Functions | None = None) -> str:
    """The text with the values of its expressions."""
    return _EXPRESSION.sub(lambda m: _text(value(m[1], contexts, functions or {})), text)


def holds(condition: str | None, contexts: Contexts, functions: Functions) -> bool:
    """Whether an `if:` holds; it means success() too, where it names none of the states."""
    text = (condition or "success()").strip()
    whole = re.fullmatch(r"\$\{\{(.*)\}\}", text, re.DOTALL)
    text = whole[1].strip() if whole else text
    if not _FUNCTION.search(text):
        text = f"success() && ({text})"
    return _truth(value(text, contexts, functions))


def value(text: str, contexts: Contexts, functions: Functions) -> Any:
    """What one expression gives."""
    tokens: list[str] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise UnknownExpression(text)
        tokens.append(match[1])
        at = match.end()
    reader = _Reader(tokens, contexts, functions, text)
    found = reader.any_of()
    if reader.tokens:
        raise UnknownExpression(text)
    return found


class _Reader:
    """Reads tokens from the left, the operators that bind least first."""

    def __init__(
        self, tokens: list[str], contexts: Contexts, functions: Functions, text: str
    ) -> None:
        self.tokens, self.contexts, self.functions, self.text = tokens, contexts, functions, text

    def any_of(self) -> Any:
        left = self.all_of()
        while self.takes("||"):
            right = self.all_of()
            left = left if _truth(left) else right
        return left

    def all_of(self) -> Any:
        left = self.compared()
        while self.takes("&&"):
            right = self.compared()
            left = right if _truth(left) else left
        return left

    def compared(self) -> Any:
        left = self.single()
        if self.takes("=="):
            return _same(left, self.single())
        if self.takes("!="):
            return not _same(left, self.single())
        return left

    def single(self) -> Any:
        if self.takes("!"):
            return not _truth(self.single())
        if self.takes("("):
            inner = self.any_of()
            self.must_take(")")
            return inner
        token = self.tokens.pop(0) if self.tokens else ""
        if token.startswith("'"):
            return token[1:-1].replace("''", "'")
        if self.takes("("):
            self.must_take(")")
            if token not in self.functions:
                raise UnknownExpression(f"{token}() in {self.text}")
            return self.functions[token]()
        return self.looked_up(token)

    def looked_up(self, path: str) -> Any:
        first, *rest = path.split(".")
        if first not in self.contexts or not rest:
            raise UnknownExpression(f"{path} in {self.text}")
        here: Any = self.contexts[first]
        for name in rest:
            if name not in here and first not in _OPEN:
                raise UnknownExpression(f"{path} in {self.text}")
            here = here.get(name, "")
        return here

    def takes(self, token: str) -> bool:
        if self.tokens[:1] != [token]:
            return False
        self.tokens.pop(0)
        return True

    def must_take(self, token: str) -> None:
        if not self.takes(token):
            raise UnknownExpression(self.text)


def _truth(found: Any) -> bool:
    return found not in (False, None, "", 0)


def _same(left: Any, right: Any) -> bool:
    """GitHub's ==, of texts without regard to case; other mixtures are not compared here."""
    if isinstance(left, str) and isinstance(right, str):
        return left.casefold() == right.casefold()
    if type(left) is not type(right):
        raise UnknownExpression(f"{left!r} == {right!r}")
    return bool(left == right)


def _text(found: Any) -> str:
    if isinstance(found, bool):
        return "true" if found else "false"
    if not isinstance(found, str):
        raise UnknownExpression(f"the text of {found!r}")
    return found
