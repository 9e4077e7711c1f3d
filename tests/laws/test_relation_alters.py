"""Constraints, indexes, sequences and statistics become others, both ways, offline and online."""

import pytest

from pgmig.kinds import KIND_BY_NAME
from pgmig.plan import differences, plan, script_text
from tests.fixtures.laws import Law, read
from tests.fixtures.pairs import Pairs

pytestmark = pytest.mark.thorough

# The two sides of a case; what follows `>=` is the first major that knows it.
Case = tuple[str, str] | tuple[str, str, str]

OF = "CREATE TABLE p (id integer PRIMARY KEY); CREATE TABLE c (a integer, CONSTRAINT fk {}"
REFERENCE = OF.format("FOREIGN KEY (a) REFERENCES p{});")
LATER = (
    "CREATE TABLE p (id integer PRIMARY KEY); CREATE TABLE c (a integer);"
    "ALTER TABLE c ADD CONSTRAINT fk FOREIGN KEY (a) REFERENCES p{};"
    "ALTER TABLE c ADD CONSTRAINT ck CHECK (a > 0){};"
)
KEY = "CREATE TABLE t (a integer NOT NULL, b integer, CONSTRAINT k {});"
KEYS = KEY.format("UNIQUE (a)") + "ALTER TABLE t ADD CONSTRAINT pk PRIMARY KEY (a) INCLUDE (b);"
INDEX = "CREATE TABLE t (a integer NOT NULL, b text); CREATE INDEX i ON t {};"
TWO = (
    "CREATE TABLE t (a integer NOT NULL, b integer NOT NULL);"
    "CREATE UNIQUE INDEX i ON t (a); CREATE UNIQUE INDEX j ON t (b);"
    "ALTER TABLE t ADD CONSTRAINT k UNIQUE (a, b);"
)
WHOLE = (
    "CREATE TABLE whole (id integer NOT NULL, n integer, w varchar(9)) PARTITION BY LIST (id);"
    "CREATE TABLE one PARTITION OF whole FOR VALUES IN (1);"
    "CREATE TABLE two PARTITION OF whole FOR VALUES IN (2);"
)
OWN_INDEX = (
    "CREATE INDEX whole_i ON ONLY whole (w); COMMENT ON INDEX whole_i IS 'of all';"
    "CREATE INDEX its_own ON one (w); ALTER INDEX whole_i ATTACH PARTITION its_own;"
    "COMMENT ON INDEX its_own IS 'own';"
    "CREATE INDEX of_two ON two (w); ALTER INDEX whole_i ATTACH PARTITION of_two;"
    "ALTER TABLE ONLY whole ADD CONSTRAINT whole_k UNIQUE (id, w);"
    "ALTER TABLE one ADD CONSTRAINT own_k UNIQUE (id, w);"
    "ALTER INDEX whole_k ATTACH PARTITION own_k; COMMENT ON CONSTRAINT own_k ON one IS 'key';"
    "ALTER TABLE two ADD CONSTRAINT two_k UNIQUE (id, w);"
    "ALTER INDEX whole_k ATTACH PARTITION two_k;"
)
FAMILY = "CREATE TABLE parent (id integer); CREATE TABLE child () INHERITS (parent);"
SEQUENCE = "CREATE SEQUENCE s {};"

