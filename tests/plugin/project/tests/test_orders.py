"""Tests of a function of the application."""

import psycopg
from shop import orders


def test_an_order_is_placed(pgmig_url: str, conn: psycopg.Connection) -> None:
    conn.execute("INSERT INTO customer (first_name, last_name) VALUES ('Ann', 'Lee')")
    assert orders.place(pgmig_url, 1, "12.50") == 1
    assert conn.execute("SELECT total::text FROM orders").fetchone() == ("12.50",)
