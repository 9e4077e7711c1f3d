"""What a fingerprint says: the same for the same schema, on any major unless it names one."""

import uuid
from collections import defaultdict
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pgmig import db
from pgmig.kinds.extension import Extension
from pgmig.model import ObjectKey, Snapshot
from pgmig.snapshot.fingerprint import are_comparable, each, major_of, whole
from tests.fixtures.laws import ROLES, Law, read
from tests.fixtures.servers import Program, Server
from tests.laws.test_cases import FOLDERS, since

LEGACY = sorted((Path(__file__).parents[1] / "example" / "legacy").glob("*.sql"))
TEXTS = Path(__file__).parent / "texts.sql"


def files() -> list[object]:
    """What to load, and the first major that knows it."""
    found: list[object] = [
        pytest.param([folder / "new.sql"], since(folder), id=f"{folder.parent.name}-{folder.name}")
        for folder in FOLDERS
    ]
    found.append(pytest.param([TEXTS], 14, id="texts"))
    found.append(pytest.param(LEGACY, 14, id="legacy"))
    return found


@contextmanager
def loaded(server: Server, files: list[Path]) -> Generator[Snapshot]:
    """The snapshot of a database of this server with the files in it."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    with db.connect(server.url()) as admin:
        known = {row[0] for row in admin.execute("SELECT rolname FROM pg_roles")}
        for role in ROLES:
            if role not in known:
                admin.execute(f"CREATE ROLE {role}".encode())
        admin.execute(f"CREATE DATABASE {name} TEMPLATE template0".encode())
        try:
            options = ("-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", server.url(name))
            for file in files:
                server.run("psql", *options, "-f", file)
            yield read(server.url(name))
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.mark.parametrize(("files", "since"), files())
def test_an_object_that_names_no_major_has_one_fingerprint_on_all(
    files: list[Path], since: int, servers: tuple[Server, ...]
) -> None:
    found: dict[object, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    here: dict[object, list[int]] = defaultdict(list)
    for server in servers:
        if server.major < since:
            continue
        with loaded(server, files) as taken:
            for key, fingerprint in each(taken):
                here[named(taken, key)].append(server.major)
                if major_of(fingerprint) is None:
                    found[named(taken, key)][fingerprint].append(server.major)
                else:
                    assert major_of(fingerprint) == server.major
    assert {key: dict(seen) for key, seen in found.items() if len(seen) > 1} == {}
    majors = [server.major for server in servers if server.major >= since]
    missing = {key: seen for key, seen in here.items() if seen != majors}
    assert [key for key in missing if isinstance(key, ObjectKey)] == []


def named(snapshot: Snapshot, key: ObjectKey) -> object:
    """The object; of an extension its version too: each major brings its own."""
    record = snapshot.objects[key]
    return (key, record.version) if isinstance(record, Extension) else key


def test_what_majors_print_differently_names_its_major(law: Law, server: Server) -> None:
    plain = read(law.load("CREATE TABLE public.t (a integer)"))
    viewed = read(law.load("CREATE TABLE public.t (a integer); CREATE VIEW public.v AS TABLE t"))
    prints = dict(each(viewed))
    view = ObjectKey("view", "public", "v")

    assert prints[view].startswith(f"f1-pg{server.major}:")
    assert major_of(whole(viewed)) == server.major
    assert major_of(whole(plain)) == (14 if server.major == 14 else None)
    assert {major_of(text) for key, text in prints.items() if key not in {view, PUBLIC}} == {None}
    assert are_comparable(whole(plain), whole(viewed)) == (server.major == 14)


PUBLIC = ObjectKey("schema", "", "public")


def test_neither_order_nor_place_counts(law: Law) -> None:
    parts = ("CREATE TABLE public.a ()", "CREATE TABLE public.b ()", "CREATE SCHEMA x")
    one = law.load(";".join(parts))
    other = law.load("CREATE TABLE public.gone (); DROP TABLE public.gone;" + ";".join(parts[::-1]))

    assert whole(read(one)) == whole(read(other))


@pytest.mark.parametrize(
    "change",
    [
        "COMMENT ON TABLE public.t IS 'x'",
        "ALTER TABLE public.t OWNER TO r_owner",
        "ALTER TABLE public.t RENAME TO u",
        "GRANT SELECT ON public.t TO PUBLIC",
        "DROP TABLE public.t",
    ],
)
def test_a_change_changes_it(law: Law, psql: Program, change: str) -> None:
    url = law.load("CREATE TABLE public.t (a integer)")
    before = whole(read(url))
    psql(url, "-c", change)

    assert whole(read(url)) != before