IN_PLACE: dict[str, Case] = {
    "a foreign key becomes deferrable": (
        REFERENCE.format(""),
        REFERENCE.format(" DEFERRABLE"),
    ),
    "a foreign key becomes deferred": (
        REFERENCE.format(" DEFERRABLE"),
        REFERENCE.format(" DEFERRABLE INITIALLY DEFERRED"),
    ),
    "a deferred foreign key no longer is": (
        REFERENCE.format(" DEFERRABLE INITIALLY DEFERRED"),
        REFERENCE.format(""),
    ),
    "a foreign key of partitions becomes deferrable": (
        WHOLE
        + "CREATE TABLE p (id integer PRIMARY KEY);"
        + "ALTER TABLE whole ADD CONSTRAINT fk FOREIGN KEY (n) REFERENCES p;",
        WHOLE
        + "CREATE TABLE p (id integer PRIMARY KEY);"
        + "ALTER TABLE whole ADD CONSTRAINT fk FOREIGN KEY (n) REFERENCES p DEFERRABLE;",
    ),
    "a key and its index are told of": (
        KEYS + "COMMENT ON INDEX k IS 'x'; COMMENT ON CONSTRAINT k ON t IS 'y'",
        KEYS + "COMMENT ON INDEX pk IS 'x'; COMMENT ON CONSTRAINT k ON t IS 'z'",
    ),
    "a key's index gets options": (
        KEYS,
        KEYS + "ALTER INDEX k SET (fillfactor = 70, deduplicate_items = off);",
    ),
    "a key's index gets other options": (
        KEY.format("UNIQUE (a) WITH (fillfactor = 70, deduplicate_items = off)"),
        KEY.format("UNIQUE (a) WITH (fillfactor = 80)"),
    ),
    "an index gets options": (
        INDEX.format("(a) WHERE b <> ' WITH (fillfactor=''70'') WHERE '"),
        INDEX.format(
            "(a) WITH (fillfactor = 70, deduplicate_items = off)"
            " WHERE b <> ' WITH (fillfactor=''70'') WHERE '"
        ),
    ),
    "an index gets other options": (
        INDEX.format("USING gin (to_tsvector('simple', b)) WITH (fastupdate = off)"),
        INDEX.format("USING gin (to_tsvector('simple', b)) WITH (gin_pending_list_limit = 99)"),
    ),
    "an exclusion's index gets options": (
        "CREATE TABLE t (r int4range, EXCLUDE USING gist (r WITH &&) WITH (fillfactor = 70)"
        " WHERE (r <> 'empty') DEFERRABLE);",
        "CREATE TABLE t (r int4range, EXCLUDE USING gist (r WITH &&) WITH (buffering = auto)"
        " WHERE (r <> 'empty') DEFERRABLE);",
    ),
    "another index is clustered on": (
        TWO + "ALTER TABLE t CLUSTER ON i",
        TWO + "ALTER TABLE t CLUSTER ON j",
    ),
    "a key is clustered on": (
        TWO + "ALTER TABLE t CLUSTER ON i",
        TWO + "ALTER TABLE t CLUSTER ON k",
    ),
    "a key is no longer clustered on": (TWO + "ALTER TABLE t CLUSTER ON k", TWO),
    "an index is no longer clustered on": (TWO + "ALTER TABLE t CLUSTER ON i", TWO),
    "an index of a materialized view is clustered on": (
        "CREATE MATERIALIZED VIEW v AS SELECT 1 AS a; CREATE INDEX i ON v (a);",
        "CREATE MATERIALIZED VIEW v AS SELECT 1 AS a; CREATE INDEX i ON v (a);"
        "ALTER MATERIALIZED VIEW v CLUSTER ON i;",
    ),
    "another index identifies the rows": (
        TWO + "ALTER TABLE t REPLICA IDENTITY USING INDEX i",
        TWO + "ALTER TABLE t REPLICA IDENTITY USING INDEX j",
    ),
    "a key identifies the rows": (
        TWO + "ALTER TABLE t REPLICA IDENTITY USING INDEX i",
        TWO + "ALTER TABLE t REPLICA IDENTITY USING INDEX k",
    ),
    "an index no longer identifies the rows": (
        TWO + "ALTER TABLE t REPLICA IDENTITY USING INDEX i",
        TWO + "ALTER TABLE t REPLICA IDENTITY FULL",
    ),
    "a key identifies the rows by default": (
        TWO + "ALTER TABLE t REPLICA IDENTITY USING INDEX k",
        TWO,
    ),
    "an index's expressions have targets": (
        INDEX.format("(lower(b), (a + 1))") + "ALTER INDEX i ALTER 1 SET STATISTICS 5",
        INDEX.format("(lower(b), (a + 1))") + "ALTER INDEX i ALTER 2 SET STATISTICS 0",
    ),
    "an index is told of and depends on an extension": (
        INDEX.format("(a)") + "COMMENT ON INDEX i IS 'x'",
        INDEX.format("(a)") + "ALTER INDEX i DEPENDS ON EXTENSION plpgsql",
    ),
    "statistics have a target and another owner": (
        "CREATE TABLE t (a integer, b integer); CREATE STATISTICS s ON a, b FROM t;"
        "COMMENT ON STATISTICS s IS 'x'",
        "CREATE TABLE t (a integer, b integer); CREATE STATISTICS s ON a, b FROM t;"
        "ALTER STATISTICS s SET STATISTICS 7; ALTER STATISTICS s OWNER TO r_owner",
    ),
    "a sequence grows": (SEQUENCE.format("AS integer MAXVALUE 100"), SEQUENCE.format("")),
    "a sequence of another type keeps its bounds": (
        SEQUENCE.format("AS smallint"),
        SEQUENCE.format("AS integer MAXVALUE 32767"),
    ),
    "all of a sequence changes": (
        SEQUENCE.format("AS smallint INCREMENT 2 MINVALUE 3 MAXVALUE 30 START 5 CACHE 7 CYCLE"),
        SEQUENCE.format("AS bigint INCREMENT 3 MINVALUE 2 MAXVALUE 40 START 4 NO CYCLE"),
    ),
    "a sequence goes down": (SEQUENCE.format(""), SEQUENCE.format("INCREMENT -1")),
    "a sequence goes down between other bounds": (
        SEQUENCE.format("MINVALUE 1 MAXVALUE 50"),
        SEQUENCE.format("INCREMENT -1 MINVALUE 20 MAXVALUE 90 START 80"),
    ),
    "a sequence begins later": (
        SEQUENCE.format("MAXVALUE 200"),
        SEQUENCE.format("MINVALUE 100 MAXVALUE 900 START 150"),
    ),
    "a sequence is unlogged": (SEQUENCE.format(""), "CREATE UNLOGGED SEQUENCE s", ">= 15"),
    "a sequence is owned": (
        "CREATE TABLE t (a integer); CREATE SEQUENCE s;",
        "CREATE TABLE t (a integer); CREATE SEQUENCE s OWNED BY t.a;",
    ),
    "a sequence is owned elsewhere, by another role": (
        "CREATE TABLE t (a integer); CREATE TABLE u (b integer); ALTER TABLE u OWNER TO r_owner;"
        "CREATE SEQUENCE s OWNED BY t.a; GRANT USAGE ON SEQUENCE s TO r_reader;",
        "CREATE TABLE t (a integer); CREATE TABLE u (b integer); ALTER TABLE u OWNER TO r_owner;"
        "CREATE SEQUENCE s; ALTER SEQUENCE s OWNER TO r_owner; ALTER SEQUENCE s OWNED BY u.b;",
    ),
    "an owned sequence goes to its table's new owner": (
        "CREATE TABLE t (a serial); GRANT SELECT ON SEQUENCE t_a_seq TO r_reader;",
        "CREATE TABLE t (a serial); GRANT SELECT ON SEQUENCE t_a_seq TO r_reader;"
        "ALTER TABLE t OWNER TO r_owner;",
    ),
    "a sequence is told of and granted": (
        SEQUENCE.format("") + "COMMENT ON SEQUENCE s IS 'x'; GRANT USAGE ON SEQUENCE s TO PUBLIC;",
        SEQUENCE.format("") + "GRANT SELECT ON SEQUENCE s TO r_reader;"
        "ALTER SEQUENCE s OWNER TO r_owner;",
    ),
}

