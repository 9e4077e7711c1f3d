"""Routines, publications and the rarer kinds change in place where PostgreSQL can.

What has to be made again comes back with all that hung on it.
"""

import pytest

from pgmig.errors import ExtensionNotDowngraded
from pgmig.kinds import KIND_BY_NAME
from pgmig.kinds.extension import EXTENSION, Extension
from pgmig.model import Around, ObjectKey, Snapshot
from pgmig.plan import Plan, differences, plan, script_text
from pgmig.shadow.witness import statements
from tests.fixtures.laws import Law, read

pytestmark = pytest.mark.thorough

FUNCTION = "CREATE FUNCTION f({}) RETURNS integer LANGUAGE sql {}AS 'SELECT {}';"
TOLD = "COMMENT ON FUNCTION f(integer) IS 'c'; REVOKE EXECUTE ON FUNCTION f(integer) FROM PUBLIC;"
ATOMIC = "CREATE FUNCTION m() RETURNS bigint BEGIN ATOMIC SELECT max(a) FROM t; END;"
EXTENSIONS = "CREATE EXTENSION citext; CREATE EXTENSION hstore; CREATE EXTENSION pg_trgm;"
AGGREGATE = "CREATE AGGREGATE g({}) (SFUNC = int4pl, STYPE = integer{});"
TABLES = "CREATE SCHEMA s; CREATE TABLE t (id integer PRIMARY KEY, a integer); CREATE TABLE u ();"
PUBLICATION = TABLES + "CREATE PUBLICATION p {};"
LANGUAGE = "CREATE {}LANGUAGE l HANDLER plpgsql_call_handler{};"
OPERATOR = "CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq{});"
NEGATOR = "CREATE OPERATOR !== (LEFTARG = int, RIGHTARG = int, FUNCTION = int4ne{});"
SERVER = "CREATE FOREIGN DATA WRAPPER w {}; CREATE SERVER s {} FOREIGN DATA WRAPPER w {};"
EVENT = "CREATE FUNCTION e() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';"

Pair = tuple[str, str]

