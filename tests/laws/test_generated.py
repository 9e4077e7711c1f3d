"""The laws hold for schemas that nobody thought of."""

from collections.abc import Callable
from dataclasses import dataclass, field

from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from tests.fixtures.laws import Law
from tests.fixtures.servers import Made, Server

Draw = Callable[[st.SearchStrategy[str]], str]

ODD = [
    "plain",
    "Mixed Case",
    'quo"te',
    "it's",
    "a.b",
    "select",
    "user",
    "été",
    "x" * 60,
    "$1",
    "b\\",
]
STRINGS = ["", "it's", "back\\slash", "two\nlines", "$$ $q$", "--", "é", "a; b", "%s {x}"]
ROLES = ["r_owner", "r_reader", "r_other"]
SCHEMAS = ["public", '"S 1"']

# A type with expressions of it: constants, and with {c} the column itself.
TYPES: dict[str, list[str]] = {
    "integer": ["0", "-1", "1 + 2", "'5'::integer"],
    "bigint": ["9000000000", "abs(-3)"],
    "numeric(8,2)": ["1.50", "-0.01"],
    "text": ["'a'", "'it''s'", "E'b\\\\n'", "lower('X') || 'y'", "NULL"],
    "varchar(9)": ["'v'", "upper('v')", "NULL"],
    "character(3)": ["'abc'"],
    "boolean": ["true", "NOT false", "1 IN (1, 2)"],
    "date": ["'2020-02-29'", "CURRENT_DATE - 7"],
    "timestamp(3) with time zone": ["now()", "'2024-01-01 00:00+02'"],
    "interval day to second": ["'1 day 2 hours'"],
    "jsonb": ["'{\"a\": [1]}'", "jsonb_build_object('k', 1)"],
    "integer[]": ["'{1,2}'", "ARRAY[1, 2 + 1]"],
    "text[]": ["'{}'", "ARRAY['a', 'b''c']"],
    "uuid": ["gen_random_uuid()"],
    "bytea": ["'\\x00ff'"],
    "double precision": ["0.1", "'nan'", "pi()"],
    "int4range": ["'[1,5)'", "int4range(1, 2, '[]')"],
    "public.mood": ["'good'", "'so ''so'''"],
    "public.short": ["'s'", "NULL"],
    "public.short[]": ["'{}'"],
    "public.pair": ["ROW(1, 'x')::public.pair", "NULL"],
    '"S 1"."Odd Type"[]': ["NULL"],
    "public.span": ["'[1,5)'", "public.span(1, 2)"],
    "public.span_multirange": ["'{[1,5)}'", "public.span_multirange(public.span(1, 2))"],
    "tsvector": ["to_tsvector('public.words', 'a b')", "'a'"],
    "public.temperature": ["'warm'", "NULL"],
}
PRELUDE = """
CREATE SCHEMA "S 1";
CREATE TYPE public.mood AS ENUM ('good', 'so ''so''', '');
CREATE DOMAIN public.short AS varchar(20) DEFAULT 'd' CHECK (VALUE <> 'no' OR VALUE IS NULL);
CREATE TYPE public.pair AS (a integer, "B b" public.short);
CREATE TYPE "S 1"."Odd Type" AS ENUM ('x');
CREATE TYPE public.span AS RANGE (SUBTYPE = integer);
CREATE TYPE public.temperature AS ENUM ('cold', 'warm');
CREATE COLLATION "S 1"."Odd Collation" (LOCALE = 'C');
CREATE TEXT SEARCH DICTIONARY "S 1"."Odd words" (TEMPLATE = simple, STOPWORDS = english);
CREATE TEXT SEARCH CONFIGURATION public.words (COPY = simple);
CREATE FOREIGN DATA WRAPPER paper OPTIONS ("a b" 'it''s');
CREATE SERVER "Odd server" FOREIGN DATA WRAPPER paper;
CREATE FUNCTION public.near(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE
  AS 'SELECT abs($1 - $2) < 2';
CREATE OPERATOR "S 1".=~= (LEFTARG = integer, RIGHTARG = integer, FUNCTION = public.near,
  COMMUTATOR = OPERATOR("S 1".=~=));
CREATE FUNCTION public.degrees(public.temperature) RETURNS integer LANGUAGE sql IMMUTABLE
  AS 'SELECT 20';
CREATE CAST (public.temperature AS integer) WITH FUNCTION public.degrees(public.temperature);
CREATE FUNCTION public.watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION public.twice(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1 * 2';
"""


