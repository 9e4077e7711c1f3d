"""A tree of files: replaced whole, ours alone, refused while it is not whole."""

import gc
import os
import random
import re
import resource
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pgmig.errors import BadTree, FileNotWritten, TreeHalfReplaced, TreeNotOurs
from pgmig.model import ObjectKey, Statement
from pgmig.snapshot.tree import files_of, listed, write_tree

ORDERS = ObjectKey("table", "shop", "orders")
ITEMS = ObjectKey("table", "shop", "items")


def tree(*steps: tuple[ObjectKey, str]) -> dict[str, bytes]:
    statements = [Statement(sql, key) for key, sql in steps]
    return files_of(statements, settings=["check_function_bodies = off"], notes=["one\ntwo"])


ONE = tree((ORDERS, "CREATE TABLE shop.orders ()"))
TWO = tree((ITEMS, "CREATE TABLE shop.items ()"), (ORDERS, "CREATE TABLE shop.orders ()"))


def replace(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text().replace(old, new))


def held(directory: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(directory)): path.read_bytes()
        for path in directory.rglob("*")
        if path.is_file()
    }


def test_statements_of_an_object_stand_together_and_those_that_wait_apart() -> None:
    files = tree((ORDERS, "A"), (ORDERS, "B"), (ITEMS, "C"), (ORDERS, "D"))
    assert {path: data for path, data in files.items() if path != "load.sql"} == {
        "shop/table/orders.sql": b"A;\nB;\n",
        "shop/table/items.sql": b"C;\n",
        "shop/table/orders.2.sql": b"D;\n",
    }
    assert files["load.sql"].decode() == (
        "-- Written by pgmig snapshot. Into an empty database: psql -f load.sql\n"
        "-- one two\n"
        "\n"
        "\\set ON_ERROR_STOP on\n"
        "BEGIN;\n"
        "SET LOCAL client_encoding = 'UTF8';\n"
        "SET LOCAL standard_conforming_strings = on;\n"
        "SET LOCAL check_function_bodies = off;\n"
        "\n"
        "\\ir shop/table/orders.sql\n"
        "\\ir shop/table/items.sql\n"
        "\\ir shop/table/orders.2.sql\n"
        "\n"
        "COMMIT;\n"
    )


def test_a_tree_is_written_and_listed_in_order(tmp_path: Path) -> None:
    write_tree(tmp_path / "schema", TWO)
    assert held(tmp_path / "schema") == TWO
    found = listed(tmp_path / "schema")
    assert [path.name for path in found.files] == ["items.sql", "orders.sql"]
    assert found.settings[-1] == "SET LOCAL check_function_bodies = off;"


def test_an_old_tree_is_replaced_and_what_is_not_ours_stays(tmp_path: Path) -> None:
    write_tree(tmp_path, TWO)
    (tmp_path / "README.md").write_text("mine")
    (tmp_path / "shop/table/notes.txt").write_text("mine too")
    before = (tmp_path / "shop/table/orders.sql").stat()
    write_tree(tmp_path, ONE)
    assert held(tmp_path) == {**ONE, "README.md": b"mine", "shop/table/notes.txt": b"mine too"}
    assert (tmp_path / "shop/table/orders.sql").stat() == before  # the same, so untouched


def test_folders_that_become_empty_go(tmp_path: Path) -> None:
    write_tree(tmp_path, tree((ObjectKey("enum", "other", "mood"), "CREATE TYPE")))
    write_tree(tmp_path, ONE)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["load.sql", "shop"]


def test_a_folder_with_other_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "load.sql").write_text("SELECT 1;")
    with pytest.raises(TreeNotOurs, match=r"did not write: load\.sql"):
        write_tree(tmp_path, ONE)
    assert held(tmp_path) == {"load.sql": b"SELECT 1;"}


def test_a_file_of_somebody_else_is_not_overwritten(tmp_path: Path) -> None:
    write_tree(tmp_path, ONE)
    (tmp_path / "shop/table/items.sql").write_text("mine")
    with pytest.raises(TreeNotOurs, match=r"items\.sql"):
        write_tree(tmp_path, TWO)
    assert held(tmp_path) == {**ONE, "shop/table/items.sql": b"mine"}


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    write_tree(tmp_path / "schema", ONE)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "schema/shop").rename(tmp_path / "shop")
    (tmp_path / "schema/shop").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(TreeNotOurs, match="shop"):
        write_tree(tmp_path / "schema", TWO)
    assert held(tmp_path / "elsewhere") == {}


def test_names_that_lead_out_of_the_tree_are_not_ours(tmp_path: Path) -> None:
    (tmp_path / "victim.sql").write_text("mine")
    write_tree(tmp_path / "schema", ONE)
    load = tmp_path / "schema/load.sql"
    load.write_text(load.read_text() + "\\ir ../victim.sql\n\\ir a/b/../../../victim.sql\n")
    write_tree(tmp_path / "schema", ONE)
    assert (tmp_path / "victim.sql").read_text() == "mine"


