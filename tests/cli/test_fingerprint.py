"""`pgmig snapshot --fingerprint`: one line, read only where something may have changed."""

import json
import stat
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.fixtures.servers import Program


@pytest.fixture
def filled(database: str, psql: Program) -> str:
    psql(database, input="CREATE TABLE public.a (i integer PRIMARY KEY);")
    return database


def test_it_is_the_fingerprint_of_the_snapshot(pgmig: Run, folder: Path, filled: str) -> None:
    ran = pgmig("snapshot", "--fingerprint", "--url", filled, XDG_CACHE_HOME=str(folder))
    whole = json.loads(pgmig("snapshot", "-q", "--url", filled).out)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == whole["fingerprint"] + "\n"


def test_it_is_computed_again_only_after_a_change(
    pgmig: Run, folder: Path, filled: str, psql: Program
) -> None:
    def run(*more: str) -> tuple[str, bool]:
        words = ("snapshot", "--fingerprint", "--json", "--url", filled, *more)
        ran = pgmig(*words, XDG_CACHE_HOME=str(folder / "cache"))
        document = json.loads(ran.out)
        return document["fingerprint"], document["is_kept"]

    first, is_kept = run()
    assert not is_kept
    assert run() == (first, True)
    assert run("--exclude", "public.a")[1] is False
    assert run("--roles")[1] is False
    psql(filled, input="ALTER TABLE public.a ADD b text")
    second, is_kept = run()
    assert (second != first, is_kept) == (True, False)
    assert run() == (second, True)

    file = folder / "cache" / "pgmig" / "fingerprints.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    kept = json.loads(file.read_text())["kept"]
    assert all(len(token) == 64 and value.startswith("f1") for token, value in kept)
    assert [value for _, value in kept][-1] == second


def test_without_a_place_to_keep_it_it_is_computed(pgmig: Run, folder: Path, filled: str) -> None:
    (folder / "file").touch()
    for _ in range(2):
        words = ("snapshot", "--fingerprint", "--json", "--url", filled)
        ran = pgmig(*words, XDG_CACHE_HOME=str(folder / "file"))
        assert (ran.code, json.loads(ran.out)["is_kept"]) == (0, False)


def test_verbose_tells_that_of_every_object(pgmig: Run, filled: str) -> None:
    ran = pgmig("snapshot", "--fingerprint", "-v", "--url", filled)
    first, *rest = ran.out.splitlines()
    assert first.startswith("f1")
    assert [line.partition("  ")[2] for line in rest] == [
        "extension plpgsql",
        "key a_pkey on public.a",
        "schema public",
        "table public.a",
    ]
    document = json.loads(pgmig("snapshot", "--fingerprint", "-v", "--json", "--url", filled).out)
    assert document["fingerprint"] == first
    assert [f"{each['fingerprint']}  {each['object']}" for each in document["objects"]] == rest


@pytest.mark.parametrize("also", [("-o", "x"), ("--format", "sql"), ("--summary",)])
def test_it_goes_alone(pgmig: Run, filled: str, also: tuple[str, ...]) -> None:
    assert pgmig("snapshot", "--fingerprint", *also, "--url", filled).code == 2
