"""Every form of a state is parsed, read, dumped and built again; what is none is refused."""

import subprocess
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest

from pgmig.catalog.scope import scope_of
from pgmig.commands.choice import Flags
from pgmig.commands.settings import Settings
from pgmig.commands.settings import resolve as settings_of
from pgmig.commands.snapshot import snapshot as taken_of
from pgmig.commands.snapshot import write
from pgmig.commands.states import Options, Pair, opened, parse, settled
from pgmig.commands.states.form import Commit, Empty, Live, Scripts, Sql, Stored, Tree
from pgmig.errors import (
    BadScript,
    BadSnapshotFile,
    BadState,
    BadTree,
    ExtensionsMissing,
    GitUnusable,
    PsqlCommand,
    SealBroken,
    StatementFailed,
    TransactionLeftOpen,
    UsageError,
    VersionUnknown,
)
from pgmig.model import Snapshot
from pgmig.plan import differences
from pgmig.scripts import seal
from pgmig.shadow.server import LocalServer, find
from pgmig.shadow.witness import restorable, statements
from tests.cli.conftest import write_script
from tests.fixtures.laws import read
from tests.fixtures.servers import Program, Server

pytestmark = pytest.mark.newest

ROOT = Path(__file__).parents[2]
TABLE = "CREATE TABLE public.a (i int PRIMARY KEY, s varchar(5) DEFAULT 'x');"


@dataclass
class Project:
    """A folder with migrations, and the server under test."""

    folder: Path
    server: Server

    @property
    def settings(self) -> Settings:
        return settings_of(Flags(), environ={}, folder=self.folder)

    @property
    def options(self) -> Options:
        return Options(local=self.server.local)

    def parse(self, text: str) -> object:
        return parse(text, self.settings, folder=self.folder)

    def opened(
        self, old: str, new: str, options: Options | None = None
    ) -> AbstractContextManager[Pair]:
        states = [parse(each, self.settings, folder=self.folder) for each in (old, new)]
        return opened(states[0], states[1], options or self.options)

    def differences(self, old: str, new: str, options: Options | None = None) -> list[str]:
        """What differs, once it is settled."""
        with self.opened(old, new, options) as pair:
            return told(*settled(pair.old, pair.new, pair.bench))

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path


def told(old: Snapshot, new: Snapshot) -> list[str]:
    return [str(each) for each in differences(old, new)]


@pytest.fixture
def project(server: Server, tmp_path: Path) -> Project:
    (tmp_path / ".git").mkdir()
    write_script(tmp_path, "0001_a", TABLE, "DROP TABLE public.a;")
    write_script(tmp_path, "0002_b", "CREATE TABLE public.b ();", "DROP TABLE public.b;")
    return Project(tmp_path, server)


@pytest.fixture
def nowhere(tmp_path: Path) -> Settings:
    """Settings of a folder without migrations."""
    (tmp_path / ".git").mkdir()
    return settings_of(Flags(), environ={}, folder=tmp_path)


# Words.


def test_every_form_has_a_type_of_its_own(nowhere: Settings, tmp_path: Path) -> None:
    write_script(tmp_path, "0001_a", TABLE, "DROP TABLE public.a;")
    (tmp_path / "schema").mkdir()
    for name in ("b.sql", "a.sql", "sub/c.sql", ".hidden/d.sql", "readme.md"):
        (tmp_path / "schema" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "schema" / name).touch()
    (tmp_path / "app.sql").touch()
    (tmp_path / "app.json").touch()
    (tmp_path / "empty").mkdir()
    here = tmp_path
    files = tuple(here / "schema" / name for name in ("a.sql", "b.sql", "sub/c.sql"))
    forms = {
        "postgresql://app@db1/shop": Live("postgresql://app@db1/shop"),
        "postgres://app@db1/shop": Live("postgres://app@db1/shop"),
        "service=shop": Live("service=shop"),
        "host=db1 dbname=shop": Live("host=db1 dbname=shop"),
        "migrations/": Scripts(here / "migrations"),
        "migrations": Scripts(here / "migrations"),
        "migrations/@7": Scripts(here / "migrations", 7),
        "migrations@7": Scripts(here / "migrations", 7),
        "migrations/@0": Scripts(here / "migrations", 0),
        "app.sql": Sql(here / "app.sql", (here / "app.sql",)),
        "schema/": Sql(here / "schema", files),
        "app.json": Stored(here / "app.json"),
        "empty": Empty(),
        "git:main~2": Commit("main~2", nowhere.migrations, nowhere.root),
    }
    assert {text: parse(text, nowhere, folder=here) for text in forms} == forms


