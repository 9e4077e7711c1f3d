from collections.abc import Iterator

import psycopg
import pytest


@pytest.fixture
def conn(pgmig_url: str) -> Iterator[psycopg.Connection]:
    """A session in the test's own database."""
    with psycopg.connect(pgmig_url, autocommit=True) as conn:
        yield conn
