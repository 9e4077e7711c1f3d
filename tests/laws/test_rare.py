"""What no case folder can hold: objects in a tablespace, labels of a provider that is not there."""

from collections.abc import Callable, Iterator

import pytest

from pgmig.commands.snapshot import snapshot
from pgmig.shadow.witness import statements
from tests.fixtures.changes import FOLDER, load
from tests.fixtures.laws import Law
from tests.fixtures.servers import Program, Server

SPACE = "test_space"
PLACED = f"""
CREATE TABLE t (a integer, b text, CONSTRAINT t_pkey PRIMARY KEY (a) USING INDEX TABLESPACE {SPACE},
    UNIQUE (b) USING INDEX TABLESPACE {SPACE}) TABLESPACE {SPACE};
CREATE INDEX i ON t (lower(b)) TABLESPACE {SPACE};
CREATE TABLE p (a integer) PARTITION BY LIST (a) TABLESPACE {SPACE};
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1) TABLESPACE pg_default;
CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2);
CREATE INDEX pi ON p (a) TABLESPACE {SPACE};
CREATE MATERIALIZED VIEW m TABLESPACE {SPACE} AS SELECT a FROM t;
CREATE INDEX mi ON m (a) TABLESPACE {SPACE};
"""


@pytest.fixture
def space(server: Server, psql: Program) -> Iterator[None]:
    """A tablespace inside the server's own directory, so that it goes with the server."""
    make = f"COPY (SELECT 1) TO PROGRAM 'cat > /dev/null && mkdir -p {SPACE}';"
    place = "SELECT current_setting('data_directory') || '/' || :'name' AS place \\gset"
    psql(
        server.url(), "-v", f"name={SPACE}",
        input=f"{make}\n{place}\nCREATE TABLESPACE {SPACE} LOCATION :'place';",
    )  # fmt: skip
    yield
    psql(server.url(), "-c", f"DROP TABLESPACE {SPACE}")


@pytest.fixture
def placed(space: None, law: Law, make_database: Callable[[], str], psql: Program) -> Iterator[str]:
    """A database with things in the tablespace; the law's copy has none left in the end."""
    url = law.load(PLACED)
    yield url
    psql(url, "-c", "DROP TABLE t, p CASCADE")


def test_the_laws_hold_for_what_lies_in_a_tablespace(placed: str, law: Law) -> None:
    law.holds_for(placed)


def test_every_security_label_is_written_as_pg_dump_writes_it(
    law: Law, pg_dump: Callable[..., str]
) -> None:
    changes = load(FOLDER / "labels.sql")
    # The sequence of an identity has no record of its own: its label is named as not modelled.
    named = [each.sql for each in changes.changes if "label(" in each.sql]
    made = [each for each in named if "ident" not in each]
    url = law.load(changes.setup + ";\n".join(made) + ";")
    ours = [each for each in statements(snapshot(url).text("sql").decode()) if "LABEL" in each]
    theirs = [each for each in statements(pg_dump(url, "-s")) if "LABEL" in each]
    assert len(ours) > 15
    assert set(ours) ^ set(theirs) == set()
