"""Every attribute of the catalog shows in the snapshot: in a record, or its object by name.

Two witnesses that know nothing of pgmig's records: the changes of tests/laws/changes, each of which
must give another snapshot; and the rows of pg_catalog, of which every column must be changed by one
of them, or stand in no_attributes.toml with the reason why it is no attribute. A column that a new
major of PostgreSQL has is found by itself.
"""

from collections import defaultdict
from contextlib import closing
from pathlib import Path

import pytest

from pgmig import db
from tests.fixtures import reviewed, rows
from tests.fixtures.changes import FILES
from tests.fixtures.observed import Observe
from tests.fixtures.servers import Server


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_change_of_an_attribute_changes_the_snapshot(file: Path, observe: Observe) -> None:
    assert [str(each.change) for each in observe(file) if not each.is_seen] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_change_changes_an_attribute_of_the_catalog(file: Path, observe: Observe) -> None:
    idle = [
        str(each.change)
        for each in observe(file)
        if not any(reviewed.is_attribute(*column) for column in each.columns)
    ]
    assert idle == []


def test_every_column_of_the_catalog_is_changed_or_no_attribute(
    server: Server, observe: Observe
) -> None:
    changed = {column for file in FILES for each in observe(file) for column in each.columns}
    with closing(db.connect(server.url())) as conn:
        columns = {
            (name, column)
            for name, known in rows.catalogs(conn).items()
            for column in known.columns
        }
    wanted = {column for column in columns if reviewed.is_attribute(*column)}
    assert sorted(".".join(column) for column in wanted - changed) == []


def test_every_attribute_is_changed_alone_or_known_to_have_company(
    server: Server, observe: Observe
) -> None:
    with closing(db.connect(server.url())) as conn:
        known = rows.catalogs(conn)
    alone, changed = set[rows.Column](), set[rows.Column]()
    for each in (each for file in FILES for each in observe(file)):
        by_catalog: dict[str, set[rows.Column]] = defaultdict(set)
        for catalog, column in each.columns:
            if reviewed.is_attribute(catalog, column) and column not in known[catalog].identity:
                by_catalog[catalog].add((catalog, column))
        for columns in by_catalog.values():
            changed |= columns
            alone |= columns if len(columns) == 1 else set()
    company = {".".join(column) for column in changed - alone}
    assert sorted(company - reviewed.TOGETHER) == []


@pytest.mark.pg(">= 18")
def test_what_is_no_attribute_is_known_to_the_server(server: Server) -> None:
    gone = {("pg_attribute", "attcacheoff")}  # until 17
    with closing(db.connect(server.url())) as conn:
        known = rows.catalogs(conn)
    columns = {(name, column) for name, each in known.items() for column in each.columns}
    assert known.keys() >= reviewed.CATALOGS
    assert reviewed.COLUMNS - columns - gone == frozenset()