@contextmanager
def full_disk(limit: int) -> Iterator[None]:
    """No file of this process grows beyond `limit` bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_leaves_the_old_tree(tmp_path: Path) -> None:
    write_tree(tmp_path / "schema", ONE)
    with full_disk(100), pytest.raises(FileNotWritten, match="File too large"):
        write_tree(tmp_path / "schema", TWO)
    assert held(tmp_path / "schema") == ONE
    with full_disk(100), pytest.raises(FileNotWritten):
        write_tree(tmp_path / "new", TWO)
    assert not (tmp_path / "new").exists()


def test_a_missing_parent_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotWritten, match="No such file or directory"):
        write_tree(tmp_path / "no/schema", ONE)
    assert list(tmp_path.iterdir()) == []


@contextmanager
def without_rights(folder: Path) -> Iterator[None]:
    """Bound by permissions, which root is not otherwise; `folder` is the account's."""
    if os.geteuid():
        yield
        return
    for path in (folder, *folder.rglob("*")):
        os.chown(path, 65534, 65534)
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_folder_without_rights_stays_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    schema = Path("schema")
    schema.mkdir(mode=0o555)
    with without_rights(tmp_path), pytest.raises(FileNotWritten, match="Permission denied"):
        write_tree(schema, ONE)
    assert held(schema) == {}


def test_a_tree_that_cannot_all_be_replaced_is_refused_until_it_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    schema = Path("schema")
    write_tree(schema, many("A"))
    (schema / "shop/table").chmod(0o555)
    with without_rights(tmp_path), pytest.raises(TreeHalfReplaced) as caught:
        write_tree(schema, many("B"))
    assert "t0.sql cannot be replaced: Permission denied" in str(caught.value)
    assert "load.sql refuses to load it" in str(caught.value)
    assert b"RAISE EXCEPTION" in (schema / "load.sql").read_bytes()
    with pytest.raises(BadTree, match="stopped half-way"):
        listed(schema)
    (schema / "shop/table").chmod(0o755)
    write_tree(schema, many("B"))
    assert held(schema) == many("B")


def test_what_is_no_file_where_one_of_ours_was_is_told(tmp_path: Path) -> None:
    write_tree(tmp_path, ONE)
    (tmp_path / "shop/table/orders.sql").unlink()
    (tmp_path / "shop/table/orders.sql/in the way").mkdir(parents=True)
    with pytest.raises(FileNotWritten, match="directory"):
        write_tree(tmp_path, TWO)
    (tmp_path / "shop/table/orders.sql/in the way").rmdir()
    (tmp_path / "shop/table/orders.sql").rmdir()
    write_tree(tmp_path, TWO)
    assert held(tmp_path) == TWO


def many(version: str) -> dict[str, bytes]:
    """A tree of some files that differ all, and of one more, from the other version's."""
    names = [f"t{number}" for number in range(40)] + [f"only_{version.lower()}"]
    return tree(*((ObjectKey("table", "shop", name), f"-- {version}\nX") for name in names))


def write_for_ever(directory: Path) -> int:
    """The id of a process that writes one version after the other."""
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])  # not before it can handle it
    process = os.fork()
    if process:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
        return process
    try:
        # Whoever runs the tests in the background has them ignore it.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        gc.disable()  # an interrupt that a callback of the collector raises is lost
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
        while True:
            write_tree(directory, many("A"))
            write_tree(directory, many("B"))
    finally:
        os._exit(0)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_whenever_it_is_killed_a_tree_that_can_be_read_is_whole(
    tmp_path: Path, number: signal.Signals
) -> None:
    chance = random.Random(1)
    whole = {frozenset(many(version).items()) for version in "AB"}
    write_tree(tmp_path, many("A"))
    for _ in range(20):
        process = write_for_ever(tmp_path)
        time.sleep(chance.random() / 20)
        os.kill(process, number)
        os.waitpid(process, 0)
        files = {path: data for path, data in held(tmp_path).items() if path[0] != "."}
        if frozenset(files.items()) not in whole:
            assert number == signal.SIGKILL
            with pytest.raises(BadTree, match="stopped half-way"):
                listed(tmp_path)
    write_tree(tmp_path, many("A"))
    assert held(tmp_path) == many("A")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda root: (root / "load.sql").unlink(), "No such file"),
        (lambda root: (root / "load.sql").write_text("SELECT 1;\n"), "another program wrote it"),
        (
            lambda root: replace(root / "load.sql", "COMMIT;", "<<<<<<< HEAD"),
            r"a line of another kind\n   at: .*load.sql:1\d",
        ),
        (
            lambda root: (root / "shop/table/more.sql").write_text("SELECT 1;"),
            r"load.sql does not name more.sql",
        ),
    ],
)
def test_what_is_no_whole_tree_is_refused(
    tmp_path: Path, change: Callable[[Path], object], reason: str
) -> None:
    write_tree(tmp_path, TWO)
    change(tmp_path)
    with pytest.raises(BadTree) as caught:
        listed(tmp_path)
    assert re.search(reason, str(caught.value))