ONE_WAY: dict[str, Case] = {
    "constraints are validated": (LATER.format(" NOT VALID", " NOT VALID"), LATER.format("", "")),
    "a foreign key is validated and deferrable": (
        LATER.format(" NOT VALID", ""),
        LATER.format(" DEFERRABLE", ""),
    ),
    "a CHECK of a family is validated": (
        FAMILY + "ALTER TABLE parent ADD CONSTRAINT ck CHECK (id > 0) NOT VALID",
        FAMILY + "ALTER TABLE parent ADD CONSTRAINT ck CHECK (id > 0)",
    ),
    "a child's CHECK is validated": (
        FAMILY + "ALTER TABLE parent ADD CONSTRAINT ck CHECK (id > 0) NOT VALID",
        FAMILY + "ALTER TABLE parent ADD CONSTRAINT ck CHECK (id > 0) NOT VALID;"
        "ALTER TABLE child VALIDATE CONSTRAINT ck",
    ),
    "a domain's CHECK is validated": (
        "CREATE DOMAIN d AS integer; ALTER DOMAIN d ADD CONSTRAINT c CHECK (VALUE > 0) NOT VALID;"
        "CREATE TABLE t (a d)",
        "CREATE DOMAIN d AS integer CONSTRAINT c CHECK (VALUE > 0); CREATE TABLE t (a d)",
    ),
    "a foreign key is no longer enforced": (
        REFERENCE.format(" DEFERRABLE"),
        REFERENCE.format(" NOT ENFORCED"),
        ">= 18",
    ),
    "a foreign key not yet valid is not enforced": (
        LATER.format(" NOT VALID", ""),
        LATER.format(" NOT ENFORCED", ""),
        ">= 18",
    ),
    "a partition's index joins the whole's": (
        WHOLE + "CREATE INDEX one_i ON one (n); CREATE INDEX whole_i ON ONLY whole (n);",
        WHOLE + "CREATE INDEX one_i ON one (n); CREATE INDEX two_i ON two (n);"
        "CREATE INDEX whole_i ON whole (n);",
    ),
}