# Both ways without a DROP of an object.
IN_PLACE: dict[str, Pair] = {
    "a routine's attributes": (
        FUNCTION.format("integer", "", 1) + TOLD,
        FUNCTION.format(
            "integer",
            "STABLE LEAKPROOF STRICT SECURITY DEFINER PARALLEL SAFE COST 5 SET search_path = '' ",
            2,
        )
        + TOLD,
    ),
    "what a routine depends on for ALTER's sake": (
        EXTENSIONS
        + FUNCTION.format("", "", 1)
        + "ALTER FUNCTION f() DEPENDS ON EXTENSION citext;"
        + "ALTER FUNCTION f() DEPENDS ON EXTENSION hstore",
        EXTENSIONS
        + FUNCTION.format("", "", 2)
        + "ALTER FUNCTION f() DEPENDS ON EXTENSION hstore;"
        + "ALTER FUNCTION f() DEPENDS ON EXTENSION pg_trgm",
    ),
    "a body that reads a column of another type": (
        "CREATE TABLE t (a integer);" + ATOMIC + "CREATE VIEW v AS SELECT m()",
        "CREATE TABLE t (a smallint);" + ATOMIC + "CREATE VIEW v AS SELECT m()",
    ),
    "a body that calls another function": (
        "CREATE FUNCTION a() RETURNS integer BEGIN ATOMIC SELECT 1; END;"
        "CREATE FUNCTION f() RETURNS integer BEGIN ATOMIC SELECT a(); END",
        "CREATE FUNCTION f() RETURNS integer BEGIN ATOMIC SELECT 2; END;"
        "CREATE FUNCTION a() RETURNS integer BEGIN ATOMIC SELECT f(); END",
    ),
    "an aggregate's initial value": (
        AGGREGATE.format("integer", "") + "COMMENT ON AGGREGATE g(integer) IS 'x'",
        AGGREGATE.format("integer", ", INITCOND = '5'")
        + "GRANT EXECUTE ON FUNCTION g(integer) TO r_reader",
    ),
    "a publication's tables": (
        PUBLICATION.format("FOR TABLE t"),
        PUBLICATION.format("FOR TABLE u") + "COMMENT ON PUBLICATION p IS 'x'",
    ),
    "a publication loses all": (PUBLICATION.format("FOR TABLE t, u"), PUBLICATION.format("")),
    "a publication's options": (
        PUBLICATION.format("FOR TABLE t WITH (publish = 'insert')"),
        PUBLICATION.format(
            "FOR TABLE t WITH (publish = 'insert, delete', publish_via_partition_root)"
        ),
    ),
    "columns and a filter": (
        PUBLICATION.format("FOR TABLE t, u"),
        PUBLICATION.format("FOR TABLE t (id) WHERE (id > 0), u"),
    ),
    "schemas instead of a list of columns": (
        PUBLICATION.format("FOR TABLE t (id)"),
        PUBLICATION.format("FOR TABLE t, TABLES IN SCHEMA s"),
    ),
    "a published column of another type": (
        PUBLICATION.format("FOR TABLE t (id, a) WHERE (a > 0), u"),
        PUBLICATION.format("FOR TABLE t (id, a) WHERE (a > 0), u").replace("a integer", "a bigint"),
    ),
    "a language that is trusted no more": (
        LANGUAGE.format("TRUSTED ", "")
        + "GRANT USAGE ON LANGUAGE l TO r_reader; REVOKE USAGE ON LANGUAGE l FROM PUBLIC;"
        "CREATE FUNCTION f() RETURNS integer LANGUAGE l AS 'x'",
        LANGUAGE.format("", " INLINE plpgsql_inline_handler")
        + "CREATE FUNCTION f() RETURNS integer LANGUAGE l AS 'x'; COMMENT ON LANGUAGE l IS 'x'",
    ),
    "the options of a wrapper and a server": (
        SERVER.format("OPTIONS (a '1', b '2')", "VERSION '1'", "OPTIONS (host 'a', dbname 'd')"),
        SERVER.format("OPTIONS (b '3', c '')", "", "OPTIONS (host 'b', port '5')")
        + "GRANT USAGE ON FOREIGN SERVER s TO r_reader",
    ),
    "when an event trigger fires": (
        EVENT + "CREATE EVENT TRIGGER x ON ddl_command_end EXECUTE FUNCTION e()",
        EVENT + "CREATE EVENT TRIGGER x ON ddl_command_end EXECUTE FUNCTION e();"
        "ALTER EVENT TRIGGER x ENABLE REPLICA; COMMENT ON EVENT TRIGGER x IS 'x'",
    ),
    "the schema of an extension": (
        "CREATE SCHEMA x; CREATE EXTENSION hstore; CREATE TABLE t (h hstore)",
        "CREATE SCHEMA x; CREATE EXTENSION hstore SCHEMA x; CREATE TABLE t (h x.hstore);"
        "COMMENT ON EXTENSION hstore IS 'x'",
    ),
    "what a schema carries": (
        "CREATE SCHEMA s; COMMENT ON SCHEMA s IS 'x'; GRANT USAGE ON SCHEMA s TO PUBLIC",
        "CREATE SCHEMA s AUTHORIZATION r_owner; GRANT CREATE ON SCHEMA s TO r_reader",
    ),
    "default privileges": (
        "ALTER DEFAULT PRIVILEGES FOR ROLE r_owner GRANT SELECT ON TABLES TO r_reader;"
        "ALTER DEFAULT PRIVILEGES FOR ROLE r_owner GRANT USAGE ON TYPES TO r_reader",
        "ALTER DEFAULT PRIVILEGES FOR ROLE r_owner"
        " GRANT SELECT, INSERT ON TABLES TO r_reader WITH GRANT OPTION;"
        "ALTER DEFAULT PRIVILEGES FOR ROLE r_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC",
    ),
    "a member of an operator family": (
        "CREATE OPERATOR FAMILY f USING btree; ALTER OPERATOR FAMILY f USING btree"
        " ADD OPERATOR 1 <(int, int), FUNCTION 1 (int, int) btint4cmp(int, int)",
        "CREATE OPERATOR FAMILY f USING btree; ALTER OPERATOR FAMILY f USING btree"
        " ADD OPERATOR 1 <(int, bigint), FUNCTION 1 (int, bigint) btint48cmp(int, bigint)",
    ),
    "a grant option": (
        "CREATE TABLE t (a integer); GRANT SELECT ON t TO r_reader WITH GRANT OPTION",
        "CREATE TABLE t (a integer); GRANT SELECT ON t TO r_reader",
    ),
    "a privilege of a table and of a column": (
        "CREATE TABLE t (a integer); GRANT SELECT, UPDATE ON t TO r_reader",
        "CREATE TABLE t (a integer); GRANT SELECT, UPDATE (a) ON t TO r_reader;",
    ),
}

