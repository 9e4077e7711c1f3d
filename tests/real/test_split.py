"""Statements of scripts that nobody here wrote, where PostgreSQL's own parser sees them."""

from pathlib import Path

import pytest
from postgast import PgQueryError

from pgmig.scripts import split
from pgmig.scripts.large import check
from pgmig.scripts.text import read_text
from pgmig.scripts.window import split_large
from tests.fixtures.statements import parsed_statements, scanned_statements

FOLDER = Path(__file__).parents[3] / "shared" / "real"
FOLDERS = sorted({file.parent for file in FOLDER.rglob("*.sql")})


def expected(sql: str) -> list[tuple[int, int]]:
    try:
        return parsed_statements(sql)
    except PgQueryError:  # a script that never ran: its tokens still say where statements end
        return scanned_statements(sql)


if FOLDERS:  # one test a folder: that many files would drown the report

    @pytest.mark.parametrize("folder", FOLDERS, ids=[str(at.relative_to(FOLDER)) for at in FOLDERS])
    def test_statements_are_where_postgresql_sees_them(folder: Path) -> None:
        for file in sorted(folder.glob("*.sql")):
            sql = read_text(file)
            pieces = list(split(sql))
            assert [(piece.start, piece.end) for piece in pieces] == expected(sql), file.name
            in_windows = split_large(check(file, lambda _: None, block=256))
            assert [(each.sql, each.line, each.column) for each in in_windows] == [
                (each.sql, each.line, each.column) for each in pieces
            ], file.name
