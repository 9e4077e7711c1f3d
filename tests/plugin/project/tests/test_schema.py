"""Tests of SQL: constraints, functions, migrations of rows."""

import psycopg
import pytest

ANN = "INSERT INTO customer (first_name, last_name) VALUES ('Ann', 'Lee') RETURNING id"


def test_countries_are_there(conn: psycopg.Connection) -> None:
    found = conn.execute("SELECT code FROM country ORDER BY code").fetchall()
    assert found == [("DE",), ("FR",), ("XX",)]


@pytest.mark.no_seeds
def test_without_seeds_there_are_none(conn: psycopg.Connection) -> None:
    assert conn.execute("SELECT count(*) FROM country").fetchone() == (0,)


def test_an_order_costs_something(conn: psycopg.Connection) -> None:
    row = conn.execute(ANN).fetchone()
    with pytest.raises(psycopg.errors.CheckViolation):
        conn.execute("INSERT INTO orders (customer_id, total) VALUES (%s, -1)", row)


@pytest.mark.parametrize("total", ["1.50", "2.50"])
def test_spent_adds_up(conn: psycopg.Connection, total: str) -> None:
    row = conn.execute(ANN).fetchone()
    assert row == (1,)  # nobody else has been here
    conn.execute("INSERT INTO orders (customer_id, total) VALUES (1, %s)", (total,))
    assert str(conn.execute("SELECT spent(1)").fetchone()[0]) == total


@pytest.mark.at_version(2)
def test_names_are_split(pgmig_database, conn: psycopg.Connection) -> None:
    conn.execute("INSERT INTO customer (name) VALUES ('Ann Lee')")
    pgmig_database.up(3)
    assert conn.execute("SELECT first_name, last_name FROM customer").fetchone() == ("Ann", "Lee")
    pgmig_database.down()
    assert conn.execute("SELECT name FROM customer").fetchone() == ("Ann Lee",)


@pytest.mark.at_version(0)
def test_version_0_is_empty(conn: psycopg.Connection) -> None:
    assert conn.execute("SELECT to_regclass('customer')").fetchone() == (None,)
