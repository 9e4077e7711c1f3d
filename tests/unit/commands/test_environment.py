"""The reader of `.env`, and the environment in front of it."""

from pathlib import Path

import pytest

from pgmig.commands.environment import Environment, read_env_file
from pgmig.errors import EnvFileUnreadable, VariableMissing


def _file(folder: Path, content: str | bytes) -> Path:
    path = folder / ".env"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("A=x", "x"),
        ("  A = x  ", "x"),
        ("export A=x", "x"),
        ("export\tA=x", "x"),
        ("A=", ""),
        ("A=x # why", "x"),
        ("A= # why", ""),
        ("A=x#y", "x#y"),
        ("A=#secret", "#secret"),
        ("A=postgresql://u:p@h/d?a=b&c=d", "postgresql://u:p@h/d?a=b&c=d"),
        ("A='x y' # why", "x y"),
        ("A='${B} \\n'", "${B} \\n"),
        ('A="x\\"y\\n\\\\"', 'x"y\n\\'),
        ('A="one\ntwo"', "one\ntwo"),
        ("A=it's", "it's"),
        ("A=1\r", "1"),
        ("A=1\nA=2", "2"),
        ("# A=1\n\nA=2", "2"),
        ("\ufeffA=1", "1"),
    ],
)
def test_a_line_gives_its_value(tmp_path: Path, line: str, value: str) -> None:
    assert Environment({}, _file(tmp_path, line + "\n"))._look("A", frozenset()) == value


def test_a_multi_line_value_does_not_shift_the_lines_after_it(tmp_path: Path) -> None:
    values = read_env_file(_file(tmp_path, "A='1\n2'\nB=3"))
    assert {name: value.line for name, value in values.items()} == {"A": 1, "B": 3}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("A=1\nB\n", "the env file cannot be read: `=` is missing after B\n   at: {path}:2"),
        (
            "A=1\n\n-x=1",
            "the env file cannot be read: a line starts with neither a variable's name nor `#`\n"
            "   at: {path}:3",
        ),
        (
            'A="1\nB=2\n',
            'the env file cannot be read: the quote " is never closed\n   at: {path}:1',
        ),
        (
            "A='1' 2",
            "the env file cannot be read: text follows the closing quote\n   at: {path}:1",
        ),
        (b"A=\xff", "the env file cannot be read: not UTF-8 (byte 3)\n   at: {path}"),
    ],
)
def test_a_bad_line_is_an_error_that_names_it(
    tmp_path: Path, content: str | bytes, message: str
) -> None:
    path = _file(tmp_path, content)
    with pytest.raises(EnvFileUnreadable) as caught:
        read_env_file(path)
    do = "\n   do: write each line as NAME=value, NAME='value' or # comment"
    assert str(caught.value) == message.format(path=path) + do


def test_the_env_file_never_wins_over_the_environment(tmp_path: Path) -> None:
    env = Environment({"A": "process", "B": ""}, _file(tmp_path, "A=file\nB=file\nC=file"))
    assert [env.get(name) for name in "ABCD"] == ["process", None, "file", None]


def test_values_may_name_other_variables(tmp_path: Path) -> None:
    path = _file(tmp_path, "U=me\nP='s${x}'\nURL=postgresql://${U}:${P}@${H}/\"d\"\n")
    assert Environment({"H": "db1"}, path).get("URL") == 'postgresql://me:s${x}@db1/"d"'


def test_a_variable_that_nobody_reads_may_name_what_is_not_set(tmp_path: Path) -> None:
    env = Environment({}, _file(tmp_path, "A=${NOPE}\nB=1"))
    assert env.get("B") == "1"
    with pytest.raises(VariableMissing) as caught:
        env.get("A")
    assert str(caught.value) == (
        f"the variable NOPE is not set\n   at: {tmp_path}/.env:1\n"
        "   do: set NOPE in the environment or in .env"
    )


def test_a_variable_that_names_itself_is_not_set(tmp_path: Path) -> None:
    with pytest.raises(VariableMissing, match="the variable A is not set"):
        Environment({}, _file(tmp_path, "A=${A}")).get("A")