def test_the_migrations_of_the_project_may_have_no_script_yet(tmp_path: Path) -> None:
    (tmp_path / "migrations").mkdir()
    settings = settings_of(Flags(), environ={}, folder=tmp_path)
    assert parse("migrations", settings, folder=tmp_path) == Scripts(tmp_path / "migrations")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the text is empty"),
        ("nothing", "nothing is no state: there is no such file or folder"),
        ("nothing.sql", "there is no such file"),
        ("nothing/@7", "there is no folder nothing/"),
        ("migrations/@last", "a version has to follow the @"),
        ("migrations/@²", "a version has to follow the @"),
        ("plain/@1", "plain/ holds no migrations"),
        ("void/", "neither migrations"),
        ("app.txt", r"ends in \.sql or \.json"),
        ("git:", "has to follow the colon"),
        ("git:--output=x", "has to follow the colon"),
        ("git:a b", "has to follow the colon"),
        ("sqlalchemy:app.models:metadata", "ORM yet"),
        ("django:app.settings", "ORM yet"),
        ("x\0y", "no state"),
        ("x" * 5000, "no state"),
    ],
)
def test_words_that_are_no_state_are_refused_with_the_forms(
    text: str, said: str, nowhere: Settings, tmp_path: Path
) -> None:
    write_script(tmp_path, "0001_a", TABLE, "DROP TABLE public.a;")
    (tmp_path / "void").mkdir()
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / "a.sql").touch()
    (tmp_path / "app.txt").touch()
    with pytest.raises(BadState, match=said) as refused:
        parse(text, nowhere, folder=tmp_path)
    assert refused.value.exit_code == 2
    assert "snapshot.json, empty, git:REV" in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "mysql://app:sEcret@db1/shop",
        "postgresql://app:sE/cret@db1/shop",
        "postgresql://app:sEcret@db1:port/shop",
        "host=db1 password=sEcret nonsense",
        "hots=db1 password=sEcret",
    ],
)
def test_a_connection_string_that_cannot_be_read_is_not_repeated(
    text: str, nowhere: Settings, tmp_path: Path
) -> None:
    with pytest.raises(UsageError) as refused:
        parse(text, nowhere, folder=tmp_path)
    assert "cret" not in str(refused.value)


def test_a_live_state_does_not_show_its_password() -> None:
    assert "sEcret" not in repr(Live("postgresql://app:sEcret@db1/shop"))


# Resolving.


def built_again(pair: Pair) -> None:
    """Whatever makes this state again makes just this state."""
    for side in (pair.old, pair.new):
        with side.database() as url, side.copied() as copy, pair.server.database() as other:
            side.build(other)
            made = read(other)
            assert told(side.snapshot, made) == []
            assert told(side.snapshot, read(url)) == []
            assert told(read(copy), made) == []
            assert statements(side.dump()) == statements(pair.bench.witness.dump(other))


