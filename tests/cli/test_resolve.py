"""`pgmig resolve`: after a real crash it shows what the catalog shows, and asks or need not ask."""

import json
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from pgmig import db
from tests.cli.conftest import PGMIG, Ran, Run, environment, write_script

INDEX = """\
-- pgmig: transaction=off
SET search_path = public;
CREATE UNIQUE INDEX CONCURRENTLY "I x" ON a (i);
"""
CALL = """\
-- pgmig: transaction=off
CREATE PROCEDURE public.wait() LANGUAGE plpgsql AS $$
BEGIN COMMIT; PERFORM FROM public.a FOR UPDATE; END $$;
CALL public.wait();
"""
AT_WORK = """
SELECT pid FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock' AND application_name LIKE 'pgmig%'
"""


def die_in_a_lock(folder: Path, database: str, blocker: bytes) -> None:
    """Kill `pgmig up`, and then its backend, while its statement waits for another session."""
    with closing(db.connect(database)) as holder, closing(db.connect(database)) as admin:
        holder.execute(blocker)
        run = [*PGMIG, "up", "--url", database]
        with subprocess.Popen(run, cwd=folder, env=environment()) as process:
            while (row := admin.execute(AT_WORK).fetchone()) is None:
                assert process.poll() is None
            process.kill()
        admin.execute("SELECT pg_terminate_backend(%s)", row)
        while admin.execute("SELECT FROM pg_stat_activity WHERE pid = %s", row).fetchone():
            pass


def test_what_the_catalog_decides_is_shown_and_done_by_the_next_run(
    pgmig: Run, project: Path, database: str
) -> None:
    pgmig("up", "--url", database)
    path = write_script(project, "0003_c", INDEX, "DROP INDEX public.i;")
    die_in_a_lock(project, database, b"BEGIN; INSERT INTO public.a VALUES (1)")
    resolve = ("resolve", "3", "--statement", "2", "--url", database)
    shown = (
        "error: what became of statement 2 of version 3 is to be said: --done or --redo\n"
        f"   at: {path}:3\n"
        '  sql: CREATE UNIQUE INDEX CONCURRENTLY "I x" ON a (i)\n'
        'found: index public."I x" on public.a is INVALID; it was not there before\n'
        '   so: after DROP INDEX CONCURRENTLY public."I x" it is to run again\n'
        "   do: `pgmig up` does that by itself; to overrule it, `pgmig resolve 3 --statement 2"
        " --done` or `--redo`\n"
    )
    ran = pgmig(*resolve)
    assert ran == Ran(2, "", shown)
    error = json.loads(pgmig(*resolve, "--json").out)["error"]
    assert (error["kind"], error["facts"]["is_decided"]) == ("OutcomeUntold", True)
    assert pgmig("up", "--url", database).code == 0
    with closing(db.connect(database)) as conn:
        valid = b"SELECT indisvalid FROM pg_index WHERE indexrelid = 'public.\"I x\"'::regclass"
        assert conn.execute(valid).fetchall() == [(True,)]
    assert pgmig(*resolve).code == 2


@pytest.mark.newest
def test_what_the_catalog_does_not_decide_is_asked(
    pgmig: Run, project: Path, database: str
) -> None:
    pgmig("up", "--url", database)
    with closing(db.connect(database)) as conn:
        conn.execute("INSERT INTO public.a VALUES (1)")
    write_script(project, "0003_c", CALL, "DROP PROCEDURE public.wait;")
    die_in_a_lock(project, database, b"BEGIN; UPDATE public.a SET i = 2")
    resolve = ("resolve", "3", "--statement", "2", "--url", database)
    asked = pgmig(*resolve)
    assert (asked.code, asked.out) == (2, "")
    assert asked.err.splitlines()[2:] == [
        "  sql: CALL public.wait()",
        "found: how far CALL came stands in no catalog",
        "       no session that this role can see works on it any more",
        "   so: the catalog does not tell whether it took effect",
        "   do: look whether it took effect, then `pgmig resolve 3 --statement 2 --done` or"
        " `--redo`",
    ]
    assert pgmig(*resolve, "--redo").code == 0
    assert pgmig("up", "--url", database).code == 0
