"""Whatever is wrong with the way to the database or its service: told, and nothing has changed."""

from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.cli.conftest import write_script
from tests.managed.cases import CASES, Case
from tests.managed.conftest import PgMig
from tests.managed.provider import Provider

BOTH = [pytest.param(case, way, id=f"{case.title}, {way}") for case in CASES for way in case.ways]


class Applied(NamedTuple):
    """A project whose first script has been applied, and what the database then holds."""

    folder: Path
    state: str


@pytest.fixture(scope="module")
def applied(provider: Provider, pgmig: PgMig, tmp_path_factory: pytest.TempPathFactory) -> Applied:
    folder = tmp_path_factory.mktemp("project")
    (folder / ".git").mkdir()
    made = "CREATE TABLE public.customer (name text);"
    write_script(folder, "0001_customer", made, "DROP TABLE public.customer;")
    assert pgmig(folder, "up", url=provider.url()).code == 0
    return Applied(folder, provider.dump())


@pytest.mark.parametrize(("case", "way"), BOTH)
def test_what_is_wrong_is_told_and_changes_nothing(
    provider: Provider, pgmig: PgMig, applied: Applied, case: Case, way: str
) -> None:
    write_script(applied.folder, "0002_change", case.script, "SELECT 1;")
    is_pooled = way == "pooled"
    given: dict[str, Any] = {**case.url(provider)}

    with case.moment(provider):
        ran = pgmig(applied.folder, "up", url=provider.url(pooled=is_pooled, **given))

    assert ran.code == case.code, ran.err
    assert (case.pooled if is_pooled and case.pooled else case.says) in ran.err
    assert case.do in ran.err
    assert provider.dump() == applied.state


@pytest.mark.parametrize("way", ["direct", "pooled"])
def test_a_database_that_wakes_up_is_waited_for(
    provider: Provider, pgmig: PgMig, applied: Applied, way: str
) -> None:
    is_pooled = way == "pooled"
    write_script(applied.folder, "0002_change", "CREATE TABLE public.more ();", "SELECT 1;")
    with provider.asleep(3):
        url = provider.url(pooled=is_pooled, database="postgres")
        ran = pgmig(applied.folder, "status", "--wait", "30s", url=url)
    assert (ran.code, "2 pending" in ran.out) == (0, True), ran.err
    # PgBouncer keeps its clients waiting itself, for as long as one try takes.
    assert is_pooled or ran.err.startswith("waiting for the server: ")


def test_no_wait_mends_a_certificate(provider: Provider, pgmig: PgMig, applied: Applied) -> None:
    url = provider.url(host="db.example.com", hostaddr="127.0.0.1")
    ran = pgmig(applied.folder, "up", "--wait", "1h", url=url)
    assert (ran.code, "waiting" in ran.err) == (1, False)
