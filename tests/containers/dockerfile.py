"""A Dockerfile as its instructions, and what of a folder a build is sent.

Sources: "Dockerfile reference" and ".dockerignore files" of Docker's manual.
"""

import fnmatch
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_VARIABLE = re.compile(r"\$(?:(\w+)|\{(\w+)\})")


@dataclass(frozen=True)
class Instruction:
    """One instruction: RUN, its flags, and what follows them."""

    word: str
    flags: tuple[str, ...]
    text: str

    def flag(self, name: str) -> str | None:
        """The value of --name=VALUE."""
        found = [flag.partition("=")[2] for flag in self.flags if flag.startswith(f"--{name}=")]
        return found[0] if found else None

    def words(self) -> list[str]:
        """What follows, as the words of the exec form or as they stand."""
        return json.loads(self.text) if self.text.startswith("[") else self.text.split()


def instructions(path: Path) -> list[Instruction]:
    """All instructions of a Dockerfile, in order."""
    lines = [line for line in path.read_text().splitlines() if not line.startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ")
    return [_instruction(line) for line in joined.splitlines() if line.strip()]


def _instruction(line: str) -> Instruction:
    word, *rest = line.split()
    flags = []
    while rest and rest[0].startswith("--") and word in {"RUN", "COPY", "HEALTHCHECK", "FROM"}:
        flags.append(rest.pop(0))
    text = line.split(flags[-1] if flags else word, 1)[1]
    return Instruction(word, tuple(flags), text.strip())


def expanded(text: str, variables: Mapping[str, str]) -> str:
    """The text with variables as Docker fills them in; one that is not set is empty."""
    return _VARIABLE.sub(lambda match: variables.get(match[1] or match[2], ""), text)


def pairs(text: str) -> dict[str, str]:
    """NAME=VALUE pairs of ENV and LABEL."""
    found = re.findall(r'([\w.]+)=(?:"([^"]*)"|(\S*))', text)
    return {name: quoted or plain for name, quoted, plain in found}


def sent(folder: Path) -> Iterator[Path]:
    """The files of a folder that its .dockerignore lets through, from the folder on."""
    lines = (folder / ".dockerignore").read_text().splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    for place, below, names in os.walk(folder):
        here = Path(place).relative_to(folder)
        below[:] = [name for name in below if _may_hold(here / name, rules)]
        yield from (here / name for name in names if not _is_ignored(here / name, rules))


def _may_hold(path: Path, rules: list[str]) -> bool:
    inner = f"!{path.as_posix()}/"
    return not _is_ignored(path, rules) or any(rule.startswith(inner) for rule in rules)


def _is_ignored(path: Path, rules: list[str]) -> bool:
    """What the last rule says that matches the path or a folder that it is in."""
    names = [each.as_posix() for each in (path, *path.parents)][: len(path.parts)]
    is_ignored = False
    for rule in rules:
        pattern = rule.removeprefix("!").removeprefix("**/")
        is_deep = "**/" in rule
        if any(_matches(name, pattern, is_deep=is_deep) for name in names):
            is_ignored = not rule.startswith("!")
    return is_ignored


def _matches(name: str, pattern: str, *, is_deep: bool) -> bool:
    whole = name.rpartition("/")[2] if is_deep else name
    return whole.count("/") == pattern.count("/") and fnmatch.fnmatchcase(whole, pattern)
