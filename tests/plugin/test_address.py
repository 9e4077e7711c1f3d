"""Where the databases of tests may be; no server is asked."""

from pathlib import Path

import pytest

from pgmig.commands.testing import find_server
from pgmig.commands.testing.address import as_url, whole
from pgmig.commands.testing.project import settings_of
from pgmig.db import address
from pgmig.errors import NoTestServer, OtherTestServer

SOCKET = "postgresql://ann@/postgres?host=%2Frun%2Fhere"
TCP = "postgresql://ann@localhost/postgres"


@pytest.mark.parametrize(
    ("url", "variables", "keyword"),
    [
        (SOCKET, {"PGHOST": "production", "PGUSER": "bob", "PGDATABASE": "app"}, None),
        (SOCKET, {"PGHOSTADDR": "192.0.2.1"}, "hostaddr"),
        (SOCKET, {"PGPORT": "6432"}, "port"),
        (SOCKET + "&port=5432", {"PGPORT": "6432"}, None),
        (TCP, {"PGPORT": "6432"}, "port"),
        (TCP, {"PGSERVICE": "production"}, "hostaddr"),
        ("postgresql:///postgres", {}, None),
        ("postgresql:///postgres", {"PGHOST": "production"}, "host"),
        ("service=here", {"PGHOST": "production"}, None),
    ],
)
def test_the_environment_leads_no_test_to_another_server(
    url: str,
    variables: dict[str, str],
    keyword: str | None,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    (tmp_path / "services").write_text("[production]\nhostaddr=192.0.2.1\n")
    monkeypatch.setenv("PGSERVICEFILE", str(tmp_path / "services"))
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    if keyword is None:
        assert whole(url) == url
    else:
        with pytest.raises(OtherTestServer) as caught:
            whole(url)
        assert caught.value.keyword == keyword


@pytest.mark.parametrize(
    "url",
    [
        SOCKET,
        "postgresql://ann%40corp:p%2Fw%3A@db.example.org:6432/a%20b?sslmode=verify-full",
        "postgresql://ann@/x?host=a,b&port=1,2&application_name=it%27s",
        "host=::1 dbname='a b' user=ann password='it\\'s'",
    ],
)
def test_a_url_says_what_the_connection_string_said(url: str) -> None:
    parts = address.read(url)
    assert as_url(parts).startswith("postgresql://")
    assert address.read(as_url(parts)) == parts


def test_a_url_without_a_database_leads_to_postgres() -> None:
    assert whole("postgresql://ann@localhost:5432") == "postgresql://ann@localhost:5432/postgres"


def test_no_target_is_read_from_the_settings_or_the_environment(tmp_path: Path) -> None:
    target = "postgresql://production/app"
    (tmp_path / "pgmig.toml").write_text(
        'url = "${UNSET}"\npassword_command = ["${UNSET}"]\nshadow_url = "${UNSET}"\n'
        '[env.production]\nurl = "${UNSET}"\n'
    )
    (tmp_path / ".env").write_text(f"DATABASE_URL={target}\nPGMIG_ENV=production\n")
    environ = {"PGMIG_DATABASE_URL": target, "DATABASE_URL": target, "PGMIG_ENV": "production"}
    settings = settings_of(tmp_path, environ=environ)
    assert (settings.url, settings.shadow_url, settings.env) == (None, None, None)


def test_a_server_that_is_not_there_can_be_named(tmp_path: Path) -> None:
    (tmp_path / "pgmig.toml").write_text("[server]\nmajor = 99\n")
    with pytest.raises(NoTestServer, match="PostgreSQL 99 is not on this machine") as caught:
        find_server(settings_of(tmp_path))
    assert "pytest --pgmig-url URL, or PGMIG_TEST_URL" in caught.value.do
