"""Collations of ICU, which not every server has, and the version of their library."""

from contextlib import closing

import pytest

from pgmig import db
from tests.fixtures.laws import Law, read
from tests.fixtures.servers import Program

ICU = """
CREATE COLLATION phone (PROVIDER = icu, LOCALE = 'de-u-co-phonebk');
CREATE COLLATION "It's" (PROVIDER = icu, LOCALE = 'en-US', DETERMINISTIC = false);
CREATE COLLATION of_the_server FROM "de-x-icu";
COMMENT ON COLLATION "It's" IS 'case counts';
CREATE TABLE t (a text COLLATE "It's" PRIMARY KEY);
"""
RULES = "CREATE COLLATION ruled (PROVIDER = icu, LOCALE = 'und', RULES = '& V << w <<< W')"


# The wheel's 18 is built without ICU.
@pytest.mark.pg("<= 17")
def test_collations_of_icu_obey_the_laws(law: Law) -> None:
    law.holds_for(law.load(ICU))


@pytest.mark.pg(">= 16, <= 17")
def test_an_icu_collation_with_rules_obeys_the_laws(law: Law) -> None:
    law.holds_for(law.load(RULES))


def test_another_version_of_the_library_is_no_difference(database: str, psql: Program) -> None:
    psql(database, "-c", "CREATE COLLATION c (LOCALE = 'C')")
    before = read(database)
    with closing(db.connect(database)) as conn:
        conn.execute("UPDATE pg_collation SET collversion = '1.2.3' WHERE collname = 'c'")
    assert read(database) == before


def test_a_collation_for_another_encoding_is_named(database: str, psql: Program) -> None:
    psql(
        database,
        input="CREATE COLLATION c (LOCALE = 'C');"
        "UPDATE pg_collation SET collencoding = 8 WHERE collname = 'c'",
    )
    assert [str(each) for each in read(database).unmodelled] == ["collation public.c"]