# One way without a DROP of an object, the other as it must be.
THERE_IN_PLACE: dict[str, Pair] = {
    "inputs get names and defaults": (
        "CREATE FUNCTION f(integer, integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';"
        "CREATE VIEW v AS SELECT f(1, 2)",
        "CREATE FUNCTION f(a integer, b integer DEFAULT 3) RETURNS integer LANGUAGE sql"
        " AS 'SELECT 1'; CREATE VIEW v AS SELECT f(1, 2)",
    ),
    "an aggregate's inputs get names": (
        AGGREGATE.format("integer", ""),
        AGGREGATE.format("a integer", ", PARALLEL = SAFE"),
    ),
}

# What is made again, with what hangs on it.
AGAIN: dict[str, Pair] = {
    "a return type under a view": (
        "CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1';"
        "CREATE VIEW v AS SELECT f() x; GRANT SELECT ON v TO r_reader",
        "CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS 'SELECT 1';"
        "CREATE VIEW v AS SELECT f() x; GRANT SELECT ON v TO r_reader",
    ),
    "an input with another name": (
        FUNCTION.format("a integer", "IMMUTABLE ", "$1") + TOLD + "CREATE TABLE t"
        " (a integer DEFAULT f(1) CHECK (f(a) > 0)); CREATE INDEX i ON t (f(a))",
        FUNCTION.format("b integer", "IMMUTABLE ", "$1") + TOLD + "CREATE TABLE t"
        " (a integer DEFAULT f(1) CHECK (f(a) > 0)); CREATE INDEX i ON t (f(a))",
    ),
    "a function that becomes a procedure": (
        "CREATE FUNCTION f(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        "CREATE PROCEDURE f(integer, OUT integer) LANGUAGE sql AS 'SELECT 1'",
    ),
    "a row type in a signature": (
        "CREATE TABLE t (a integer); CREATE FUNCTION f(t) RETURNS text"
        " BEGIN ATOMIC SELECT $1.a::text; END; CREATE VIEW v AS SELECT f(t) FROM t",
        "CREATE TABLE t (a bigint); CREATE FUNCTION f(t) RETURNS text"
        " BEGIN ATOMIC SELECT $1.a::text; END; CREATE VIEW v AS SELECT f(t) FROM t",
    ),
    "an operator's function": (
        OPERATOR.format(", NEGATOR = !==") + NEGATOR.format(", NEGATOR = ==="),
        OPERATOR.format(", NEGATOR = !==").replace("int4eq", "int4ge")
        + NEGATOR.format(", NEGATOR = ===")
        + "COMMENT ON OPERATOR ===(int, int) IS 'c'",
    ),
    "an operator class under an index": (
        "CREATE OPERATOR CLASS o FOR TYPE int USING btree AS OPERATOR 1 <, OPERATOR 3 =,"
        " FUNCTION 1 btint4cmp(int, int); CREATE TABLE t (a int); CREATE INDEX i ON t (a o)",
        "CREATE OPERATOR CLASS o FOR TYPE int USING btree AS OPERATOR 1 <, OPERATOR 2 <=,"
        " OPERATOR 3 =, FUNCTION 1 btint4cmp(int, int); CREATE TABLE t (a int);"
        "CREATE INDEX i ON t (a o); COMMENT ON OPERATOR CLASS o USING btree IS 'x'",
    ),
    "the context of a cast": (
        "CREATE TYPE e AS ENUM ('a'); CREATE CAST (e AS integer) WITH INOUT",
        "CREATE TYPE e AS ENUM ('a'); CREATE CAST (e AS integer) WITH INOUT AS ASSIGNMENT",
    ),
    "a conversion": (
        "CREATE CONVERSION c FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8",
        "CREATE DEFAULT CONVERSION c FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;"
        "COMMENT ON CONVERSION c IS 'x'",
    ),
    "a collation under a key": (
        "CREATE COLLATION c (LOCALE = 'C'); CREATE TABLE t (a text COLLATE c PRIMARY KEY)",
        "CREATE COLLATION c (LOCALE = 'POSIX'); CREATE TABLE t (a text COLLATE c PRIMARY KEY)",
    ),
    "the tags of an event trigger": (
        EVENT + "CREATE EVENT TRIGGER x ON ddl_command_end WHEN TAG IN ('CREATE TABLE')"
        " EXECUTE FUNCTION e(); ALTER EVENT TRIGGER x ENABLE ALWAYS",
        EVENT + "CREATE EVENT TRIGGER x ON ddl_command_end WHEN TAG IN ('CREATE VIEW')"
        " EXECUTE FUNCTION e(); ALTER EVENT TRIGGER x ENABLE ALWAYS",
    ),
    "the type of a server with all that is on it": (
        SERVER.format("", "TYPE 'a'", "")
        + "CREATE USER MAPPING FOR PUBLIC SERVER s; CREATE FOREIGN TABLE t (a int) SERVER s;"
        "GRANT SELECT ON t TO r_reader",
        SERVER.format("", "TYPE 'b'", "")
        + "CREATE USER MAPPING FOR PUBLIC SERVER s; CREATE FOREIGN TABLE t (a int) SERVER s;"
        "GRANT SELECT ON t TO r_reader",
    ),
    "a publication of all tables": (
        PUBLICATION.format("FOR TABLE t"),
        PUBLICATION.format("FOR ALL TABLES"),
    ),
    "a published schema and table that go": (
        PUBLICATION.format("FOR TABLE t, TABLES IN SCHEMA s"),
        "CREATE TABLE u (); CREATE PUBLICATION p",
    ),
    "the template of a dictionary": (
        "CREATE TEXT SEARCH CONFIGURATION c (PARSER = default);"
        "CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = simple);"
        "ALTER TEXT SEARCH CONFIGURATION c ADD MAPPING FOR word, email WITH d",
        "CREATE TEXT SEARCH CONFIGURATION c (PARSER = default);"
        "CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = snowball, LANGUAGE = english);"
        "ALTER TEXT SEARCH CONFIGURATION c ADD MAPPING FOR word WITH d, simple",
    ),
}