OTHERS: dict[str, Case] = {
    "an index reads other columns": (
        INDEX.format("(a)") + "COMMENT ON INDEX i IS 'x'; ALTER TABLE t CLUSTER ON i;",
        INDEX.format("(b text_pattern_ops) INCLUDE (a) WITH (fillfactor = 50)")
        + "COMMENT ON INDEX i IS 'y'; ALTER TABLE t CLUSTER ON i;",
    ),
    "an index has another expression and targets": (
        INDEX.format("((a + 1))") + "ALTER INDEX i ALTER 1 SET STATISTICS 5",
        INDEX.format("(a, lower(b))") + "ALTER INDEX i ALTER 2 SET STATISTICS 6;"
        "ALTER INDEX i DEPENDS ON EXTENSION plpgsql",
    ),
    "an index becomes unique and identifies the rows": (
        INDEX.format("(a)"),
        "CREATE TABLE t (a integer NOT NULL, b text); CREATE UNIQUE INDEX i ON t (a);"
        "ALTER TABLE t REPLICA IDENTITY USING INDEX i",
    ),
    "an index is replaced, one has the name for it": (
        INDEX.format("(a)") + "CREATE INDEX i_new ON t (b);",
        INDEX.format("(b)") + "CREATE INDEX i_new ON t (a);",
    ),
    "an index reads a column of another type": (
        "CREATE TABLE t (a integer, b varchar(9)); CREATE INDEX i ON t (lower(b));",
        "CREATE TABLE t (a integer, b text); CREATE INDEX i ON t (b, a);",
    ),
    "an index reads a new column for one that goes": (
        "CREATE TABLE t (z integer, a integer, b integer); CREATE INDEX i ON t (z, a);",
        "CREATE TABLE t (z integer, b integer, c integer); CREATE INDEX i ON t (z, c);",
    ),
    "indexes of a partitioned table": (
        WHOLE + "CREATE INDEX whole_n ON whole (n) WITH (fillfactor = 70);",
        WHOLE + "CREATE INDEX whole_n ON whole (n, id) WITH (fillfactor = 70);"
        "CREATE INDEX whole_w ON whole (w);",
    ),
    "options of a partitioned table's index and key": (
        WHOLE + "CREATE INDEX whole_n ON whole (n) WITH (fillfactor = 70);"
        "ALTER TABLE whole ADD CONSTRAINT k UNIQUE (id) WITH (fillfactor = 70);",
        WHOLE + "CREATE INDEX whole_n ON whole (n) WITH (fillfactor = 80);"
        "ALTER TABLE whole ADD CONSTRAINT k UNIQUE (id);",
    ),
    "a partitioned table's indexes have names of their own over a type change": (
        WHOLE + OWN_INDEX,
        WHOLE.replace("varchar(9)", "text") + OWN_INDEX,
    ),
    "keys": (
        "CREATE TABLE t (a integer NOT NULL, b integer NOT NULL, c integer);",
        "CREATE TABLE t (a integer NOT NULL, b integer NOT NULL, c integer,"
        " PRIMARY KEY (a) INCLUDE (c), UNIQUE (b, a) DEFERRABLE INITIALLY DEFERRED,"
        " UNIQUE (c) WITH (fillfactor = 60));"
        "COMMENT ON INDEX t_pkey IS 'x'; COMMENT ON CONSTRAINT t_pkey ON t IS 'y';"
        "ALTER TABLE t CLUSTER ON t_c_key; ALTER TABLE t REPLICA IDENTITY USING INDEX t_pkey",
    ),
    "a key of columns that become NOT NULL": (
        "CREATE TABLE t (a integer, b integer);",
        "CREATE TABLE t (a integer, b integer, PRIMARY KEY (a));",
    ),
    "a key in which nulls are the same": (
        "CREATE TABLE t (a integer, b integer);",
        "CREATE TABLE t (a integer, b integer, UNIQUE NULLS NOT DISTINCT (a) INCLUDE (b));",
        ">= 15",
    ),
    "a key without overlaps": (
        "CREATE TABLE t (a int4range NOT NULL, b int4range);",
        "CREATE TABLE t (a int4range NOT NULL, b int4range, UNIQUE (b, a WITHOUT OVERLAPS));",
        ">= 18",
    ),
    "keys and foreign keys of a partitioned table": (
        WHOLE + "CREATE TABLE p (id integer PRIMARY KEY);",
        WHOLE + "CREATE TABLE p (id integer PRIMARY KEY);"
        "ALTER TABLE whole ADD PRIMARY KEY (id), ADD CONSTRAINT ck CHECK (n > 0),"
        " ADD FOREIGN KEY (n) REFERENCES p;"
        "CREATE TABLE r (id integer REFERENCES whole);",
    ),
    "a foreign key of a key that is another": (
        "CREATE TABLE p (a integer, b integer, CONSTRAINT k UNIQUE (a));"
        "CREATE TABLE c (a integer, CONSTRAINT fk FOREIGN KEY (a) REFERENCES p (a));",
        "CREATE TABLE p (a integer, b integer, CONSTRAINT k UNIQUE (a) INCLUDE (b));"
        "CREATE TABLE c (a integer, CONSTRAINT fk FOREIGN KEY (a) REFERENCES p (a));"
        "COMMENT ON CONSTRAINT fk ON c IS 'x';",
    ),
    "a key moves, and the identity of rows": (
        "CREATE TABLE t (a integer NOT NULL, b integer NOT NULL, CONSTRAINT k UNIQUE (a));"
        "ALTER TABLE t REPLICA IDENTITY USING INDEX k; ALTER TABLE t CLUSTER ON k;",
        "CREATE TABLE t (a integer NOT NULL, b integer NOT NULL, CONSTRAINT k UNIQUE (b));"
        "ALTER TABLE t REPLICA IDENTITY USING INDEX k; ALTER TABLE t CLUSTER ON k;",
    ),
    "new constraints": (
        "CREATE TABLE p (id integer PRIMARY KEY); CREATE TABLE c (a integer, b integer);",
        "CREATE TABLE p (id integer PRIMARY KEY); CREATE TABLE c (a integer REFERENCES p,"
        " b integer CHECK (b > 0) NO INHERIT, EXCLUDE (a WITH =));"
        "COMMENT ON CONSTRAINT c_b_check ON c IS 'x'; COMMENT ON CONSTRAINT c_a_fkey ON c IS 'y';",
    ),
    "a CHECK is another": (
        "CREATE TABLE t (a integer CONSTRAINT ck CHECK (a > 0));"
        "COMMENT ON CONSTRAINT ck ON t IS 'x'",
        "CREATE TABLE t (a integer CONSTRAINT ck CHECK (a > 1));"
        "COMMENT ON CONSTRAINT ck ON t IS 'x'",
    ),
    "a CHECK is not enforced": (
        "CREATE TABLE t (a integer CONSTRAINT ck CHECK (a > 0) NOT ENFORCED)",
        "CREATE TABLE t (a integer CONSTRAINT ck CHECK (a > 0))",
        ">= 18",
    ),
    "a family has a CHECK": (
        FAMILY,
        FAMILY + "ALTER TABLE parent ADD CONSTRAINT ck CHECK (id > 0);"
        "COMMENT ON CONSTRAINT ck ON child IS 'x'",
    ),
    "a family has another CHECK": (
        FAMILY + "ALTER TABLE parent ADD CONSTRAINT ck CHECK (id > 0);"
        "COMMENT ON CONSTRAINT ck ON child IS 'x'",
        FAMILY + "ALTER TABLE parent ADD CONSTRAINT ck CHECK (id > 1);"
        "COMMENT ON CONSTRAINT ck ON child IS 'x'",
    ),
    "a child keeps the CHECK alone": (
        FAMILY + "ALTER TABLE parent ADD CONSTRAINT ck CHECK (id > 0);",
        FAMILY + "ALTER TABLE child ADD CONSTRAINT ck CHECK (id > 0);",
    ),
    "a child has the CHECK as its own, and its parent's": (
        FAMILY + "ALTER TABLE child ADD CONSTRAINT ck CHECK (id > 0);",
        FAMILY + "ALTER TABLE child ADD CONSTRAINT ck CHECK (id > 0);"
        "ALTER TABLE parent ADD CONSTRAINT ck CHECK (id > 0);",
    ),
    "a CHECK of both parent and child": (
        FAMILY,
        FAMILY + "ALTER TABLE child ADD CONSTRAINT ck CHECK (id > 0);"
        "ALTER TABLE parent ADD CONSTRAINT ck CHECK (id > 0);",
    ),
    "a domain has a CHECK": (
        "CREATE DOMAIN d AS integer; CREATE TABLE t (a d)",
        "CREATE DOMAIN d AS integer CONSTRAINT c CHECK (VALUE > 0); CREATE TABLE t (a d);"
        "COMMENT ON CONSTRAINT c ON DOMAIN d IS 'x'",
    ),
    "what a column's type reads is rebuilt": (
        "CREATE TABLE t (a varchar(5), b integer, CONSTRAINT k UNIQUE (a), CHECK (b > 0));"
        "COMMENT ON INDEX k IS 'x'; COMMENT ON CONSTRAINT k ON t IS 'y';"
        "CREATE INDEX i ON t (lower(a)); ALTER INDEX i ALTER 1 SET STATISTICS 33;"
        "ALTER INDEX i DEPENDS ON EXTENSION plpgsql; COMMENT ON INDEX i IS 'z';"
        "CREATE STATISTICS s ON a, b FROM t; ALTER STATISTICS s SET STATISTICS 55;"
        "ALTER STATISTICS s OWNER TO r_owner; COMMENT ON STATISTICS s IS 'w'",
        "CREATE TABLE t (a text, b bigint, CONSTRAINT k UNIQUE (a), CHECK (b > 0));"
        "COMMENT ON INDEX k IS 'x'; COMMENT ON CONSTRAINT k ON t IS 'y';"
        "CREATE INDEX i ON t (lower(a)); ALTER INDEX i ALTER 1 SET STATISTICS 33;"
        "ALTER INDEX i DEPENDS ON EXTENSION plpgsql; COMMENT ON INDEX i IS 'z';"
        "CREATE STATISTICS s ON a, b FROM t; ALTER STATISTICS s SET STATISTICS 55;"
        "ALTER STATISTICS s OWNER TO r_owner; COMMENT ON STATISTICS s IS 'w'",
    ),
    "an index outlives the extension it depends on": (
        "CREATE EXTENSION hstore;"
        + INDEX.format("(a)")
        + "ALTER INDEX i DEPENDS ON EXTENSION hstore",
        INDEX.format("(a)"),
    ),
    "a partition is a table of its own, and keeps its indexes": (
        WHOLE + "ALTER TABLE whole ADD CONSTRAINT ck CHECK (n > 0);" + OWN_INDEX,
        "CREATE TABLE one (id integer NOT NULL, n integer, w varchar(9),"
        " CONSTRAINT own_k UNIQUE (id, w), CONSTRAINT ck CHECK (n > 0));"
        "CREATE INDEX its_own ON one (w); COMMENT ON INDEX its_own IS 'own';"
        "COMMENT ON CONSTRAINT own_k ON one IS 'key';",
        "< 18",
    ),
    "an owned sequence outlives its column": (
        "CREATE TABLE t (a integer, b integer); CREATE SEQUENCE s OWNED BY t.b;",
        "CREATE TABLE t (a integer); CREATE SEQUENCE s;",
    ),
    "an owned sequence outlives its table": (
        "CREATE TABLE t (a integer); CREATE SEQUENCE s OWNED BY t.a;",
        "CREATE TABLE u (a integer); CREATE SEQUENCE s OWNED BY u.a;",
    ),
    "an owned sequence is the default of a column that comes": (
        "CREATE TABLE t (a integer); CREATE SEQUENCE s;",
        "CREATE TABLE t (a integer, b integer); CREATE SEQUENCE s OWNED BY t.b;"
        "ALTER TABLE t ALTER b SET DEFAULT nextval('s')",
    ),
    "the column of an owned sequence has another type": (
        "CREATE TABLE t (a serial)",
        "CREATE TABLE t (a integer NOT NULL); ALTER TABLE t ALTER a TYPE bigint;"
        "CREATE SEQUENCE t_a_seq OWNED BY t.a;"
        "ALTER TABLE t ALTER a SET DEFAULT nextval('t_a_seq')",
    ),
}


