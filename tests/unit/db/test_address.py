"""A connection string is read as it is meant or refused, and shows nothing of its password."""

import pytest

from pgmig.db import describe_url, with_database
from pgmig.db.connect import pg_environment
from pgmig.errors import (
    BadConnectionString,
    ForeignConnectionString,
    UnclearConnectionString,
    UsageError,
)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://app@db/shop", "app@db/shop"),
        ("postgres://app:se%2Fc%40r%3Fet@db:5433/shop", "app@db:5433/shop"),
        ("postgresql://app:se:c#r!e&t@db/shop", "app@db/shop"),
        ("postgresql://app:sekret@a:1,b:,[::1]:3/shop?sslmode=require", "app@a,b,::1:1,,3/shop"),
        ("postgresql:///shop?host=%2Ftmp%2Fa%40b", "/tmp/a@b/shop"),
        ("postgresql://me%40corp:sekret@db/shop", "me@corp@db/shop"),
        ("postgresql://", "the defaults of libpq (PG* variables)"),
        ("", "the defaults of libpq (PG* variables)"),
        ("host=db user=app password=a://b@c dbname=shop", "app@db/shop"),
        ("host=@abstract dbname=shop", "@abstract/shop"),
        ("service=live", "live"),
    ],
)
def test_what_is_clear_is_described_without_its_password(url: str, shown: str) -> None:
    assert describe_url(url) == shown


@pytest.mark.parametrize("password", [
    "Sek/ret", "sek@ret", "sek/ret@x", "sek@ret/x", "sek?ret", "sek?a=b/ret", "5432/sekret",
    "5432?sek", "sek ret", "sek#/ret", "@sekret", "/sekret", "sekret@", "sekret/", "sek?user=ret@x",
])  # fmt: skip
@pytest.mark.parametrize("rest", ["h/db", "127.0.0.1:1/db?sslmode=require", "/db", "h"])
def test_a_password_that_could_be_taken_for_another_part_is_refused(
    password: str, rest: str
) -> None:
    with pytest.raises(UnclearConnectionString) as caught:
        describe_url(f"postgresql://app:{password}@{rest}")
    assert caught.value.exit_code == 2
    assert str(caught.value) == (
        "the connection string cannot be read: its parts cannot be told from the password\n"
        "   do: percent-encode the password, and whatever else holds one of these:"
        " @ is %40, / is %2F, : is %3A, ? is %3F, # is %23, % is %25, a blank is %20"
    )


@pytest.mark.parametrize("url", [
    "postgresql://app:sekret",
    "postgresql://app:sekret/db",
    "postgresql://app%3Asekret@h/db",
    "postgresql://h?password=sek@ret",
    "postgresql://h/db?user=app;password%3Dsekret",
    "host=app:sek@ret dbname=x",
    "host=h;pwd=sekret",
    "host=h dbname=postgresql://app:sekret@h/db",
])  # fmt: skip
def test_a_password_in_the_wrong_place_is_refused(url: str) -> None:
    with pytest.raises(UnclearConnectionString):
        describe_url(url)


@pytest.mark.parametrize("url", [
    "mysql://app:sekret@h/db", "POSTGRESQL://app:sekret@h/db", "jdbc:postgresql://h/db?password=sek",
    "postgresql+psycopg://app:sekret@h/db", "sekret",
])  # fmt: skip
def test_what_is_not_postgresqls_is_told(url: str) -> None:
    with pytest.raises(ForeignConnectionString) as caught:
        describe_url(url)
    assert "sek" not in str(caught.value)
    assert "do: write it as postgresql://USER@HOST:PORT/DATABASE" in str(caught.value)


@pytest.mark.parametrize("url", [
    "postgresql://app:100%sekret@h/db",
    "postgresql://h/db?password=x&sekret=1",
    "postgresql://h/db?sekret",
    'host=h password=x"sekret dbname',
    "host=h password=a sekret dbname=d",
    "host=h password='sekret",
    "host=h sekret=1",
])  # fmt: skip
def test_what_libpq_cannot_read_keeps_its_complaint_alone(url: str) -> None:
    with pytest.raises(BadConnectionString) as caught:
        describe_url(url)
    assert "sekret" not in str(caught.value)
    assert str(caught.value).splitlines()[0].removeprefix("the connection string cannot be read: ")


@pytest.mark.parametrize(
    "url", ["postgresql://app:100%sekret@h/db", "postgresql://app:sek/ret@h/db"]
)
def test_every_way_to_read_one_refuses_alike(url: str) -> None:
    with pytest.raises(UsageError):
        with_database(url, "other")
    with pytest.raises(UsageError):
        pg_environment(url)
