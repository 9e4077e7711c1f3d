"""A script and a client that wait for each other: the script steps back and comes again."""

from pathlib import Path

import psycopg
import pytest

from tests.chaos.ground import Ground, History, ended


@pytest.mark.newest
def test_a_script_that_is_given_up_for_a_deadlock_is_tried_again(
    ground: Ground, tmp_path: Path
) -> None:
    directory = tmp_path / "migrations"
    directory.mkdir()
    (directory / "0001_swap.up.sql").write_text("ALTER TABLE a ADD x int; ALTER TABLE b ADD x int;")
    (directory / "0001_swap.down.sql").write_text("ALTER TABLE b DROP x; ALTER TABLE a DROP x;")
    history = History("deadlock", directory)
    with ground.database(history) as url:
        with psycopg.connect(url) as client:
            client.execute("CREATE TABLE a (); CREATE TABLE b ()")
            client.commit()
            client.execute("SELECT FROM b")
            process = ground.start(url, history)
            assert ground.comes_to_wait(url, process)
            client.execute("SELECT FROM a")  # until the script, which waits longer, is given up
        end = ended(process)
        assert end.code == 0, end.told
        assert "deadlock" in end.told
