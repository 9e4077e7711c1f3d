"""The environment with the project's `.env` behind it, and the reader of that file."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from pgmig.errors import EnvFileUnreadable, VariableMissing

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t"}

# The text, where the reference in it starts and ends, its value -> what stands there instead.
Fit = Callable[[str, int, int, str], str]


class EnvValue(NamedTuple):
    """What one line of an env file assigns; `is_literal` (single quotes) forbids `${NAME}`."""

    text: str
    line: int
    is_literal: bool


class Environment:
    """Variables by name: the process environment first, an env file for what it lacks."""

    def __init__(self, environ: Mapping[str, str], file: Path | None = None) -> None:
        self._environ = environ
        self._file = file
        self._values = read_env_file(file) if file is not None else {}

    def get(self, name: str) -> str | None:
        """The value of `name`, or None when it is not set or empty."""
        return self._look(name, frozenset()) or None

    def is_blank(self, name: str) -> bool:
        """Whether `name` is set, and to nothing, as a pipeline sets what it does not know."""
        return self._look(name, frozenset()) == ""

    def expand(self, text: str, *, where: str, fit: Fit | None = None) -> str:
        """`text` with every `${NAME}` replaced.

        Args:
            text: what to expand.
            where: names `text` in errors.
            fit: gives a value as it has to be written in place of `text[start:end]`.

        Raises:
            VariableMissing: a name is set neither in the environment nor in the env file.
        """
        return self._expand(text, where, frozenset(), fit)

    def from_file(self, prefix: str) -> dict[str, str]:
        """The file's variables that start with `prefix` and that the environment lacks."""
        names = (n for n in self._values if n.startswith(prefix) and n not in self._environ)
        return {name: self._look(name, frozenset()) or "" for name in names}

    def _look(self, name: str, seen: frozenset[str]) -> str | None:
        if name in self._environ:
            return self._environ[name]
        value = self._values.get(name)
        if value is None or name in seen:
            return None
        if value.is_literal:
            return value.text
        return self._expand(value.text, f"{self._file}:{value.line}", seen | {name})

    def _expand(self, text: str, where: str, seen: frozenset[str], fit: Fit | None = None) -> str:
        def value_of(match: re.Match[str]) -> str:
            found = self._look(match[1], seen)
            if found is None:
                raise VariableMissing(name=match[1], where=where)
            return fit(text, match.start(), match.end(), found) if fit else found

        return _REFERENCE.sub(value_of, text)


def read_env_file(path: Path) -> dict[str, EnvValue]:
    """The assignments of an env file, the last one of a name winning.

    A line is empty, a `# comment`, or `NAME=value` with an optional `export` before it. A value
    is bare (up to ` #`), in single quotes (literal) or in double quotes (with backslash escapes);
    quoted ones may run over several lines.

    Raises:
        EnvFileUnreadable: the file cannot be read, or a line is none of these.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise EnvFileUnreadable(path=str(path), reason=_reason(error)) from None
    values: dict[str, EnvValue] = {}
    at = 0
    while at < len(text):
        line = text.count("\n", 0, at) + 1
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        content = text[at:end].strip()
        if not content or content.startswith("#"):
            at = end + 1
            continue
        start = at + (len(text[at:end]) - len(text[at:end].lstrip()))
        try:
            name, value_at = _name(text, start, end)
            value, is_literal, at = _value(text, value_at, end)
        except ValueError as error:
            raise EnvFileUnreadable(path=f"{path}:{line}", reason=str(error)) from None
        values[name] = EnvValue(value, line, is_literal)
    return values


def _name(text: str, at: int, end: int) -> tuple[str, int]:
    """The variable's name that starts at `at`, and where its value starts."""
    if text.startswith(("export ", "export\t"), at):
        at += len("export")
        at += len(text[at:end]) - len(text[at:end].lstrip())
    match = _NAME.match(text, at, end)
    if match is None:
        raise ValueError("a line starts with neither a variable's name nor `#`")
    rest = text[match.end() : end].lstrip()
    if not rest.startswith("="):
        raise ValueError(f"`=` is missing after {match[0]}")
    return match[0], end - len(rest) + 1


def _value(text: str, at: int, end: int) -> tuple[str, bool, int]:
    """The value that starts at `at`, whether it is literal, and where the next line starts."""
    bare = text[at:end].lstrip()
    quote = bare[:1]
    if quote not in {"'", '"'}:
        return text[at:end].partition(" #")[0].strip(), False, end + 1
    at = end - len(bare)
    close = at + 1
    while close < len(text) and text[close] != quote:
        close += 2 if quote == '"' and text[close] == "\\" else 1
    if close >= len(text):
        raise ValueError(f"the quote {quote} is never closed")
    after = text.find("\n", close)
    after = len(text) if after < 0 else after
    rest = text[close + 1 : after].strip()
    if rest and not rest.startswith("#"):
        raise ValueError("text follows the closing quote")
    value = text[at + 1 : close]
    if quote == "'":
        return value, True, after + 1
    return _ESCAPE.sub(lambda m: _ESCAPED.get(m[1], m[1]), value), False, after + 1


def _reason(error: OSError | UnicodeDecodeError) -> str:
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return f"not UTF-8 (byte {error.start + 1})"
