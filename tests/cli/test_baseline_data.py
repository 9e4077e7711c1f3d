"""`pgmig baseline --data`: a database built from nothing has the initial rows too."""

import json
from collections.abc import Callable
from pathlib import Path

from tests.cli.conftest import Run
from tests.fixtures.servers import Program, Server

# Tables that refer to each other and to themselves, triggers and event triggers that would write
# rows of their own, one of them off on a partition alone, a rule, sequences that stand elsewhere
# than their tables, checks that wait, and materialized views that read each other.
# Rows of a table break its constraints, which are not valid.
LEGACY = """
CREATE SCHEMA shop;
CREATE TABLE shop.country (code text PRIMARY KEY, capital int NOT NULL, note text,
    loud text GENERATED ALWAYS AS (upper(code)) STORED);
CREATE TABLE shop.town (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    country text NOT NULL REFERENCES shop.country, mayor_of int REFERENCES shop.town);
ALTER TABLE shop.country ADD CONSTRAINT capital FOREIGN KEY (capital) REFERENCES shop.town;
CREATE TABLE shop.log (id bigserial PRIMARY KEY, what text);
CREATE FUNCTION shop.note() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN INSERT INTO shop.log (what) VALUES (tg_table_name); RETURN new; END $$;
CREATE TRIGGER one AFTER INSERT ON shop.town FOR EACH ROW EXECUTE FUNCTION shop.note();
CREATE TRIGGER two AFTER INSERT ON shop.town EXECUTE FUNCTION shop.note();
CREATE TRIGGER off BEFORE INSERT ON shop.town FOR EACH ROW EXECUTE FUNCTION shop.note();
ALTER TABLE shop.town ENABLE ALWAYS TRIGGER two, DISABLE TRIGGER off;
CREATE TABLE shop.event (id bigint, at date, v money) PARTITION BY RANGE (at);
CREATE TABLE shop.event_20 PARTITION OF shop.event FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE TABLE shop.event_x PARTITION OF shop.event DEFAULT;
CREATE TRIGGER part AFTER INSERT ON shop.event FOR EACH ROW EXECUTE FUNCTION shop.note();
ALTER TABLE shop.event_x DISABLE TRIGGER part;
CREATE TABLE shop.ruled (i int PRIMARY KEY);
CREATE RULE also AS ON INSERT TO shop.ruled DO ALSO INSERT INTO shop.log (what) VALUES ('rule');
CREATE TABLE shop.kid (i int PRIMARY KEY, p int REFERENCES shop.kid DEFERRABLE INITIALLY DEFERRED);
ALTER TABLE shop.kid ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE TRIGGER kid AFTER INSERT ON shop.kid FOR EACH ROW EXECUTE FUNCTION shop.note();
CREATE MATERIALIZED VIEW shop.b AS SELECT country, id FROM shop.town;
CREATE VIEW shop.between AS TABLE shop.b;
CREATE MATERIALIZED VIEW shop.a AS SELECT count(*) FROM shop.between;
CREATE MATERIALIZED VIEW shop.empty AS TABLE shop.town WITH NO DATA;
CREATE TABLE public.left_out (i int);
CREATE TABLE shop.old (i int);
INSERT INTO shop.old VALUES (-1);
ALTER TABLE shop.old ADD CONSTRAINT new CHECK (i > 0) NOT VALID,
    ADD CONSTRAINT far FOREIGN KEY (i) REFERENCES shop.town NOT VALID;
COMMENT ON CONSTRAINT new ON shop.old IS 'since yesterday';
BEGIN;
SET LOCAL session_replication_role = replica;
INSERT INTO shop.country VALUES ('AT', 1, ''), ('de', 2, NULL), ('FR', 3, E'it''s \\\\\\n\\\\.\\n');
INSERT INTO shop.town (country, mayor_of) VALUES ('AT', 3), ('de', NULL), ('FR', 1);
INSERT INTO shop.event SELECT i, date '2020-06-01' + i, i::numeric FROM generate_series(1, 600) i;
INSERT INTO shop.ruled VALUES (1);
INSERT INTO shop.kid VALUES (1, 2), (2, 1);
INSERT INTO public.left_out VALUES (1);
COMMIT;
SELECT setval('shop.log_id_seq', 40, false);
SELECT setval('shop.town_id_seq', 7);
REFRESH MATERIALIZED VIEW shop.b;
REFRESH MATERIALIZED VIEW shop.a;
CREATE FUNCTION shop.tell() RETURNS event_trigger LANGUAGE plpgsql AS
    $$ BEGIN INSERT INTO shop.log (what) VALUES (tg_tag); END $$;
CREATE EVENT TRIGGER told ON ddl_command_end
    WHEN TAG IN ('ALTER TABLE', 'REFRESH MATERIALIZED VIEW') EXECUTE FUNCTION shop.tell();
"""