RENAMES = {
    "CREATE FUNCTION f(integer, OUT text) LANGUAGE sql AS 'SELECT 1'": "routine public.f(integer)",
    "CREATE PROCEDURE f(integer, OUT text) LANGUAGE sql AS 'SELECT 1'": "routine public.f(integer)",
    AGGREGATE.format("integer", ""): "aggregate public.g(integer)",
    "CREATE SCHEMA f": "schema f",
    "CREATE COLLATION f (LOCALE = 'C')": "collation public.f",
    "CREATE CONVERSION f FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8": "conversion public.f",
    "CREATE LANGUAGE f HANDLER plpgsql_call_handler": "language f",
    "CREATE FOREIGN DATA WRAPPER f": "foreign data wrapper f",
    SERVER.format("", "", ""): "foreign server s",
    "CREATE PUBLICATION f": "publication f",
    "CREATE OPERATOR FAMILY f USING btree": "operator family public.f using btree",
    "CREATE TEXT SEARCH CONFIGURATION f (PARSER = default)": "text search configuration public.f",
    "CREATE TEXT SEARCH DICTIONARY f (TEMPLATE = simple)": "text search dictionary public.f",
    EVENT + "CREATE EVENT TRIGGER f ON sql_drop EXECUTE FUNCTION e()": "event trigger f",
}


def _there_and_back(law: Law, one: str, other: str) -> tuple[Plan, Plan]:
    """Both plans, each run on the database that the one before it left."""
    url, target = law.load(one), law.load(other)
    old, new = read(url), read(target)
    dumps = statements(law.pg_dump(url, "-s")), statements(law.pg_dump(target, "-s"))
    there = _reached(law, url, plan(old, new), new, dumps[1])
    return there, _reached(law, url, plan(new, old), old, dumps[0])


