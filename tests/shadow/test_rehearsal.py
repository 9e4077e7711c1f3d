"""A rehearsal believes no statement: what it does is looked at, and what is wrong is named."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from pgmig.commands.states import Options, opened
from pgmig.commands.states.form import Sql
from pgmig.errors import ConsentMissing, ProofFailed
from pgmig.model import Statement
from pgmig.plan import plan
from pgmig.shadow.drafting import Piece
from pgmig.shadow.rehearsal import Rehearsed, rehearse
from tests.fixtures.servers import Server

OLD = "CREATE TABLE public.a (id int PRIMARY KEY, t text);"
NEW = "CREATE TABLE public.a (id int PRIMARY KEY, t text, n int); COMMENT ON TABLE public.a IS 'x';"

Change = Callable[[Sequence[Statement]], Sequence[Statement]]
Play = Callable[[Change], Rehearsed]


@pytest.fixture
def play(server: Server, tmp_path: Path) -> Play:
    """Rehearses the plan from OLD to NEW once it was changed."""
    states: list[Sql] = []
    for name, text in (("old.sql", OLD), ("new.sql", NEW)):
        path = tmp_path / name
        path.write_text(text)
        states.append(Sql(path, (path,)))

    def run(change: Change) -> Rehearsed:
        old, new = states
        with opened(old, new, Options(shadow_url=server.url())) as pair:
            made = plan(pair.old.snapshot, pair.new.snapshot)
            piece = Piece("0001_a", tuple(change(made.statements)))
            ends = pair.old, pair.new
            return rehearse(ends, (piece,), pair.bench.witness, directory=tmp_path / "m")

    return run


def test_a_plan_as_it_is_is_proved_with_rows_and_gets_its_way_down(play: Play) -> None:
    done = play(lambda statements: statements)
    assert done.rows > 0
    assert done.unfilled == done.unfit == ()
    (proved,) = done.scripts
    assert proved.script.down is not None
    assert "DROP COLUMN n" in proved.script.down.text


def test_a_statement_that_is_missing_is_seen_in_the_result(play: Play) -> None:
    with pytest.raises(ProofFailed) as failed:
        play(lambda statements: [each for each in statements if "COMMENT" not in each.sql])
    assert failed.value.step == "the target"
    assert failed.value.findings == ("table public.a: comment is none, should be 'x'",)


def test_a_statement_that_takes_rows_unannounced_is_seen(play: Play) -> None:
    with pytest.raises(ProofFailed) as failed:
        play(lambda made: [*made, replace(made[0], sql="DELETE FROM public.a", joins="")])
    assert failed.value.step == "0001_a up"
    assert failed.value.findings[0].startswith("public.a: row lost: id = ")


def test_a_statement_that_changes_a_value_needs_consent(play: Play) -> None:
    with pytest.raises(ConsentMissing) as refused:
        play(lambda made: [*made, replace(made[0], sql="UPDATE public.a SET t = 'z'", joins="")])
    ((name, evidence),) = refused.value.dangers
    assert name == "data-loss"
    assert evidence.startswith("public.a.t: value changed: ")


def test_a_statement_that_fails_is_named_with_what_the_server_said(play: Play) -> None:
    with pytest.raises(ProofFailed) as failed:
        play(lambda made: [*made, replace(made[0], sql="DROP TABLE public.b", joins="")])
    assert failed.value.findings == (
        'table "b" does not exist (SQLSTATE 42P01)',
        "in: DROP TABLE public.b",
    )
    assert failed.value.sqlstate == "42P01"