def ident(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    return "E'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


@dataclass
class Relation:
    """A relation made so far: its name in SQL, its columns by name in SQL, each with its type."""

    name: str
    columns: dict[str, str]
    is_table: bool = True
    key: str = ""


@dataclass
class Maker:
    """Draws statements and remembers what they made."""

    draw: Callable[..., object]
    sql: list[str] = field(default_factory=lambda: [PRELUDE])
    relations: list[Relation] = field(default_factory=list[Relation])

    def pick(self, choices: list[str]) -> str:
        return str(self.draw(st.sampled_from(choices)))

    def chance(self) -> bool:
        return bool(self.draw(st.booleans()))

    def count(self, least: int, most: int) -> int:
        return int(str(self.draw(st.integers(least, most))))

    def relation(self, *, only_tables: bool) -> Relation:
        found = [one for one in self.relations if one.is_table or not only_tables]
        return found[self.count(0, len(found) - 1)]

    def column(self, relation: Relation, type_: str = "") -> str | None:
        found = [c for c, t in relation.columns.items() if not type_ or t == type_]
        return self.pick(found) if found else None

    def new_name(self) -> str:
        schema = self.pick(SCHEMAS)
        return f"{schema}.{ident(f'{len(self.sql)}{self.pick(ODD)}')}"

    def table(self) -> None:
        name, columns = self.new_name(), dict[str, str]()
        parts = ["id integer NOT NULL"]
        columns["id"] = "integer"
        for number in range(self.count(0, 5)):
            column, type_ = ident(f"{self.pick(ODD)}{number}"), self.pick(list(TYPES))
            parts.append(f"{column} {type_} {self.column_clause(type_)}")
            columns[column] = type_
        key = self.pick(["", "PRIMARY KEY (id)", "UNIQUE (id)", "PRIMARY KEY (id) DEFERRABLE"])
        parts += [key] if key else []
        kind = self.pick(["", "", "PARTITION BY LIST (id)", "WITH (fillfactor = 70)"])
        self.sql.append(f"CREATE TABLE {name} ({', '.join(parts)}) {kind};")
        made = Relation(name, columns, key="" if "DEFERRABLE" in key else key)
        if kind.startswith("PARTITION"):
            self.partitions(made)
        self.relations.append(made)

    def column_clause(self, type_: str) -> str:
        value = self.pick(TYPES[type_])
        choices = ["", "NOT NULL", f"DEFAULT {value}", f"DEFAULT {value} NOT NULL"]
        if type_ in {"integer", "bigint"}:
            choices += [
                "GENERATED ALWAYS AS IDENTITY (INCREMENT 5)",
                "GENERATED ALWAYS AS (id) STORED",
            ]
        if type_ in {"text", "varchar(9)"}:
            choices += ['COLLATE "C"', 'COLLATE "S 1"."Odd Collation"']
        return self.pick(choices)

    def partitions(self, whole: Relation) -> None:
        for number in range(self.count(1, 2)):
            name = self.new_name()
            self.sql.append(
                f"CREATE TABLE {name} PARTITION OF {whole.name} FOR VALUES IN ({number});"
            )
            if self.chance():
                self.sql.append(f"CREATE INDEX ON {name} (id);")

    def child(self) -> None:
        parent, name = self.relation(only_tables=True), self.new_name()
        own = self.pick(["", "more integer DEFAULT 3", "id integer", "id integer NOT NULL"])
        like = self.pick(["INHERITS", "LIKE"])
        if like == "LIKE" or any("PARTITION" in s and parent.name in s for s in self.sql):
            self.sql.append(f"CREATE TABLE {name} (LIKE {parent.name} INCLUDING ALL);")
        else:
            self.sql.append(f"CREATE TABLE {name} ({own}) INHERITS ({parent.name});")
        self.relations.append(Relation(name, dict(parent.columns)))

    def constraint(self) -> None:
        table, target = self.relation(only_tables=True), self.relation(only_tables=True)
        number = self.column(table, "integer")
        name = ident(f"{self.pick(ODD)}{len(self.sql)}")
        choices = [
            f"CHECK ({number} > 0)",
            f"CHECK (public.twice({number}) <> 5 AND {number} IN (1, 2))",
            f'CHECK ({number} OPERATOR("S 1".=~=) 5)',
            f"CHECK ('warm'::public.temperature::integer > {number})",
        ]
        if target.key:
            tail = self.pick(["", "ON DELETE CASCADE DEFERRABLE", "ON UPDATE SET NULL"])
            choices.append(f"FOREIGN KEY ({number}) REFERENCES {target.name} (id) {tail}")
        self.sql.append(f"ALTER TABLE {table.name} ADD CONSTRAINT {name} {self.pick(choices)};")
        if self.chance():
            comment = literal(self.pick(STRINGS))
            self.sql.append(f"COMMENT ON CONSTRAINT {name} ON {table.name} IS {comment};")

    def index(self) -> None:
        table = self.relation(only_tables=True)
        number, text = self.column(table, "integer"), self.column(table, "text") or "'x'::text"
        terms = [str(number), f"(lower({text}))", f"(public.twice({number}))", f"{number} DESC"]
        where = self.pick(["", f"WHERE {number} > 0", f"WHERE {text} IN ('a', 'b')"])
        name = ident(f"{self.pick(ODD)}{len(self.sql)}")
        self.sql.append(f"CREATE INDEX {name} ON {table.name} ({self.pick(terms)}) {where};")

    def view(self) -> None:
        source, name = self.relation(only_tables=False), self.new_name()
        columns = {f"c{number}": type_ for number, type_ in enumerate(source.columns.values())}
        aliases = ", ".join(columns)
        wanted = ", ".join(f"r.{column}" for column in source.columns)
        tail = self.pick(
            ["", " WHERE true", " ORDER BY 1 LIMIT 3", f" NATURAL JOIN {source.name} s"]
        )
        kind = self.pick(["VIEW", "VIEW", "MATERIALIZED VIEW"])
        self.sql.append(
            f"CREATE {kind} {name} ({aliases}) AS SELECT {wanted} FROM {source.name} r{tail};"
        )
        self.relations.append(Relation(name, columns, is_table=False))

    def foreign(self) -> None:
        name, columns, parts = self.new_name(), dict[str, str](), list[str]()
        for number in range(self.count(0, 3)):
            column, type_ = ident(f"{self.pick(ODD)}{number}"), self.pick(list(TYPES))
            option = self.pick(["", "OPTIONS (column_name 'it''s', \"A a\" '')"])
            clause = self.pick(["", "NOT NULL", f"DEFAULT {self.pick(TYPES[type_])}"])
            parts.append(f"{column} {type_} {option} {clause}")
            columns[column] = type_
        inherits = ""
        if self.chance():
            parent = self.relation(only_tables=True)
            inherits = f"INHERITS ({parent.name})"
            columns = parent.columns | columns
        server = f'SERVER "Odd server" OPTIONS (table_name {literal(self.pick(STRINGS))})'
        self.sql.append(f"CREATE FOREIGN TABLE {name} ({', '.join(parts)}) {inherits} {server};")
        if columns:
            self.relations.append(Relation(name, columns, is_table=False))

    def statistics(self) -> None:
        relation, name = self.relation(only_tables=False), self.new_name()
        terms = {self.column(relation), self.column(relation)}
        expression = f"(public.twice({self.column(relation, 'integer')}))"
        listed = [*sorted(map(str, terms)), *self.pick(["", expression]).splitlines()]
        kinds = self.pick(["", "(ndistinct)", "(dependencies, mcv)"])
        self.sql.append(
            f"CREATE STATISTICS {name} {kinds} ON {', '.join(listed)} FROM {relation.name};"
        )
        if self.chance():
            self.sql.append(f"ALTER STATISTICS {name} SET STATISTICS {self.count(0, 99)};")

    def publication(self) -> None:
        name, table = ident(f"{self.pick(ODD)}{len(self.sql)}"), self.relation(only_tables=True)
        choices = [
            "",
            "FOR ALL TABLES",
            f"FOR TABLE {table.name}",
            f"FOR TABLE ONLY {table.name} (id)",
            f"FOR TABLE {table.name} WHERE (id > 5 AND public.near(id, 7))",
            f"FOR TABLE {table.name} WHERE (id IN (1, 2))",
            'FOR TABLES IN SCHEMA "S 1"',
            f'FOR TABLES IN SCHEMA "S 1", TABLE {table.name}',
        ]
        options = self.pick(["", "WITH (publish = 'insert, truncate')"])
        self.sql.append(f"CREATE PUBLICATION {name} {self.pick(choices)} {options};")

    def other(self) -> None:
        name, type_ = self.new_name(), self.pick(list(TYPES))
        role, number = self.pick(ROLES), len(self.sql)
        step = f'"S 1"."step{number}"'
        in_schema = self.pick(["", *(f"IN SCHEMA {schema}" for schema in SCHEMAS)])
        comment = literal(self.pick(STRINGS))
        choices = [
            f"ALTER DEFAULT PRIVILEGES {in_schema} GRANT SELECT ON TABLES TO {role};",
            f"ALTER DEFAULT PRIVILEGES FOR ROLE {role} REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;",
            f"CREATE EVENT TRIGGER e{number} ON ddl_command_end WHEN TAG IN ('CREATE RULE')"
            f" EXECUTE FUNCTION public.watch(); ALTER EVENT TRIGGER e{number} DISABLE;",
            f"CREATE FUNCTION {step}({type_}, {type_}) RETURNS {type_} LANGUAGE sql IMMUTABLE"
            f" AS 'SELECT $1'; CREATE AGGREGATE {name}({type_}) (SFUNC = {step}, STYPE = {type_});"
            f" COMMENT ON AGGREGATE {name}({type_}) IS {comment};",
            f"CREATE TEXT SEARCH CONFIGURATION {name} (PARSER = default);"
            f' ALTER TEXT SEARCH CONFIGURATION {name} ADD MAPPING FOR word, asciiword WITH "S 1".'
            f'"Odd words", simple; COMMENT ON TEXT SEARCH CONFIGURATION {name} IS {comment};',
            f'CREATE TYPE {name} AS RANGE (SUBTYPE = text, COLLATION = "C");'
            f" GRANT USAGE ON TYPE {name} TO {role};",
            f"CREATE DOMAIN {name} AS {type_} CHECK (VALUE IS NOT NULL);"
            f' CREATE TYPE {name.removesuffix(chr(34))}!" AS (a {name}, b {name}[]);',
            f'CREATE USER MAPPING FOR {role} SERVER "Odd server";'
            f' GRANT USAGE ON FOREIGN SERVER "Odd server" TO {role} WITH GRANT OPTION;',
            f"CREATE OPERATOR CLASS {name} FOR TYPE integer USING btree AS"
            f" OPERATOR 1 <, FUNCTION 1 btint4cmp(integer, integer);"
            f" CREATE INDEX ON {self.relation(only_tables=True).name} (id {name});",
        ]
        self.sql.append(self.pick(choices))

    def routine(self) -> None:
        relation, name = self.relation(only_tables=False), self.new_name()
        column = self.column(relation)
        type_, other = self.pick(list(TYPES)), relation.columns[str(column)]
        head = f"CREATE FUNCTION {name}(a {type_}, OUT b {other}) LANGUAGE sql"
        query = f"SELECT r.{column} FROM {relation.name} r"
        choices = [
            f"{head} STABLE AS $x$ {query} $x$;",
            f"{head} BEGIN ATOMIC {query}; END;",
            f"CREATE FUNCTION {name}({relation.name}) RETURNS SETOF {relation.name} LANGUAGE sql"
            f" SET search_path = '', 'S 1' AS $x$ SELECT * FROM {relation.name} $x$;",
            f"CREATE PROCEDURE {name}(VARIADIC a {type_.removesuffix('[]')}[]) LANGUAGE sql AS '';",
            f"CREATE FUNCTION {name}(a {type_} DEFAULT {self.pick(TYPES[type_])}) RETURNS integer"
            f" LANGUAGE sql COST 7 AS {literal('SELECT 1 -- ' + self.pick(STRINGS))};",
        ]
        self.sql.append(self.pick(choices))

    def carried(self) -> None:
        relation = self.relation(only_tables=False)
        column, role = self.column(relation), self.pick(ROLES)
        comment = literal(self.pick(STRINGS))
        option = self.pick(["", " WITH GRANT OPTION"])
        choices = [
            f"GRANT SELECT, INSERT ON {relation.name} TO {role}{option};",
            f"GRANT SELECT ({column}), UPDATE ({column}) ON {relation.name} TO {role}{option};",
            f"REVOKE SELECT ON {relation.name} FROM postgres;",
            f"GRANT ALL ON {relation.name} TO PUBLIC;",
            f"COMMENT ON COLUMN {relation.name}.{column} IS {comment};",
        ]
        if relation.is_table:
            choices += [
                f"COMMENT ON TABLE {relation.name} IS {comment};",
                f"ALTER TABLE {relation.name} OWNER TO {role};",
                f"ALTER TABLE {relation.name} ENABLE ROW LEVEL SECURITY;",
                f"ALTER TABLE {relation.name} REPLICA IDENTITY FULL;",
                f"ALTER TABLE {relation.name} ALTER {column} SET STATISTICS 7;",
                f"CREATE TRIGGER {ident(self.pick(ODD) + str(len(self.sql)))} BEFORE INSERT ON"
                f" {relation.name} FOR EACH ROW EXECUTE FUNCTION public.touch();",
                f"CREATE POLICY p{len(self.sql)} ON {relation.name} TO {role} USING"
                f" (EXISTS (SELECT FROM {self.relation(only_tables=True).name}));",
                f"CREATE RULE r{len(self.sql)} AS ON DELETE TO {relation.name} WHERE old.id > 5"
                " DO ALSO NOTHING;",
                f"ALTER TABLE {relation.name} ADD gone integer, ADD UNIQUE (id, gone);"
                f" ALTER TABLE {relation.name} DROP gone;",
            ]
        self.sql.append(self.pick(choices))


@st.composite
def schemas(draw: Callable[..., object]) -> str:
    """Statements that make a schema; a few of them may fail, and then make nothing."""
    maker = Maker(draw)
    for _ in range(maker.count(1, 3)):
        maker.table()
    steps = [
        *(maker.child, maker.constraint, maker.index, maker.view, maker.routine, maker.carried),
        *(maker.foreign, maker.statistics, maker.publication, maker.other, maker.other),
    ]
    for _ in range(maker.count(3, 20)):
        steps[maker.count(0, len(steps) - 1)]()
    return "\n".join(maker.sql)


def check(sql: str, law: Law, made: Made) -> None:
    note(sql)
    url = law.make_database()
    law.psql(url, "-v", "ON_ERROR_STOP=0", input=sql)
    law.holds_for(url)
    made.drop()
    made.databases.clear()


@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(schemas())
def test_the_laws_hold_for_a_generated_schema(
    law: Law, made: Made, server: Server, sql: str
) -> None:
    check(sql, law, made)