def _reached(law: Law, url: str, change: Plan, after: Snapshot, dump: object) -> Plan:
    law.psql(url, "-1", input=script_text(change.statements, settings=change.settings))
    assert list(map(str, differences(read(url), after))) == []
    assert statements(law.pg_dump(url, "-s")) == dump
    return change


def _drops(change: Plan) -> list[str]:
    return [each.sql for each in change.statements if each.sql.startswith("DROP")]


@pytest.mark.parametrize(("one", "other"), IN_PLACE.values(), ids=IN_PLACE)
def test_what_can_be_altered_is_altered(one: str, other: str, law: Law) -> None:
    there, back = _there_and_back(law, one, other)
    assert _drops(there) == _drops(back) == []


@pytest.mark.parametrize(("one", "other"), THERE_IN_PLACE.values(), ids=THERE_IN_PLACE)
def test_what_can_only_be_given_is_given_in_place(one: str, other: str, law: Law) -> None:
    there, back = _there_and_back(law, one, other)
    assert _drops(there) == []
    assert _drops(back) != []


@pytest.mark.parametrize(("one", "other"), AGAIN.values(), ids=AGAIN)
def test_what_must_be_made_again_comes_back_whole(one: str, other: str, law: Law) -> None:
    there, _ = _there_and_back(law, one, other)
    assert _drops(there) != []


@pytest.mark.pg(">= 17")
@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            OPERATOR.format("") + NEGATOR.format(""),
            OPERATOR.format(", NEGATOR = !==, COMMUTATOR = ===, HASHES, MERGES")
            + NEGATOR.format(", NEGATOR = ==="),
        ),
    ],
)
def test_operators_are_linked_in_place(one: str, other: str, law: Law) -> None:
    there, back = _there_and_back(law, one, other)
    assert _drops(there) == []
    assert len(_drops(back)) == 2


def test_an_operator_is_linked_by_the_one_that_comes_and_cut_by_the_one_that_goes(
    law: Law,
) -> None:
    both = OPERATOR.format(", NEGATOR = !==") + NEGATOR.format(", NEGATOR = ===")
    there, back = _there_and_back(law, OPERATOR.format(""), both)
    assert _drops(there) == []
    assert _drops(back) == ["DROP OPERATOR public.!== (integer, integer)"]


@pytest.mark.parametrize(("sql", "name"), RENAMES.items(), ids=RENAMES.values())
def test_an_object_is_renamed(sql: str, name: str, law: Law) -> None:
    url = law.load(sql)
    before = read(url)
    key = next(key for key in before.objects if str(key) == name)
    kind = KIND_BY_NAME[key.kind]
    renamed = kind.rename(before.objects[key], "", "New name")
    assert renamed is not None
    law.psql(url, "-1", input=script_text(tuple(renamed)))
    after = read(url).objects
    assert key not in after
    changed = [each for each in after if each not in before.objects]
    assert [each.kind for each in changed] == [key.kind]
    assert changed[0].name.startswith("New name")
    assert kind.rename(before.objects[key], "a", "b") is None


def test_an_extension_goes_forward_and_never_back() -> None:
    def at(version: str) -> Extension:
        return Extension(name="e", in_schema="public", version=version)

    row = next(spec for spec in EXTENSION.fields if "version" in spec.fields)
    around = Around({}, {}, 18)
    found = row.alter(at("1.9"), at("1.10"), around)
    assert [each.sql for each in found or ()] == ["ALTER EXTENSION e UPDATE TO '1.10'"]
    with pytest.raises(ExtensionNotDowngraded, match=r"version is 1\.10, should be 1\.9"):
        row.alter(at("1.10"), at("1.9"), around)


def test_a_routine_without_its_body_says_so_instead_of_answering(law: Law) -> None:
    url = law.load("CREATE TABLE t (a integer);" + ATOMIC)
    snapshot = read(url)
    key = ObjectKey("routine", "public", "m()")
    edges = [edge for edge in snapshot.depends if edge.source == key]
    let = KIND_BY_NAME["routine"].let_go(snapshot.objects[key], edges)
    assert let is not None
    law.psql(url, "-1", input=script_text(let.statements))
    run = law.psql(url, "-c", "SELECT m()", check=False)
    assert "the body of public.m() is not there yet" in run.stderr
    assert [edge for edge in read(url).depends if edge.source == key] == []