ALL = (
    "CREATE DOMAIN d AS integer CONSTRAINT {d} CHECK (VALUE > 0); CREATE SEQUENCE {s};"
    "CREATE TABLE t (a integer, b integer, CONSTRAINT {k} PRIMARY KEY (a),"
    " CONSTRAINT {c} CHECK (a > b), CONSTRAINT {f} FOREIGN KEY (b) REFERENCES t);"
    "CREATE INDEX {i} ON t (b); CREATE STATISTICS {x} ON a, b FROM t;"
    "CREATE TABLE u () INHERITS (t);"
)
NAMES = {"d": "d1", "s": "s1", "k": "k1", "c": "c1", "f": "f1", "i": "i1", "x": "x1"}


def cases(found: dict[str, Case]) -> list[object]:
    """The cases as parameters, each for the majors it speaks of."""
    return [
        pytest.param(*sides[:2], id=name, marks=pytest.mark.pg(*sides[2:] or (">= 14",)))
        for name, sides in found.items()
    ]


def made_again(old: str, new: str) -> list[str]:
    """The statements of a plan that drop or make an object."""
    statements = plan(read(old), read(new)).statements
    made = ("CREATE", "DROP", "ADD CONSTRAINT")
    return [each.sql for each in statements if any(word in each.sql for word in made)]