@pytest.fixture
def forms(project: Project, database: str, psql: Program) -> dict[str, str]:
    """One schema in every form."""
    for name in ("0001_a", "0002_b"):
        psql(database, "-f", project.folder / "migrations" / f"{name}.up.sql")
    taken = taken_of(database)
    write(taken, project.folder / "stored.json", "json")
    write(taken, project.folder / "stored.sql", "sql")
    write(taken, project.folder / "tree", "tree")
    project.write("plain/1.sql", TABLE)
    project.write("plain/2.sql", "BEGIN; CREATE TABLE public.b (); COMMIT;")
    (project.folder / ".git").rmdir()
    git(project.folder, "init", "-q")
    git(project.folder, "add", "migrations")
    git(project.folder, "commit", "-q", "-m", "both")
    return {
        "database": database,
        "migrations": "migrations/",
        "version": "migrations/@2",
        "document": "stored.json",
        "sql": "stored.sql",
        "tree": "tree/",
        "load": "tree/load.sql",
        "plain": "plain/",
        "git": "git:HEAD",
    }


def git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=a", "-c", "user.email=a@b.c")
    done = subprocess.run(
        ["git", "-C", str(folder), *who, *arguments], capture_output=True, text=True, check=True
    )
    return done.stdout


def test_one_schema_in_any_form_differs_in_nothing(project: Project, forms: dict[str, str]) -> None:
    first = forms.pop("database")
    for form in forms.values():
        with project.opened(first, form) as pair:
            assert told(pair.old.snapshot, pair.new.snapshot) == []
            assert statements(pair.old.dump()) == statements(pair.new.dump())


@pytest.mark.parametrize("form", ["database", "migrations", "document", "tree", "plain", "git"])
def test_every_form_is_built_again(form: str, project: Project, forms: dict[str, str]) -> None:
    with project.opened(forms[form], "empty") as pair:
        assert len(pair.old.snapshot.objects) == 5
        built_again(pair)


def test_labels_name_states_without_passwords(project: Project, forms: dict[str, str]) -> None:
    secret = forms["database"].replace("postgres@", "postgres:sEcret@")
    with project.opened(secret, "migrations/@1") as pair:
        labels = (pair.old.label, pair.new.label)
    assert "sEcret" not in str(labels)
    assert labels[1].endswith("migrations/@1")
    with project.opened("git:HEAD", "empty") as pair:
        assert pair.old.label.endswith("migrations/ of HEAD")
        assert pair.new.label == "empty"


def test_a_version_is_all_scripts_up_to_it(project: Project) -> None:
    assert project.differences("migrations/@1", "migrations/") == ["table public.b: is missing"]
    assert project.differences("migrations/@0", "empty") == []
    with pytest.raises(
        VersionUnknown, match=r"no version 7 in .*/migrations/\n.*0002_b"
    ) as refused:
        project.differences("migrations/@7", "empty")
    assert refused.value.exit_code == 2


def test_an_empty_database_is_no_different_from_empty(project: Project, database: str) -> None:
    assert project.differences(database, "empty") == []


def test_a_sealed_script_that_was_edited_is_refused_before_anything_runs(
    project: Project,
) -> None:
    seal(project.folder / "migrations")
    project.write("migrations/0001_a.up.sql", "CREATE TABLE public.other ();")
    with pytest.raises(SealBroken):
        project.differences("migrations/", "empty")
    project.write("migrations/0003.sql", "")
    with pytest.raises(BadScript):
        project.differences("migrations/", "empty")


def test_roles_of_headers_and_of_the_database_are_there_for_the_scripts(
    project: Project, database: str, psql: Program, make_role: Callable[..., str]
) -> None:
    known = make_role("NOLOGIN")
    for number, name in enumerate(("state_role_of_a_header", known), 3):
        head = "-- pgmig: roles=state_role_of_a_header\n" if number == 3 else ""
        write_script(
            project.folder,
            f"{number:04d}_grant",
            f"{head}GRANT SELECT ON public.a TO {name};",
            f"REVOKE SELECT ON public.a FROM {name};",
        )
    psql(database, input=f"{TABLE} CREATE TABLE b (); GRANT SELECT ON a TO {known}")
    options = Options(shadow_url=project.server.url())  # whose stubs go again
    (found,) = project.differences(database, "migrations/", options)
    assert "state_role_of_a_header" in found
    query = "SELECT count(*) FROM pg_roles WHERE rolname = 'state_role_of_a_header'"
    assert psql(project.server.url(), "-Atc", query).stdout == "0\n"


