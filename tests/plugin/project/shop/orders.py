"""Orders."""

import psycopg


def place(url: str, customer: int, total: str) -> int:
    """Place an order; its number."""
    with psycopg.connect(url) as conn:
        row = conn.execute(
            "INSERT INTO orders (customer_id, total) VALUES (%s, %s) RETURNING id",
            (customer, total),
        ).fetchone()
    assert row is not None
    return int(row[0])