def _rows(dump: str) -> list[str]:
    """What pg_dump says of rows, which lie in tables in any order, without its secret."""
    lines = dump.splitlines()
    return sorted(line for line in lines if not line.startswith(("\\restrict", "\\unrestrict")))


def test_a_database_built_from_nothing_has_the_rows_and_the_adopted_one_is_not_touched(
    pgmig_inside: Run,
    folder: Path,
    server: Server,
    database: str,
    make_database: Callable[..., str],
    psql: Program,
    pg_dump: Callable[..., str],
) -> None:
    since_18 = "COMMIT; ALTER TABLE shop.country ADD CONSTRAINT n NOT NULL note NOT VALID;"
    legacy = LEGACY.replace("COMMIT;", since_18) if server.major >= 18 else LEGACY
    psql(database, input=legacy)
    before = pg_dump(database)
    copy = make_database()
    shadow = ("--shadow-url", server.url())
    ran = pgmig_inside("baseline", "--data", "shop.*", "--url", database, *shadow)
    assert ran.code == 0, ran.err
    assert "with 611 rows of 7 tables, proved too\n" in ran.out
    assert _rows(pg_dump(database, "-N", "pgmig")) == _rows(before)

    up = folder / "migrations" / "0001_baseline.up.sql"
    assert "INSERT INTO shop.town (id, country, mayor_of) OVERRIDING SYSTEM VALUE" in up.read_text()
    assert "COPY shop.event (id, at, v) FROM stdin;\n1\t2020-06-02\t$1.00\n" in up.read_text()
    assert "ALTER TABLE shop.kid NO FORCE ROW LEVEL SECURITY;\n" in up.read_text()
    assert pgmig_inside("up", "--url", copy).code == 0
    words = ("-N", "pgmig", "-T", "public.left_out")
    wanted = _rows(pg_dump(database, *words))
    assert _rows(pg_dump(copy, *words)) == wanted
    by_psql = make_database()
    psql(by_psql, "-1", "-f", up)
    assert _rows(pg_dump(by_psql, *words)) == wanted
    assert psql(copy, "-Atc", "SELECT count, (TABLE public.left_out) FROM shop.a").stdout == "3|\n"

    # Another copy of the database is adopted by the same script, if its rows are the same.
    psql(by_psql, "-c", "UPDATE shop.country SET note = 'x' WHERE code = 'AT'")
    again = ("baseline", "--data", "shop.*", "--url", by_psql, *shadow)
    ran = pgmig_inside(*again)
    assert ran.code == 4
    told = "3 in the database, 3 after the script; the first that differs: ('AT', '1', 'x') there, "
    assert f"rows of shop.country: {told}('AT', '1', '') here" in ran.err
    psql(by_psql, "-c", "UPDATE shop.country SET note = '' WHERE code = 'AT'")
    assert json.loads(pgmig_inside(*again, "--json").out)["rows"] == {
        "shop.country": 3,
        "shop.event": 600,
        "shop.kid": 2,
        "shop.log": 1,
        "shop.old": 1,
        "shop.ruled": 1,
        "shop.town": 3,
    }


def test_rows_that_refer_to_others_or_that_the_settings_ignore_are_no_part_of_a_baseline(
    pgmig_inside: Run, folder: Path, server: Server, database: str, psql: Program
) -> None:
    psql(
        database,
        input="""
CREATE TABLE public.a (i int PRIMARY KEY); INSERT INTO public.a VALUES (1);
CREATE TABLE public.b (a int REFERENCES public.a); INSERT INTO public.b VALUES (1);
CREATE SCHEMA auth; CREATE TABLE auth.t (i int);
""",
    )
    (folder / "pgmig.toml").write_text('ignore.patterns = ["schema:auth"]\n')
    told = {
        "public.d": (2, "--data public.d matches no table; the nearest is public."),
        "auth.*": (2, "--data auth.* matches no table"),
        "auth.t": (4, "the settings ignore what the baseline shall have rows for: auth.t"),
        "public.b": (4, 'Key (a)=(1) is not present in table "a".'),
    }
    for tables, (code, words) in told.items():
        url = ("--url", database, "--shadow-url", server.url())
        ran = pgmig_inside("baseline", "--data", tables, *url)
        assert (ran.code, ran.out) == (code, "")
        assert words in ran.err
    assert not (folder / "migrations").exists()