def test_a_snapshot_with_an_extension_that_the_shadow_lacks_is_refused_when_it_is_built(
    project: Project, database: str, psql: Program
) -> None:
    psql(database, input="CREATE SCHEMA s; CREATE TABLE s.t (i int)")
    query = "UPDATE pg_extension SET extname = 'lacking' WHERE extname = 'plpgsql'"
    psql(database, "-c", query)
    with project.opened(database, "empty") as pair, pytest.raises(ExtensionsMissing):
        pair.old.database().__enter__()


def test_templates_on_another_server_keep_their_roles(
    project: Project,
) -> None:
    text = "-- pgmig: roles=state_kept\nGRANT SELECT ON public.a TO state_kept;"
    write_script(project.folder, "0003_grant", text, "REVOKE SELECT ON a FROM state_kept;")
    ran: list[str] = []
    options = Options(shadow_url=project.server.url(), is_kept=True, on_step=ran.append)
    for _ in range(2):
        assert project.differences("migrations/@2", "migrations/", options) != []
    assert sum("0003_grant" in each for each in ran) == 1


# Files of SQL.


def test_what_pg_dump_writes_is_loaded_as_it_is(
    project: Project, database: str, psql: Program, pg_dump: Callable[..., str]
) -> None:
    psql(database, input=f"{TABLE} INSERT INTO a VALUES (1), (2);")
    dump = pg_dump(database)
    assert "COPY public.a" in dump
    project.write("dump.sql", dump)
    assert project.differences(database, "dump.sql") == []
    project.write("restricted.sql", "\\restrict abc\n" + TABLE + "\n\\unrestrict abc\n")
    assert project.differences(database, "restricted.sql") == []


def test_a_file_with_commands_of_psql_is_refused_by_name(project: Project) -> None:
    project.write("schema/a.sql", "CREATE TABLE t ();\n\\i b.sql\n")
    with pytest.raises(PsqlCommand, match=r"\\i is a command of psql") as refused:
        project.differences("schema/", "empty")
    assert refused.value.where.endswith("a.sql:2:1")


def test_statements_that_refuse_transactions_run_by_themselves(project: Project) -> None:
    project.write("s.sql", f"{TABLE} CREATE INDEX CONCURRENTLY i ON a (s); VACUUM a;")
    with project.opened("s.sql", "empty") as pair:
        assert "index public.i" in map(str, pair.old.snapshot.objects)


def test_settings_of_one_file_do_not_reach_the_next(project: Project) -> None:
    project.write("s/1.sql", "CREATE SCHEMA other; SET search_path = other;")
    project.write("s/2.sql", "CREATE TABLE t ();")
    with project.opened("s/", "empty") as pair:
        assert "table public.t" in map(str, pair.old.snapshot.objects)


def test_a_file_that_fails_is_named_with_its_line(project: Project) -> None:
    project.write("s/1.sql", f"{TABLE}\n\nCREATE VIEW v AS\n  SELECT nothing FROM a;")
    with pytest.raises(StatementFailed, match="nothing") as failed:
        project.differences("s/", "empty")
    assert failed.value.where.endswith("s/1.sql:4:10")
    assert failed.value.sqlstate == "42703"
    assert failed.value.statement.startswith("CREATE VIEW")


def test_a_file_that_leaves_its_transaction_open_is_refused(project: Project) -> None:
    project.write("s.sql", f"BEGIN; {TABLE}")
    with pytest.raises(TransactionLeftOpen, match=r"s\.sql does not end"):
        project.differences("s.sql", "empty")


def test_a_tree_that_is_not_whole_is_refused(project: Project, forms: dict[str, str]) -> None:
    path = project.folder / "tree" / "public" / "table" / "a.sql"
    path.write_text("CREATE TABLE public.a (i nothing);")
    with pytest.raises(StatementFailed, match="nothing") as failed:
        project.differences(forms["tree"], "empty")
    assert failed.value.where.endswith("table/a.sql:1:26")
    path.unlink()
    with pytest.raises(BadScript, match=r"a\.sql cannot be read"):
        project.differences(forms["tree"], "empty")
    load = project.folder / "tree" / "load.sql"
    load.write_text(load.read_text() + "\\! rm\n")
    with pytest.raises(BadTree):
        project.differences(forms["tree"], "empty")


