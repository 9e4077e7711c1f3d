"""Every statement of pg_dump is known by its heading to belong to an object, and to no other."""

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from pgmig.model import Ignored
from pgmig.shadow.headings import without
from pgmig.shadow.witness import statements
from tests.fixtures.laws import Law, read

TEXTS = Path(__file__).parents[1] / "laws" / "texts.sql"

MORE = """
GRANT SELECT ON a TO r_reader;
GRANT SELECT (id) ON a TO r_reader WITH GRANT OPTION;
ALTER DEFAULT PRIVILEGES FOR ROLE r_owner IN SCHEMA public GRANT SELECT ON TABLES TO r_other;
ALTER DEFAULT PRIVILEGES FOR ROLE r_owner GRANT SELECT ON TABLES TO r_other;
COMMENT ON COLUMN a.id IS 'x';
COMMENT ON CONSTRAINT a_k ON a IS 'x';
COMMENT ON POLICY one ON a IS 'x';
COMMENT ON CONSTRAINT filled ON DOMAIN word IS 'x';
ALTER DOMAIN word ADD CONSTRAINT more CHECK (VALUE <> 'q') NOT VALID;
COMMENT ON CONSTRAINT more ON DOMAIN word IS 'x';
COMMENT ON FUNCTION atomic(integer) IS 'x';
GRANT EXECUTE ON FUNCTION atomic(integer) TO r_other;
CREATE PUBLICATION p FOR TABLE a, b;
CREATE FUNCTION told() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER et ON ddl_command_end EXECUTE FUNCTION told();
COMMENT ON EVENT TRIGGER et IS 'x';
CREATE EXTENSION hstore;
CREATE INDEX ii ON a (id);
COMMENT ON INDEX ii IS 'x';
CREATE AGGREGATE agg(integer) (SFUNC = int4pl, STYPE = integer);
COMMENT ON AGGREGATE agg(integer) IS 'x';
CREATE TABLE "Od;d T" ("A" serial, g integer GENERATED ALWAYS AS IDENTITY,
    b integer REFERENCES a (id));
COMMENT ON COLUMN "Od;d T"."A" IS 'x';
CREATE TEXT SEARCH CONFIGURATION tsc (COPY = simple);
CREATE CAST (a AS text) WITH INOUT;
ALTER TABLE a ENABLE ROW LEVEL SECURITY;
CREATE FOREIGN DATA WRAPPER w;
CREATE SERVER s FOREIGN DATA WRAPPER w;
CREATE USER MAPPING FOR r_owner SERVER s;
CREATE SCHEMA x;
GRANT USAGE ON SCHEMA x TO r_owner;
CREATE FUNCTION "F x"(integer, text, varchar[], x int4range) RETURNS integer LANGUAGE sql
    AS 'SELECT 1';
CREATE FUNCTION "F x"(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
COMMENT ON FUNCTION "F x"(integer) IS 'x';
CREATE OPERATOR === (LEFTARG = integer, RIGHTARG = integer, FUNCTION = int4eq);
COMMENT ON OPERATOR === (integer, integer) IS 'x';
CREATE COLLATION c (LOCALE = 'C');
CREATE FUNCTION lying() RETURNS text LANGUAGE sql AS '
--
-- Name: a; Type: TABLE; Schema: public; Owner: x
--

SELECT 1';
"""

# Written within the statement of their table or domain.
INNER = {"check", "domain constraint"}


def test_each_statement_belongs_to_one_object(law: Law, pg_dump: Callable[..., str]) -> None:
    url = law.load(TEXTS.read_text() + MORE)
    taken, dump = read(url), pg_dump(url, "-s")
    whole = statements(dump)
    owners: dict[str, list[str]] = defaultdict(list)
    for key in taken.objects:
        gone = whole - statements(without(dump, Ignored(objects=(key,))))
        assert gone or key.kind in INNER or key.name == "plpgsql", key
        for statement in gone:
            if key.name != "public":
                owners[statement].append(str(key))

    assert statements(without(dump, Ignored(objects=tuple(taken.objects)))).total() == 0
    assert {text: keys for text, keys in owners.items() if len(keys) > 1} == {}
    assert [text for text in {*whole} - {*owners} if not is_of_public(text)] == []


def test_a_schema_takes_all_that_is_in_it(law: Law, pg_dump: Callable[..., str]) -> None:
    url = law.load(f"CREATE SCHEMA s; SET search_path = s, public; {TEXTS.read_text()}")
    keys = [key for key in read(url).objects if key.name == "s" and key.kind == "schema"]
    left = without(pg_dump(url, "-s"), Ignored(objects=tuple(keys)))

    assert [text for text in statements(left) if not is_of_public(text)] == []


def is_of_public(statement: str) -> bool:
    """On 14 pg_dump of a newer major makes public what it was there."""
    return " SCHEMA public " in statement


def test_privileges_of_a_role_are_left_out(law: Law, pg_dump: Callable[..., str]) -> None:
    url = law.load(
        "CREATE TABLE public.t (a integer);"
        "GRANT SELECT ON public.t TO r_reader; GRANT SELECT ON public.t TO r_other;"
        "GRANT UPDATE ON public.t TO r_reader WITH GRANT OPTION;"
        "SET ROLE r_reader; GRANT UPDATE ON public.t TO r_owner; RESET ROLE;"
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO r_reader"
    )
    dump = pg_dump(url, "-s")
    gone = statements(dump) - statements(without(dump, Ignored(roles=("r_reader",))))

    assert sorted(text.partition(" ON")[0] for text in gone.elements()) == [
        "ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA public GRANT SELECT",
        "GRANT SELECT",
        "GRANT UPDATE",
        "GRANT UPDATE",
    ]


def test_where_nothing_is_ignored_the_dump_is_as_it_was() -> None:
    assert without("-- Name: x", Ignored()) == "-- Name: x"