@pytest.mark.parametrize(("one", "other"), cases(IN_PLACE))
def test_it_changes_in_place_there_and_back(one: str, other: str, law: Law, pairs: Pairs) -> None:
    old, new = law.load(one), law.load(other)
    assert [*made_again(old, new), *made_again(new, old)] == []
    pairs.hold(old, new)
    pairs.require_none()


@pytest.mark.parametrize(("one", "other"), cases(ONE_WAY))
def test_it_changes_in_place_one_way(one: str, other: str, law: Law, pairs: Pairs) -> None:
    old, new = law.load(one), law.load(other)
    if "CREATE INDEX" not in other:
        assert made_again(old, new) == []
    pairs.hold(old, new)
    pairs.require_none()


@pytest.mark.parametrize(("one", "other"), cases(OTHERS))
def test_it_becomes_another_there_and_back(one: str, other: str, law: Law, pairs: Pairs) -> None:
    pairs.hold(law.load(one), law.load(other))
    pairs.require_none()


def test_they_get_other_names(law: Law) -> None:
    url, target = law.load(ALL.format(**{name: name for name in NAMES})), ALL.format(**NAMES)
    statements = [
        statement
        for key, record in read(url).objects.items()
        if (name := NAMES.get(key.name)) and key.kind != "domain"
        for statement in KIND_BY_NAME[key.kind].rename(record, "", name) or ()
    ]
    law.psql(url, "-1", input=script_text(statements))
    assert list(map(str, differences(read(url), read(law.load(target))))) == []
    assert len(statements) == len(NAMES)