def test_a_tree_is_recognised(project: Project, forms: dict[str, str]) -> None:
    assert project.parse(forms["tree"]) == Tree(project.folder / "tree")
    assert project.parse(forms["load"]) == Tree(project.folder / "tree")


@pytest.mark.parametrize("text", ["", "{}", "[1", '{"pgmig_snapshot": 99}'])
def test_a_file_that_is_no_snapshot_is_refused(text: str, project: Project) -> None:
    project.write("bad.json", text)
    with pytest.raises(BadSnapshotFile):
        project.differences("bad.json", "empty")


# Commits.


def test_a_commit_is_read_as_it_was_whatever_the_files_are_now(
    project: Project, forms: dict[str, str]
) -> None:
    (project.folder / ".gitattributes").write_text("* eol=crlf export-ignore\n")
    write_script(project.folder, "0003_c", "CREATE TABLE public.c ();", "DROP TABLE public.c;")
    found = project.differences(forms["git"], "migrations/")
    assert found == ["table public.c: is missing"]


@pytest.mark.parametrize("rev", ["nothing", "HEAD~9", "HEAD:migrations"])
def test_a_commit_that_is_not_there_is_refused(
    rev: str, project: Project, forms: dict[str, str]
) -> None:
    with pytest.raises(GitUnusable) as refused:
        project.differences(f"git:{rev}", "empty")
    assert refused.value.exit_code == 2
    assert rev in str(refused.value)
    assert "single revision" not in str(refused.value)


def test_a_commit_without_the_directory_is_refused(project: Project) -> None:
    (project.folder / ".git").rmdir()
    git(project.folder, "init", "-q")
    git(project.folder, "commit", "-q", "--allow-empty", "-m", "nothing")
    with pytest.raises(GitUnusable, match="migrations"):
        project.differences("git:HEAD", "empty")


def test_a_project_may_be_a_folder_of_a_repository(project: Project, tmp_path: Path) -> None:
    (project.folder / ".git").rmdir()
    inner = project.folder / "apps" / "shop"
    write_script(project.folder, "0003_c", "CREATE TABLE public.c ();", "DROP TABLE public.c;")
    inner.mkdir(parents=True)
    (project.folder / "migrations").rename(inner / "migrations")
    git(project.folder, "init", "-q")
    git(project.folder, "add", ".")
    git(project.folder, "commit", "-q", "-m", "all")
    moved = Project(inner, project.server)
    (inner / "migrations" / "0003_c.up.sql").unlink()
    (inner / "migrations" / "0003_c.down.sql").unlink()
    assert moved.differences("migrations/", "git:HEAD") == ["table public.c: is missing"]
    (inner / "migrations").rename(inner / "elsewhere")
    (inner / "pgmig.toml").touch()
    assert moved.differences("elsewhere/", "git:HEAD") == ["table public.c: is missing"]


def test_a_folder_without_git_is_refused(project: Project) -> None:
    with pytest.raises(GitUnusable, match="not a git repository"):
        project.differences("git:HEAD", "empty")


def test_a_script_of_a_commit_that_fails_is_named_with_the_commit(
    project: Project, forms: dict[str, str]
) -> None:
    write_script(project.folder, "0003_bad", "SELECT nothing;", "SELECT 1;")
    git(project.folder, "add", "migrations")
    git(project.folder, "commit", "-q", "-m", "bad")
    with pytest.raises(StatementFailed) as failed:
        project.differences("git:HEAD", "empty")
    assert failed.value.where == "git:HEAD/migrations/0003_bad.up.sql:1:8"


# Scope.


