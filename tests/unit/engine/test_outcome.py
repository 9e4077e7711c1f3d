"""What a statement that runs alone is about: read from its tokens."""

import msgspec
import pytest

from pgmig.engine.outcome.indexes import CreateIndex, DropIndex, ReindexMany, ReindexRelation
from pgmig.engine.outcome.partitions import DetachPartition
from pgmig.engine.outcome.reading import read_subject
from pgmig.engine.outcome.rows import (
    DATABASE,
    PREPARED,
    SUBSCRIPTION,
    TABLESPACE,
    ChangeRow,
    CreateRow,
    DropRow,
)
from pgmig.engine.outcome.subject import Opaque, Repeatable, Subject
from pgmig.engine.outcome.values import Evidence, Index, Relation, Verdict

SUBJECTS: tuple[tuple[str, Subject], ...] = (
    ("CREATE INDEX CONCURRENTLY i ON t (a)", CreateIndex("t", "i", skips=False)),
    (
        "create unique index concurrently\n-- c\n/* d */ I on S . T(a)",
        CreateIndex("S.T", "I", skips=False),
    ),
    ("CREATE INDEX CONCURRENTLY ON t USING gin (a)", CreateIndex("t", "", skips=False)),
    ("CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a)", CreateIndex("t", "i", skips=True)),
    ("CREATE INDEX CONCURRENTLY if ON t (a)", CreateIndex("t", "if", skips=False)),
    ("CREATE INDEX CONCURRENTLY i ON ONLY (s.t) (a)", CreateIndex("s.t", "i", skips=False)),
    ("CREATE INDEX CONCURRENTLY i ON t * (a)", CreateIndex("t", "i", skips=False)),
    ("CREATE INDEX CONCURRENTLY i ON db.s.t (a)", CreateIndex("s.t", "i", skips=False)),
    (
        'CREATE INDEX CONCURRENTLY "ON" ON "ONLY"."a.b" (a)',
        CreateIndex('"ONLY"."a.b"', '"ON"', skips=False),
    ),
    ('CREATE INDEX CONCURRENTLY "a""b" ON s."T"(a)', CreateIndex('s."T"', '"a""b"', skips=False)),
    ("CREATE INDEX CONCURRENTLY é$1 ON ünïcode (a)", CreateIndex("ünïcode", "é$1", skips=False)),
    (
        r'CREATE INDEX CONCURRENTLY U&"d\0061t\+000061" ON t (a)',
        CreateIndex("t", '"data"', skips=False),
    ),
    (
        r'CREATE INDEX CONCURRENTLY u&"\d83d\DE00\\" ON t (a)',
        CreateIndex("t", '"😀\\"', skips=False),
    ),
    (
        "CREATE INDEX CONCURRENTLY U&\"!!!0022\" uescape /* c */ '!' ON t (a)",
        CreateIndex("t", '"!"""', skips=False),
    ),
    ("CREATE INDEX CONCURRENTLY i ON", Opaque("CREATE INDEX")),
    ("DROP INDEX CONCURRENTLY s.i RESTRICT", DropIndex("s.i")),
    ("DROP INDEX CONCURRENTLY IF EXISTS i", DropIndex("i")),
    ("REINDEX INDEX CONCURRENTLY s.i", ReindexRelation("s.i")),
    ("REINDEX (VERBOSE, TABLESPACE (x), CONCURRENTLY on) TABLE t", ReindexRelation("t")),
    ("REINDEX SCHEMA CONCURRENTLY s", ReindexMany("s")),
    ("REINDEX (CONCURRENTLY) DATABASE", ReindexMany("")),
    ("REINDEX SYSTEM d", ReindexMany("")),
    (
        "ALTER TABLE IF EXISTS ONLY s.p DETACH PARTITION q CONCURRENTLY",
        DetachPartition("s.p", "q", is_last=False),
    ),
    ("ALTER TABLE if DETACH PARTITION q FINALIZE", DetachPartition("if", "q", is_last=True)),
    ("ALTER TABLE t ADD COLUMN a int", Opaque("ALTER TABLE")),
    ("CREATE DATABASE d TEMPLATE x", CreateRow(DATABASE, "d")),
    ("DROP DATABASE IF EXISTS d", DropRow(DATABASE, "d")),
    ("ALTER DATABASE d SET TABLESPACE x", Repeatable("ALTER DATABASE d SET TABLESPACE")),
    ("ALTER DATABASE d RENAME TO e", Opaque("ALTER DATABASE")),
    ("CREATE TABLESPACE x LOCATION '/x'", CreateRow(TABLESPACE, "x")),
    ("DROP TABLESPACE x", DropRow(TABLESPACE, "x")),
    ("CREATE SUBSCRIPTION x CONNECTION ''", CreateRow(SUBSCRIPTION, "x")),
    ("ALTER SUBSCRIPTION x ADD PUBLICATION p", ChangeRow(SUBSCRIPTION, "x")),
    ("ALTER SUBSCRIPTION x REFRESH PUBLICATION", Repeatable("ALTER SUBSCRIPTION x REFRESH")),
    ("DROP SUBSCRIPTION IF EXISTS x", DropRow(SUBSCRIPTION, "x")),
    ("COMMIT PREPARED 'it''s'", DropRow(PREPARED, "it's")),
    ("ROLLBACK PREPARED E'x'", Opaque("ROLLBACK PREPARED")),
    ("VACUUM", Repeatable("VACUUM")),
    ("ALTER SYSTEM SET work_mem = 1", Repeatable("ALTER SYSTEM")),
    ("CALL p()", Opaque("CALL")),
    ("DO $$ BEGIN END $$", Opaque("DO")),
    ("(SELECT 1)", Opaque("it")),
)


@pytest.mark.parametrize(("sql", "subject"), SUBJECTS)
def test_the_names_in_a_statement_are_read_as_they_are_written(sql: str, subject: Subject) -> None:
    assert read_subject(sql) == subject


def test_a_long_statement_is_read_up_to_its_names_only() -> None:
    assert read_subject("CREATE INDEX CONCURRENTLY i ON t (a) WHERE a = '" + "x" * 50_000_000)


def test_evidence_travels_as_json() -> None:
    before = Evidence(
        named=Relation(1, 's"', "ü"),
        indexes=(Index(2, "s", "i", 1, is_valid=True), Index(3, "s", "j", 1, is_valid=False)),
        state="attached",
    )
    assert msgspec.json.decode(msgspec.json.encode(before), type=Evidence) == before
    assert msgspec.json.encode(Evidence()) == b"{}"


def test_a_verdict_says_what_is_done_about_it() -> None:
    assert Verdict("redo", ("DROP INDEX CONCURRENTLY i",)).meaning == (
        "after DROP INDEX CONCURRENTLY i it is to run again"
    )
    assert Verdict("done").meaning == "it took effect"