def test_what_the_scope_leaves_out_is_there_where_scripts_need_it(
    project: Project, database: str, psql: Program
) -> None:
    write_script(
        project.folder,
        "0003_fk",
        "ALTER TABLE public.a ADD FOREIGN KEY (i) REFERENCES auth.users;",
        "ALTER TABLE public.a DROP CONSTRAINT a_i_fkey;",
    )
    psql(
        database,
        input="CREATE SCHEMA auth; CREATE TABLE auth.users (id int PRIMARY KEY);"
        f"CREATE TABLE auth.more (); {TABLE} CREATE TABLE b ();"
        "ALTER TABLE a ADD FOREIGN KEY (i) REFERENCES auth.users;",
    )
    scope = scope_of(exclude=["auth"])
    options = Options(local=project.server.local, scope=scope)
    with project.opened(database, "migrations/", options) as pair:
        assert told(pair.old.snapshot, pair.new.snapshot) == []
        for side in (pair.old, pair.new):
            with side.database() as url:
                kept = [str(key) for key in read(url).objects if key.schema == "auth"]
                assert "table auth.users" in kept
                assert "table auth.more" not in kept


# Settling.

SETTLED = {
    "a view": "CREATE VIEW v AS SELECT i FROM t WHERE s IN ('x', 'y');",
    "a check": "ALTER TABLE t ADD CHECK (s IN ('x', 'y'));",
    "an index": "CREATE INDEX i ON t (i) WHERE s IN ('x', 'y');",
    "a default": "ALTER TABLE t ADD d boolean DEFAULT ('a'::varchar IN ('x', 'y'));",
    "a generated column": "ALTER TABLE t ADD g boolean"
    " GENERATED ALWAYS AS (s IN ('x', 'y')) STORED;",
    "a policy": "CREATE POLICY p ON t USING (s IN ('x', 'y'));",
    "a materialized view": "CREATE MATERIALIZED VIEW m AS SELECT i FROM t WHERE s IN ('x', 'y');",
    "a trigger": "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"
    "CREATE TRIGGER r BEFORE UPDATE ON t FOR EACH ROW WHEN (NEW.s IN ('x', 'y'))"
    " EXECUTE FUNCTION f();",
    "a rule": "CREATE RULE u AS ON UPDATE TO t WHERE NEW.s IN ('x', 'y') DO INSTEAD NOTHING;",
    "a domain": "CREATE DOMAIN d AS varchar(5) CHECK (VALUE IN ('x', 'y'));",
    "an argument": "CREATE FUNCTION f(a boolean DEFAULT 'a'::varchar IN ('x', 'y')) RETURNS int"
    " LANGUAGE sql AS 'SELECT 1';",
    "a body": "CREATE FUNCTION f(a varchar) RETURNS boolean LANGUAGE sql"
    " BEGIN ATOMIC SELECT a IN ('x', 'y'); END;",
    "statistics": "CREATE STATISTICS n ON i, (s IN ('x', 'y')) FROM t;",
}
BEFORE = "CREATE TABLE t (i int, s varchar(5));"


@pytest.mark.parametrize("what", SETTLED)
def test_printing_alone_is_no_difference(
    what: str,
    project: Project,
    make_database: Callable[[], str],
    psql: Program,
    pg_dump: Callable[..., str],
) -> None:
    typed, dumped = make_database(), make_database()
    psql(typed, input=BEFORE + SETTLED[what])
    psql(dumped, input=restorable(pg_dump(typed)))
    assert told(read(typed), read(dumped)) != []
    assert project.differences(typed, dumped) == []
    assert project.differences(dumped, typed) == []
    write(taken_of(dumped), project.folder / "dumped.json", "json")
    project.write("typed.sql", BEFORE + SETTLED[what])
    assert project.differences("typed.sql", "dumped.json") == []


def test_what_differs_besides_the_printing_stays(
    project: Project, make_database: Callable[[], str], psql: Program, pg_dump: Callable[..., str]
) -> None:
    text = BEFORE + (
        "CREATE VIEW v AS SELECT i FROM t WHERE s IN ('x', 'y');"
        "CREATE VIEW w AS SELECT i FROM t WHERE s IN ('x', 'y');"
        "ALTER TABLE t ADD d boolean DEFAULT ('a'::varchar IN ('x', 'y')), ADD e int DEFAULT 1;"
    )
    typed, dumped = make_database(), make_database()
    psql(typed, input=text)
    psql(dumped, input=restorable(pg_dump(typed)))
    psql(
        dumped,
        input="COMMENT ON VIEW public.v IS 'said';"
        "CREATE OR REPLACE VIEW public.w AS SELECT i FROM public.t WHERE s IN ('x', 'z');"
        "ALTER TABLE public.t ALTER e SET DEFAULT 2, ALTER d SET NOT NULL",
    )
    found = project.differences(typed, dumped)
    assert [each.partition(": ")[0] for each in found] == [
        "table public.t",
        "view public.v",
        "view public.w",
    ]
    assert "column e default is '1', should be '2'" in found[0]
    assert "columns d default" not in found[0]
    assert found[1] == "view public.v: comment is none, should be 'said'"
    assert "query is" in found[2]


def test_a_view_on_an_ignored_table_is_settled_on_a_whole_copy(
    project: Project, make_database: Callable[[], str], psql: Program, pg_dump: Callable[..., str]
) -> None:
    typed, dumped = make_database(), make_database()
    psql(
        typed,
        input="CREATE SCHEMA auth; CREATE TABLE auth.t (i int, s varchar(5));"
        "CREATE VIEW v AS SELECT i FROM auth.t WHERE s IN ('x', 'y');",
    )
    psql(dumped, input=restorable(pg_dump(typed)))
    options = Options(local=project.server.local, scope=scope_of(exclude=["auth"]))
    assert project.differences(typed, dumped, options) == []


# Majors.

_OTHER = [one.major for one in find() if one.major == 15]


@pytest.mark.pg(">= 18")
@pytest.mark.parametrize("major", _OTHER)
def test_states_of_two_majors_are_compared_on_the_newer(
    major: int,
    project: Project,
    database: str,
    psql: Program,
    server_directory: Path,
    forms: dict[str, str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    older = LocalServer(server_directory, major)
    older.start()
    name = "states_of_two_majors"
    psql(older.url(), "-c", f"CREATE DATABASE {name}")
    try:
        view = "CREATE VIEW public.v AS SELECT i FROM public.a WHERE s IN ('x', 'y');"
        psql(older.url(name), input=f"{TABLE} CREATE TABLE b (); {view}")
        psql(database, input=view)
        assert project.differences(older.url(name), database) == []
        assert "is of PostgreSQL 15: it is read from a copy on 18" in caplog.text
        write(taken_of(older.url(name)), project.folder / "older.json", "json")
        assert project.differences("older.json", database) == []
        here = LocalServer(server_directory, project.server.major)
        assert project.differences("older.json", database, Options(local=here)) == []
        with project.opened("older.json", database) as pair:
            assert pair.old.snapshot.major == 18
            with pair.old.database() as url, pair.new.copied() as copy:
                assert told(read(url), read(copy)) == []
        with project.opened("older.json", "empty") as pair:
            assert pair.server.major == 15
    finally:
        psql(older.url(), "-c", f"DROP DATABASE {name} WITH (FORCE)")


# The worked example.


def test_the_example_restored_from_its_dump_is_the_same(
    project: Project,
    make_database: Callable[[], str],
    psql: Program,
    pg_dump: Callable[..., str],
) -> None:
    example = str(ROOT / "migrations")
    ran: list[str] = []
    options = Options(local=project.server.local, on_step=ran.append)
    with project.opened(example, "empty", options) as pair, pair.old.database() as url:
        copy = make_database()
        psql(copy, input=restorable(pg_dump(url, "--exclude-schema=pgmig")))
        built_again(pair)
    assert project.differences(copy, example, options) == []
    assert sum("0001_baseline" in each for each in ran) == 1
