"""Statements, and what PostgreSQL's manual says that they lock, rewrite and read whole.

A line's label was written by hand from the section that it names, not from what a server did. Where
the manual is silent or says something else, `beyond` says why the label is what it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass

SETUP = """
SET TimeZone = 'UTC';
CREATE DOMAIN free AS text;
CREATE DOMAIN strict AS text CHECK (VALUE <> 'no');
CREATE DOMAIN used AS text;
CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE TYPE pair AS (a int, b text);
CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TABLE c (id int PRIMARY KEY, n int, m mood);
INSERT INTO c SELECT g, g, 'good' FROM generate_series(1, 50) g;
CREATE TABLE o (
    id int PRIMARY KEY, c_id int, code varchar(10), label text, total numeric(10, 2),
    day date, made timestamp, doc json, big bigint, kept int GENERATED ALWAYS AS (1) STORED
);
INSERT INTO o SELECT g, 1 + g % 50, 'x' || g, 'y', g, '2026-01-01', '2026-01-01', '{}', g
    FROM generate_series(1, 200) g;
CREATE INDEX o_code ON o (code);
CREATE INDEX o_made ON o (made);
CREATE UNIQUE INDEX o_big ON o (big);
ALTER TABLE o ADD CONSTRAINT o_c FOREIGN KEY (c_id) REFERENCES c;
ALTER TABLE o ADD CONSTRAINT o_total CHECK (total > 0) NOT VALID;
ALTER TABLE o ADD CONSTRAINT o_some CHECK (day IS NOT NULL);
ALTER TABLE o ADD CONSTRAINT o_late FOREIGN KEY (big) REFERENCES c NOT VALID;
UPDATE o SET big = NULL WHERE big > 50;
CREATE TRIGGER o_noted BEFORE INSERT ON o FOR EACH ROW EXECUTE FUNCTION noted();
CREATE RULE o_kept AS ON DELETE TO o DO ALSO NOTHING;
CREATE POLICY o_own ON o USING (true);
CREATE TABLE p (id int NOT NULL, k int) PARTITION BY RANGE (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (100);
CREATE TABLE px PARTITION OF p DEFAULT;
CREATE TABLE p2 (id int NOT NULL, k int);
CREATE TABLE p3 (id int NOT NULL, k int, CHECK (id >= 300 AND id < 400));
CREATE TABLE q (id int) PARTITION BY RANGE (id);
CREATE TABLE q1 PARTITION OF q FOR VALUES FROM (0) TO (100);
INSERT INTO p VALUES (1, 1), (500, 5);
INSERT INTO p2 VALUES (150, 1);
INSERT INTO p3 VALUES (350, 1);
INSERT INTO q VALUES (1);
CREATE INDEX q_id ON ONLY q (id);
CREATE INDEX q1_id ON q1 (id);
ALTER INDEX q_id ATTACH PARTITION q1_id;
CREATE UNLOGGED TABLE u (id int, k int);
INSERT INTO u VALUES (1, 1);
CREATE UNIQUE INDEX u_id ON u (id);
CREATE TABLE d (v used);
INSERT INTO d VALUES ('yes');
ALTER DOMAIN used ADD CONSTRAINT used_later CHECK (VALUE <> 'no') NOT VALID;
CREATE TABLE t OF pair;
CREATE TABLE i (id serial);
CREATE VIEW v AS SELECT n FROM c;
CREATE MATERIALIZED VIEW mv AS SELECT id, n FROM c;
CREATE UNIQUE INDEX mv_id ON mv (id);
CREATE SEQUENCE s;
CREATE SCHEMA late;
CREATE TABLE late.z (id int PRIMARY KEY);
"""

SETUP_SINCE = {
    18: """
ALTER TABLE c ADD CONSTRAINT c_there NOT NULL n NOT VALID;
ALTER TABLE c ADD COLUMN twice int GENERATED ALWAYS AS (n * 2) VIRTUAL;
"""
}
"""What later majors have besides."""


@dataclass(frozen=True)
class Line:
    """A statement and its label.

    The label has locks other than ACCESS SHARE, indexes that are locked more than their tables in
    brackets; then what is rewritten, which indexes are built
    again without that, what is read whole: of relations that were there before.
    """

    sql: str
    says: str
    section: str  # of the manual
    sentence: str  # of that section, or what it comes to
    beyond: str = ""  # why the label holds more than the manual, or something else
    since: int = 14
    before: int = 99
    is_alone: bool = False  # cannot be within a transaction block


def of(
    section: str,
    sentence: str,
    lines: Mapping[str, str],
    *,
    beyond: str = "",
    since: int = 14,
    before: int = 99,
    is_alone: bool = False,
) -> tuple[Line, ...]:
    """The lines of one section."""
    return tuple(
        Line(sql, says, section, sentence, beyond, since, before, is_alone)
        for sql, says in lines.items()
    )


COLUMNS = (
    *of(
        "ALTER TABLE, Notes: ADD COLUMN",
        "a non-volatile DEFAULT is evaluated at the time of the statement and the result stored in"
        " the table's metadata; in neither case is a rewrite of the table required",
        {
            "ALTER TABLE o ADD COLUMN a int": "AX o",
            "ALTER TABLE o ADD COLUMN a int NOT NULL DEFAULT 1": "AX o",
            "ALTER TABLE o ADD COLUMN a timestamptz DEFAULT now()": "AX o",
            "ALTER TABLE o ADD COLUMN a int, ADD COLUMN b text DEFAULT 'x'": "AX o",
            "ALTER TABLE o ADD COLUMN a free": "AX o",
            "ALTER TABLE o ADD COLUMN a mood DEFAULT 'good'": "AX o",
        },
    ),
    *of(
        "ALTER TABLE, Notes: ADD COLUMN",
        "a column with a volatile DEFAULT, a stored generated column, an identity column, or a"
        " column with a constrained domain requires the entire table and its indexes to be"
        " rewritten",
        {
            "ALTER TABLE o ADD COLUMN a float DEFAULT random()": "AX o; rewrites o; scans o",
            "ALTER TABLE o ADD COLUMN a timestamptz DEFAULT clock_timestamp()": (
                "AX o; rewrites o; scans o"
            ),
            "ALTER TABLE o ADD COLUMN a uuid DEFAULT gen_random_uuid()": (
                "AX o; rewrites o; scans o"
            ),
            "ALTER TABLE o ADD COLUMN a serial": "AX o; rewrites o; scans o",
            "ALTER TABLE o ADD COLUMN a int GENERATED BY DEFAULT AS IDENTITY": (
                "AX o; rewrites o; scans o"
            ),
            "ALTER TABLE o ADD COLUMN a int GENERATED ALWAYS AS (id) STORED": (
                "AX o; rewrites o; scans o"
            ),
            "ALTER TABLE o ADD COLUMN a strict": "AX o; rewrites o; scans o",
        },
    ),
    *of(
        "ALTER TABLE, Notes: CHECK and NOT NULL",
        "adding a CHECK or NOT NULL constraint requires scanning the table to verify that existing"
        " rows meet the constraint, but does not require a table rewrite",
        {
            "ALTER TABLE o ADD COLUMN a int CHECK (a > 0)": "AX o; scans o",
            "ALTER TABLE o ADD CHECK (id > 0)": "AX o; scans o",
            "ALTER TABLE o ALTER label SET NOT NULL": "AX o; scans o",
            "ALTER TABLE p ALTER k SET NOT NULL": "AX p, AX p1, AX px; scans p1 px",
        },
    ),
    *of(
        "ALTER TABLE, Description: ADD COLUMN",
        "the same syntax as CREATE TABLE, where a UNIQUE constraint makes an index",
        {"ALTER TABLE o ADD COLUMN a int UNIQUE": "AX o; scans o"},
    ),
    *of(
        "ALTER TABLE, Description: ADD table_constraint",
        "ADD FOREIGN KEY also acquires a SHARE ROW EXCLUSIVE lock on the referenced table; normally"
        " this form will cause a scan of the table",
        {"ALTER TABLE o ADD COLUMN a int REFERENCES c": "AX o, SRX c"},
        beyond="no scan: all rows have NULL there (parse_utilcmd.c, skipValidation)",
    ),
    *of(
        "ALTER TABLE, Notes: DROP COLUMN",
        "does not physically remove the column, but simply makes it invisible",
        {
            "ALTER TABLE o DROP COLUMN label": "AX o",
            "ALTER TABLE o DROP COLUMN code": "AX o",
        },
    ),
    *of(
        "ALTER TABLE, Description: SET/DROP DEFAULT",
        "it does not cause rows already in the table to change",
        {
            "ALTER TABLE o ALTER label SET DEFAULT 'z'": "AX o",
            "ALTER TABLE o ALTER label DROP DEFAULT": "AX o",
        },
    ),
    *of(
        "ALTER TABLE, Description: SET/DROP NOT NULL",
        "if a valid CHECK constraint is found which proves no NULL can exist, then the table scan"
        " is skipped",
        {
            "ALTER TABLE o ALTER day SET NOT NULL": "AX o",
            "ALTER TABLE p2 ALTER id DROP NOT NULL": "AX p2",
        },
    ),
    *of(
        "ALTER TABLE, Description: DROP EXPRESSION",
        "existing data in the columns is retained",
        {"ALTER TABLE o ALTER kept DROP EXPRESSION": "AX o"},
    ),
    *of(
        "ALTER TABLE, Description: SET EXPRESSION",
        "existing data in a stored generated column is rewritten",
        {"ALTER TABLE o ALTER kept SET EXPRESSION AS (2)": "AX o; rewrites o; scans o"},
        since=17,
    ),
    *of(
        "ALTER TABLE, Description: SET EXPRESSION",
        "existing data in a stored generated column is rewritten; a virtual one has none",
        {"ALTER TABLE c ALTER twice SET EXPRESSION AS (n * 3)": "AX c"},
        since=18,
    ),
    *of(
        "ALTER TABLE, Notes: ADD COLUMN",
        "adding a virtual generated column never requires a rewrite",
        {"ALTER TABLE o ADD COLUMN a int GENERATED ALWAYS AS (id) VIRTUAL": "AX o"},
        since=18,
    ),
    *of(
        "ALTER TABLE, Description: ADD GENERATED AS IDENTITY",
        "these forms only affect subsequent commands; they do not cause rows to change",
        {
            "ALTER TABLE p2 ALTER id ADD GENERATED ALWAYS AS IDENTITY": "AX p2",
            "ALTER TABLE o ALTER id DROP IDENTITY IF EXISTS": "AX o",
        },
    ),
    *of(
        "ALTER TABLE, Description: RENAME",
        "there is no effect on the stored data",
        {
            "ALTER TABLE o RENAME label TO title": "AX o",
            "ALTER TABLE o RENAME TO oo": "AX o",
            "ALTER TABLE o RENAME CONSTRAINT o_total TO o_sum": "AX o",
        },
    ),
    *of(
        "ALTER TABLE, Description: SET STORAGE",
        "SET STORAGE doesn't itself change anything in the table",
        {"ALTER TABLE o ALTER label SET STORAGE EXTERNAL": "AX o"},
    ),
    *of(
        "ALTER TABLE, Description: SET COMPRESSION",
        "this does not cause the table to be rewritten",
        {"ALTER TABLE o ALTER label SET COMPRESSION pglz": "AX o"},
    ),
)

TYPES = (
    *of(
        "ALTER TABLE, Notes: SET DATA TYPE",
        "if the old type is binary coercible to the new type or an unconstrained domain over it, a"
        " table rewrite is not needed; text to varchar without rebuilding the indexes",
        {
            "ALTER TABLE o ALTER code TYPE varchar(20)": "AX o",
            "ALTER TABLE o ALTER code TYPE text": "AX o",
            "ALTER TABLE o ALTER label TYPE varchar": "AX o",
            "ALTER TABLE o ALTER label TYPE free": "AX o",
            "ALTER TABLE o ALTER total TYPE numeric(12, 2)": "AX o",
            "ALTER TABLE o ALTER total TYPE numeric": "AX o",
        },
    ),
    *of(
        "ALTER TABLE, Notes: SET DATA TYPE",
        "changing the type of an existing column will require the entire table and its indexes to"
        " be rewritten",
        {
            "ALTER TABLE o ALTER code TYPE varchar(8)": "AX o; rewrites o; scans o",
            "ALTER TABLE o ALTER label TYPE varchar(8)": "AX o; rewrites o; scans o",
            "ALTER TABLE o ALTER total TYPE numeric(12, 3)": "AX o; rewrites o; scans o",
            "ALTER TABLE o ALTER doc TYPE jsonb": "AX o; rewrites o; scans o",
            "ALTER TABLE i ALTER id TYPE bigint": "AX i; rewrites i; scans i",
            "ALTER TABLE o ALTER big TYPE int": "AX c, AX o; rewrites o; scans o",
            "ALTER TABLE o ALTER label TYPE text USING upper(label)": "AX o; rewrites o; scans o",
        },
    ),
    *of(
        "ALTER TABLE, Notes: SET DATA TYPE",
        "indexes and simple table constraints involving the column will be converted",
        {"ALTER TABLE o ALTER c_id TYPE bigint": "AX c, AX o; rewrites o; scans c o"},
        beyond="the foreign key is dropped and made again, which locks and reads both tables"
        " (tablecmds.c, ATPostAlterTypeCleanup)",
    ),
    *of(
        "ALTER TABLE, Notes: SET DATA TYPE",
        "indexes must always be rebuilt unless the system can verify that the new index would be"
        " logically equivalent, as when the collation has been changed",
        {
            'ALTER TABLE o ALTER code TYPE varchar(10) COLLATE "C"': (
                "AX o; rebuilds o_code; scans o"
            ),
        },
    ),
    *of(
        "ALTER TABLE, Notes: SET DATA TYPE",
        "a USING clause that does not change the column contents, as from timestamp at UTC",
        {
            "SET TimeZone = 'UTC'; ALTER TABLE o ALTER made TYPE timestamptz": (
                "AX o; rebuilds o_made; scans o"
            ),
            "SET TimeZone = 'Asia/Tokyo'; ALTER TABLE o ALTER made TYPE timestamptz": (
                "AX o; rewrites o; scans o"
            ),
        },
        beyond="release notes of 12: timestamp to timestamptz needs no rewrite at UTC",
    ),
    *of(
        "ALTER TYPE, Parameters: CASCADE",
        "automatically propagate the operation to typed tables of the type being altered",
        {
            "ALTER TYPE pair ADD ATTRIBUTE z int CASCADE": "AX t",
            "ALTER TYPE pair RENAME ATTRIBUTE a TO z CASCADE": "AX t",
            "ALTER TYPE pair DROP ATTRIBUTE b CASCADE": "AX t",
            "ALTER TYPE pair ALTER ATTRIBUTE a TYPE bigint CASCADE": ("AX t; rewrites t; scans t"),
        },
    ),
    *of(
        "ALTER TYPE, Description: ADD VALUE",
        "this form adds a new value to an enum type",
        {
            "ALTER TYPE mood ADD VALUE 'fair'": "",
            "ALTER TYPE mood RENAME VALUE 'bad' TO 'worse'": "",
        },
    ),
    *of(
        "ALTER DOMAIN, Description: ADD domain_constraint",
        "all columns using that domain will be checked against the newly added constraint",
        {
            "ALTER DOMAIN used ADD CHECK (VALUE <> 'none')": "S d; scans d",
            "ALTER DOMAIN used SET NOT NULL": "S d; scans d",
        },
        beyond="the lock: typecmds.c, validateDomainCheckConstraint",
    ),
    *of(
        "ALTER DOMAIN, Description: ADD domain_constraint",
        "these checks can be suppressed by adding the new constraint using the NOT VALID option",
        {
            "ALTER DOMAIN used ADD CHECK (VALUE <> 'none') NOT VALID": "",
            "ALTER DOMAIN strict ADD CHECK (VALUE <> 'none')": "",
            "ALTER DOMAIN used SET DEFAULT 'z'": "",
        },
    ),
    *of(
        "ALTER DOMAIN, Description: VALIDATE CONSTRAINT",
        "it verifies that all values in table columns of the domain type satisfy the constraint",
        {"ALTER DOMAIN used VALIDATE CONSTRAINT used_later": "S d; scans d"},
        beyond="the lock: typecmds.c, validateDomainCheckConstraint",
    ),
)

OPTIONS = (
    *of(
        "ALTER TABLE, Description: SET STATISTICS",
        "SET STATISTICS acquires a SHARE UPDATE EXCLUSIVE lock",
        {"ALTER TABLE o ALTER code SET STATISTICS 500": "SUX o"},
    ),
    *of(
        "ALTER TABLE, Description: SET ( attribute_option = value )",
        "changing per-attribute options acquires a SHARE UPDATE EXCLUSIVE lock",
        {
            "ALTER TABLE o ALTER code SET (n_distinct = 5)": "SUX o",
            "ALTER TABLE o ALTER code RESET (n_distinct)": "SUX o",
        },
    ),
    *of(
        "ALTER TABLE, Description: SET ( storage_parameter = value )",
        "SHARE UPDATE EXCLUSIVE lock will be taken for fillfactor, toast and autovacuum storage"
        " parameters, as well as parallel_workers; the table contents will not be modified",
        {
            "ALTER TABLE o SET (fillfactor = 70)": "SUX o",
            "ALTER TABLE o RESET (fillfactor)": "SUX o",
            "ALTER TABLE o SET (autovacuum_enabled = off)": "SUX o",
            "ALTER TABLE o SET (toast_tuple_target = 256)": "SUX o",
            "ALTER TABLE o SET (parallel_workers = 2)": "SUX o",
            "ALTER TABLE o SET (user_catalog_table = true)": "AX o",
        },
    ),
    *of(
        "ALTER TABLE, Description: CLUSTER ON, SET WITHOUT CLUSTER",
        "changing cluster options acquires a SHARE UPDATE EXCLUSIVE lock",
        {
            "ALTER TABLE o CLUSTER ON o_code": "SUX o",
            "ALTER TABLE o SET WITHOUT CLUSTER": "SUX o",
        },
    ),
    *of(
        "ALTER TABLE, Description",
        "an ACCESS EXCLUSIVE lock is acquired unless explicitly noted",
        {
            "ALTER TABLE o ENABLE ROW LEVEL SECURITY": "AX o",
            "ALTER TABLE o FORCE ROW LEVEL SECURITY": "AX o",
            "ALTER TABLE o DISABLE RULE o_kept": "AX o",
            "ALTER TABLE o REPLICA IDENTITY FULL": "AX o",
            "ALTER TABLE o OWNER TO CURRENT_USER": "AX o",
            "ALTER TABLE p2 SET SCHEMA other": "AX p2",
            "ALTER TABLE t NOT OF": "AX t",
        },
    ),
    *of(
        "ALTER TABLE, Description",
        "when multiple subcommands are given, the lock acquired will be the strictest one required",
        {"ALTER TABLE o ALTER code SET STATISTICS 500, DROP COLUMN label": "AX o"},
    ),
    *of(
        "ALTER TABLE, Description: SET TABLESPACE",
        "moves the data file(s) associated with the table to the new tablespace",
        {"ALTER TABLE u SET TABLESPACE other": "AX u; rewrites u"},
        beyond="files are copied, rows are not read (tablecmds.c, ATExecSetTableSpace)",
    ),
    *of(
        "ALTER TABLE, Description: SET ACCESS METHOD",
        "changes the access method of the table by rewriting it",
        {"ALTER TABLE p2 SET ACCESS METHOD heap": "AX p2"},
        beyond="it is heap already, and there is no other",
        since=15,
    ),
    *of(
        "ALTER TABLE, Description: SET { LOGGED | UNLOGGED }",
        "this form changes the table from unlogged to logged or vice-versa",
        {
            "ALTER TABLE p2 SET UNLOGGED": "AX p2; rewrites p2; scans p2",
            "ALTER TABLE u SET LOGGED": "AX u; rewrites u; scans u",
        },
        beyond="the rewrite: tablecmds.c, AT_REWRITE_ALTER_PERSISTENCE",
    ),
    *of(
        "ALTER TABLE, Description: INHERIT parent_table",
        "this form adds the target table as a new child of the specified parent table",
        {"ALTER TABLE p2 INHERIT u": "AX p2, SUX u"},
        beyond="the parent's lock: tablecmds.c, ATExecAddInherit",
    ),
)

CONSTRAINTS = (
    *of(
        "ALTER TABLE, Description: ADD table_constraint [ NOT VALID ]",
        "if the NOT VALID option is used, this potentially-lengthy scan is skipped",
        {
            "ALTER TABLE o ADD CHECK (id > 0) NOT VALID": "AX o",
            "ALTER TABLE o ADD FOREIGN KEY (id) REFERENCES c NOT VALID": "SRX c, SRX o",
        },
    ),
    *of(
        "ALTER TABLE, Description: ADD table_constraint [ NOT VALID ]",
        "ADD FOREIGN KEY requires only a SHARE ROW EXCLUSIVE lock, also on the referenced table;"
        " normally this form will cause a scan of the table",
        {"ALTER TABLE o ADD FOREIGN KEY (c_id) REFERENCES c": "SRX c, SRX o; scans c o"},
    ),
    *of(
        "ALTER TABLE, Description: ADD table_constraint [ NOT VALID ]",
        "most forms require an ACCESS EXCLUSIVE lock and cause a scan of the table",
        {
            "ALTER TABLE o ADD UNIQUE (code)": "AX o; scans o",
            "ALTER TABLE p2 ADD PRIMARY KEY (id)": "AX p2; scans p2",
            "ALTER TABLE o ADD EXCLUDE USING btree (code WITH =)": "AX o; scans o",
        },
    ),
    *of(
        "ALTER TABLE, Description: ADD table_constraint [ NOT VALID ]",
        "NOT VALID is currently only allowed for foreign-key, CHECK, and not-null constraints",
        {"ALTER TABLE o ADD CONSTRAINT there NOT NULL label NOT VALID": "AX o"},
        since=18,
    ),
    *of(
        "CREATE TABLE, Parameters: NOT ENFORCED",
        "if the constraint is NOT ENFORCED, the database system will not check the constraint",
        {
            "ALTER TABLE o ADD CHECK (id > 0) NOT ENFORCED": "AX o",
            "ALTER TABLE o ADD FOREIGN KEY (id) REFERENCES c NOT ENFORCED": "SRX c, SRX o",
        },
        since=18,
    ),
    *of(
        "ALTER TABLE, Description: ADD table_constraint",
        "a primary key on a partitioned table needs NOT NULL in every partition",
        {"ALTER TABLE p ADD PRIMARY KEY (id)": "AX p, AX p1, AX px; scans p1 px"},
        beyond="partitions: their not-null constraints are looked at under the parent's lock since"
        " 18 (tablecmds.c, ATPrepAddPrimaryKey)",
        since=18,
    ),
    *of(
        "ALTER TABLE, Description: ADD table_constraint",
        "most forms require an ACCESS EXCLUSIVE lock",
        {"ALTER TABLE p ADD PRIMARY KEY (id)": "AX p, S p1, S px; scans p1 px"},
        beyond="partitions: locked as CREATE INDEX does (indexcmds.c, DefineIndex)",
        before=18,
    ),
    *of(
        "ALTER TABLE, Description: ADD table_constraint_using_index",
        "in all other cases, this is a fast operation",
        {"ALTER TABLE o ADD UNIQUE USING INDEX o_big": "AX o"},
    ),
    *of(
        "ALTER TABLE, Description: ADD table_constraint_using_index",
        "if the index's columns are not already marked NOT NULL, that requires a full table scan",
        {"ALTER TABLE u ADD PRIMARY KEY USING INDEX u_id": "AX u; scans u"},
    ),
    *of(
        "ALTER TABLE, Notes: VALIDATE CONSTRAINT",
        "validation acquires only a SHARE UPDATE EXCLUSIVE lock on the table being altered; a ROW"
        " SHARE lock is also required on the table referenced by the constraint",
        {
            "ALTER TABLE o VALIDATE CONSTRAINT o_total": "SUX o; scans o",
            "ALTER TABLE o VALIDATE CONSTRAINT o_late": "SUX o, RS c; scans c o",
        },
    ),
    *of(
        "ALTER TABLE, Notes: VALIDATE CONSTRAINT",
        "validation acquires only a SHARE UPDATE EXCLUSIVE lock on the table being altered",
        {"ALTER TABLE c VALIDATE CONSTRAINT c_there": "SUX c; scans c"},
        since=18,
    ),
    *of(
        "ALTER TABLE, Description: VALIDATE CONSTRAINT",
        "nothing happens if the constraint is already marked valid",
        {"ALTER TABLE o VALIDATE CONSTRAINT o_some": "SUX o"},
    ),
    *of(
        "ALTER TABLE, Description: ALTER CONSTRAINT",
        "an ACCESS EXCLUSIVE lock is acquired unless explicitly noted",
        {"ALTER TABLE o ALTER CONSTRAINT o_c DEFERRABLE": "AX o"},
    ),
    *of(
        "ALTER TABLE, Description: DROP CONSTRAINT",
        "an ACCESS EXCLUSIVE lock is acquired unless explicitly noted",
        {
            "ALTER TABLE o DROP CONSTRAINT o_total": "AX o",
            "ALTER TABLE o DROP CONSTRAINT o_pkey": "AX o",
        },
    ),
    *of(
        "ALTER TABLE, Description: DROP CONSTRAINT",
        "an ACCESS EXCLUSIVE lock is acquired unless explicitly noted",
        {"ALTER TABLE o DROP CONSTRAINT o_c": "AX c, AX o"},
        beyond="the referenced table loses its triggers (pg_constraint.c, RemoveConstraintById)",
    ),
    *of(
        "CREATE TABLE, Parameters: REFERENCES",
        "the addition of a foreign key constraint requires a SHARE ROW EXCLUSIVE lock on the"
        " referenced table",
        {"CREATE TABLE w (c_id int REFERENCES c)": "SRX c"},
    ),
)

TRIGGERS = (
    *of(
        "13.3.1 Table-Level Locks: SHARE ROW EXCLUSIVE",
        "acquired by CREATE TRIGGER and some forms of ALTER TABLE",
        {
            "CREATE TRIGGER o_two BEFORE UPDATE ON o FOR EACH ROW EXECUTE FUNCTION noted()": (
                "SRX o"
            ),
            "CREATE OR REPLACE TRIGGER o_noted AFTER INSERT ON o EXECUTE FUNCTION noted()": (
                "SRX o"
            ),
            "CREATE CONSTRAINT TRIGGER o_two AFTER UPDATE ON o"
            " FOR EACH ROW EXECUTE FUNCTION noted()": "SRX o",
        },
    ),
    *of(
        "ALTER TABLE, Description: DISABLE/ENABLE TRIGGER",
        "this command acquires a SHARE ROW EXCLUSIVE lock",
        {
            "ALTER TABLE o DISABLE TRIGGER o_noted": "SRX o",
            "ALTER TABLE o DISABLE TRIGGER ALL": "SRX o",
            "ALTER TABLE o ENABLE ALWAYS TRIGGER o_noted": "SRX o",
        },
    ),
    *of(
        "ALTER TRIGGER, DROP TRIGGER",
        "(nothing about locks)",
        {
            "ALTER TRIGGER o_noted ON o RENAME TO o_three": "AX o",
            "DROP TRIGGER o_noted ON o": "AX o",
        },
        beyond="the manual is silent: trigger.c, renametrig and RemoveTriggerById",
    ),
    *of(
        "CREATE RULE, DROP RULE, CREATE POLICY, ALTER POLICY, DROP POLICY",
        "(nothing about locks)",
        {
            "CREATE RULE r AS ON UPDATE TO o DO ALSO NOTHING": "AX o",
            "DROP RULE o_kept ON o": "AX o",
            "CREATE POLICY other ON o USING (true)": "AX o",
            "ALTER POLICY o_own ON o USING (false)": "AX o",
            "DROP POLICY o_own ON o": "AX o",
        },
        beyond="the manual is silent: rewriteDefine.c, rewriteRemove.c, policy.c",
    ),
)

INDEXES = (
    *of(
        "13.3.1 Table-Level Locks: SHARE",
        "acquired by CREATE INDEX (without CONCURRENTLY)",
        {
            "CREATE INDEX o_day ON o (day)": "S o; scans o",
            "CREATE UNIQUE INDEX o_two ON o (id, day)": "S o; scans o",
            "CREATE INDEX o_day ON o (day) WHERE id > 1000": "S o; scans o",
            "CREATE INDEX mv_n ON mv (n)": "S mv; scans mv",
        },
    ),
    *of(
        "CREATE INDEX, Notes",
        "when CREATE INDEX is invoked on a partitioned table, it recurses to all partitions",
        {"CREATE INDEX p_k ON p (k)": "S p, S p1, S px; scans p1 px"},
    ),
    *of(
        "CREATE INDEX, Parameters: ONLY",
        "indicates not to recurse creating indexes on partitions",
        {"CREATE INDEX p_k ON ONLY p (k)": "S p"},
    ),
    *of(
        "DROP INDEX, Parameters: CONCURRENTLY",
        "a normal DROP INDEX acquires an ACCESS EXCLUSIVE lock on the table",
        {"DROP INDEX o_code": "AX o"},
    ),
    *of(
        "REINDEX, Notes",
        "locks out writes but not reads of the index's parent table; it also takes an ACCESS"
        " EXCLUSIVE lock on the specific index being processed, so that it blocks virtually any"
        " queries",
        {
            "REINDEX INDEX o_code": "S o (AX o_code); rebuilds o_code; scans o",
            "REINDEX TABLE u": "S u (AX u_id); rebuilds u_id; scans u",
        },
    ),
    *of(
        "ALTER INDEX, Description",
        "the locks are on the index: SHARE UPDATE EXCLUSIVE to rename it",
        {
            "ALTER INDEX o_code RENAME TO o_coded": "",
            "ALTER INDEX o_code SET (fillfactor = 50)": "",
        },
    ),
    *of(
        "ALTER INDEX, Description: SET TABLESPACE",
        "an ACCESS EXCLUSIVE lock is held, on the index; moves the data file(s) associated with it",
        {"ALTER INDEX u_id SET TABLESPACE other": "AS u (AX u_id); rebuilds u_id"},
        beyond="a new file by copying the old one: the index is not built again",
    ),
    *of(
        "CLUSTER, Description",
        "when a table is being clustered, an ACCESS EXCLUSIVE lock is acquired on it; the table is"
        " physically reordered",
        {"CLUSTER o USING o_code": "AX o; rewrites o; scans o"},
    ),
    *of(
        "13.3.1 Table-Level Locks: SHARE UPDATE EXCLUSIVE",
        "acquired by CREATE STATISTICS, COMMENT ON, ANALYZE",
        {
            "CREATE STATISTICS st ON c_id, code FROM o": "SUX o",
            "COMMENT ON TABLE o IS 'x'": "SUX o",
            "COMMENT ON COLUMN o.id IS 'x'": "SUX o",
            "COMMENT ON VIEW v IS 'x'": "SUX v",
            "ANALYZE o": "SUX o",
            "ANALYZE o (code)": "SUX o",
        },
    ),
)

PARTITIONS = (
    *of(
        "ALTER TABLE, Description: ATTACH PARTITION",
        "acquires a SHARE UPDATE EXCLUSIVE lock on the parent table, in addition to the ACCESS"
        " EXCLUSIVE locks on the table being attached and on the default partition; a full table"
        " scan is performed on the table being attached, and on the default partition",
        {
            "ALTER TABLE p ATTACH PARTITION p2 FOR VALUES FROM (100) TO (200)": (
                "AX p2, AX px, SUX p; scans p2 px"
            ),
        },
    ),
    *of(
        "ALTER TABLE, Description: ATTACH PARTITION",
        "a valid CHECK constraint that allows only such rows avoids the scan",
        {
            "ALTER TABLE p ATTACH PARTITION p3 FOR VALUES FROM (300) TO (400)": (
                "AX p3, AX px, SUX p; scans px"
            ),
        },
    ),
    *of(
        "CREATE TABLE, Parameters: PARTITION OF",
        "creating a partition requires taking an ACCESS EXCLUSIVE lock on the parent; if there is a"
        " default partition, it is scanned under such a lock",
        {"CREATE TABLE p4 PARTITION OF p FOR VALUES FROM (600) TO (700)": "AX p, AX px; scans px"},
    ),
    *of(
        "CREATE TABLE, Parameters: PARTITION OF",
        "creating a partition requires taking an ACCESS EXCLUSIVE lock on the parent",
        {"CREATE TABLE q2 PARTITION OF q FOR VALUES FROM (600) TO (700)": "AX q"},
    ),
    *of(
        "CREATE TABLE, Parameters: PARTITION OF",
        "dropping a partition with DROP TABLE requires taking an ACCESS EXCLUSIVE lock on the"
        " parent table",
        {"DROP TABLE q1": "AX q, AX q1"},
    ),
    *of(
        "CREATE TABLE, Parameters: PARTITION OF",
        "dropping a partition with DROP TABLE requires taking an ACCESS EXCLUSIVE lock on the"
        " parent table",
        {"DROP TABLE p1": "AX p, AX p1, AX px"},
        beyond="the default partition's constraint changes (heap.c, heap_drop_with_catalog)",
    ),
    *of(
        "ALTER TABLE, Description: DETACH PARTITION",
        "without CONCURRENTLY, an ACCESS EXCLUSIVE lock as for all forms",
        {
            "ALTER TABLE q DETACH PARTITION q1": "AX q, AX q1",
            "ALTER TABLE p DETACH PARTITION p1": "AX p, AX p1, AX px",
        },
    ),
    *of(
        "ALTER TABLE, Description: DETACH PARTITION",
        "with CONCURRENTLY, SHARE UPDATE EXCLUSIVE on the parent and on the partition, then SHARE"
        " UPDATE EXCLUSIVE on the parent and ACCESS EXCLUSIVE on the partition",
        {"ALTER TABLE q DETACH PARTITION q1 CONCURRENTLY": "AX q1, SUX q"},
        is_alone=True,
    ),
    *of(
        "ALTER TABLE, Notes: descendants",
        "add a column to the parent table and to the descendants",
        {
            "ALTER TABLE p ADD COLUMN z int": "AX p, AX p1, AX px",
            "ALTER TABLE p ALTER k TYPE bigint": "AX p, AX p1, AX px; rewrites p1 px; scans p1 px",
        },
    ),
)

WHOLE = (
    *of(
        "13.3.1 Table-Level Locks: ACCESS EXCLUSIVE",
        "acquired by the DROP TABLE, TRUNCATE, REINDEX, CLUSTER, VACUUM FULL, and REFRESH"
        " MATERIALIZED VIEW (without CONCURRENTLY) commands",
        {
            "DROP TABLE p2": "AX p2",
            "REFRESH MATERIALIZED VIEW mv": "AX mv; rewrites mv; scans c mv",
        },
    ),
    *of(
        "13.3.1 Table-Level Locks: ACCESS EXCLUSIVE",
        "acquired by the DROP TABLE command",
        {"DROP TABLE o": "AX c, AX o"},
        beyond="the referenced table loses its triggers (pg_constraint.c, RemoveConstraintById)",
    ),
    *of(
        "TRUNCATE, Notes",
        "acquires an ACCESS EXCLUSIVE lock on each table it operates on; reclaims disk space",
        {
            "TRUNCATE p2": "AX p2; rewrites p2",
            "TRUNCATE p2, u": "AX p2, AX u; rewrites p2 u",
            "TRUNCATE c CASCADE": "AX c, AX o; rewrites c o",
            "TRUNCATE i": "AX i; rewrites i",
        },
    ),
    *of(
        "TRUNCATE, Notes",
        "when RESTART IDENTITY is specified, the ALTER SEQUENCE RESTART operations are done too",
        {"TRUNCATE i RESTART IDENTITY": "AX i, AX i_id_seq; rewrites i"},
        beyond="the sequence's lock: tablecmds.c, ExecuteTruncateGuts",
    ),
    *of(
        "REFRESH MATERIALIZED VIEW, Parameters: WITH NO DATA",
        "the old contents are discarded and the materialized view is left unscannable",
        {"REFRESH MATERIALIZED VIEW mv WITH NO DATA": "AX mv; rewrites mv; scans mv"},
        beyond="the indexes of the new file are built by reading it (cluster.c, finish_heap_swap)",
    ),
    *of(
        "13.3.1 Table-Level Locks: EXCLUSIVE",
        "acquired by REFRESH MATERIALIZED VIEW CONCURRENTLY",
        {"REFRESH MATERIALIZED VIEW CONCURRENTLY mv": "X mv; scans c mv"},
    ),
    *of(
        "ALTER SEQUENCE, Notes",
        "ALTER SEQUENCE blocks concurrent nextval, currval, lastval, and setval calls",
        {
            "ALTER SEQUENCE s INCREMENT 2": "SRX s",
            "ALTER SEQUENCE s RESTART": "SRX s",
            "ALTER SEQUENCE s AS int": "SRX s",
            "ALTER SEQUENCE s OWNED BY c.id": "SRX s",
        },
    ),
    *of(
        "CREATE VIEW, ALTER VIEW, DROP VIEW, DROP SEQUENCE, DROP MATERIALIZED VIEW",
        "(nothing about locks)",
        {
            "CREATE OR REPLACE VIEW v AS SELECT n, id FROM c": "AX v",
            "ALTER VIEW v ALTER n SET DEFAULT 1": "AX v",
            "ALTER VIEW v RENAME TO vv": "AX v",
            "DROP VIEW v": "AX v",
            "DROP SEQUENCE s": "AX s",
            "DROP MATERIALIZED VIEW mv": "AX mv",
            "ALTER MATERIALIZED VIEW mv RENAME TO mw": "AX mv",
        },
        beyond="the manual is silent: view.c, tablecmds.c (RemoveRelations)",
    ),
    *of(
        "CREATE TABLE, Parameters: INHERITS",
        "(nothing about locks)",
        {"CREATE TABLE w () INHERITS (c)": "SUX c"},
        beyond="the manual is silent: tablecmds.c, MergeAttributes",
    ),
    *of(
        "SELECT and what is not there yet",
        "what is made now nobody else waits for",
        {
            "CREATE TABLE w (a int)": "",
            "CREATE TABLE w (LIKE o INCLUDING ALL)": "",
            "CREATE TABLE w AS SELECT * FROM c": "scans c",
            "CREATE VIEW w AS SELECT * FROM c": "",
            "CREATE SEQUENCE w": "",
            "CREATE OR REPLACE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'": (
                ""
            ),
            "GRANT SELECT ON o TO CURRENT_USER": "",
        },
    ),
)

QUERIES = (
    *of(
        "13.3.1 Table-Level Locks: ACCESS SHARE",
        "acquired by SELECT; without an index to use, the table is read whole",
        {"SELECT count(*) FROM c": "scans c"},
    ),
    *of(
        "13.3.1 Table-Level Locks: ROW SHARE",
        "acquired by SELECT with FOR UPDATE, FOR NO KEY UPDATE, FOR SHARE, or FOR KEY SHARE",
        {
            "SELECT id FROM u FOR UPDATE": "RS u; scans u",
            "SELECT id FROM u FOR KEY SHARE": "RS u; scans u",
        },
    ),
    *of(
        "13.3.1 Table-Level Locks: ROW EXCLUSIVE",
        "UPDATE, DELETE, INSERT, and MERGE acquire this lock mode on the target table",
        {
            "INSERT INTO c VALUES (1000, 0)": "RX c",
            "UPDATE c SET n = 0": "RX c; scans c",
            "DELETE FROM p3": "RX p3; scans p3",
            "INSERT INTO u SELECT n, n FROM c WHERE n > 1": "RX u; scans c",
            "DELETE FROM u USING t": "RX u; scans t u",
            "UPDATE u SET k = t.a FROM t WHERE t.a = u.id + 1": "RX u; scans t u",
            "UPDATE p2 SET k = 1 FROM (SELECT 1 AS one FROM t) q": "RX p2; scans p2 t",
            "INSERT INTO u SELECT p2.id, 1 FROM p2 JOIN t ON t.a = p2.k": "RX u; scans p2 t",
        },
    ),
    *of(
        "13.3.1 Table-Level Locks: ROW EXCLUSIVE",
        "UPDATE, DELETE, INSERT, and MERGE acquire this lock mode on the target table",
        {"INSERT INTO o (id, c_id, day) VALUES (5000, 1, '2026-01-01')": "RX o, RS c"},
        beyond="a foreign key looks for its row with FOR KEY SHARE (ri_triggers.c)",
    ),
    *of(
        "13.3.1 Table-Level Locks: ROW EXCLUSIVE",
        "UPDATE, DELETE, INSERT, and MERGE acquire this lock mode on the target table",
        {
            "MERGE INTO u USING p2 ON u.k = p2.k WHEN MATCHED THEN DELETE": "RX u; scans p2 u",
        },
        since=15,
    ),
    *of(
        "LOCK, Parameters: lockmode",
        "if no lock mode is specified, then ACCESS EXCLUSIVE, the most restrictive mode, is used",
        {
            "LOCK TABLE o": "AX o",
            "LOCK TABLE o IN EXCLUSIVE MODE": "X o",
            "LOCK TABLE o IN SHARE ROW EXCLUSIVE MODE": "SRX o",
            "LOCK TABLE o IN SHARE MODE": "S o",
            "LOCK TABLE o IN SHARE UPDATE EXCLUSIVE MODE": "SUX o",
            "LOCK TABLE o IN ROW EXCLUSIVE MODE": "RX o",
            "LOCK TABLE o IN ROW SHARE MODE": "RS o",
        },
    ),
    *of(
        "9.17 Sequence Manipulation Functions",
        "this function requires USAGE or UPDATE privilege on the sequence, which it changes",
        {"SELECT nextval('s')": "RX s", "SELECT setval('s', 5)": "RX s"},
        beyond="the lock: sequence.c, lock_and_open_sequence",
    ),
)

OUTSIDE = (
    *of(
        "CREATE INDEX, Building Indexes Concurrently",
        "builds the index without any locks that prevent concurrent inserts, updates, or deletes;"
        " PostgreSQL must perform two scans of the table",
        {
            "CREATE INDEX CONCURRENTLY o_day ON o (day)": "SUX o; scans o",
            "CREATE UNIQUE INDEX CONCURRENTLY o_two ON o (id, day)": "SUX o; scans o",
            "CREATE INDEX CONCURRENTLY ON mv (n)": "SUX mv; scans mv",
        },
        is_alone=True,
    ),
    *of(
        "DROP INDEX, Parameters: CONCURRENTLY",
        "without locking out concurrent selects, inserts, updates, and deletes on the table",
        {"DROP INDEX CONCURRENTLY o_code": "SUX o"},
        beyond="the mode: index.c, index_drop",
        is_alone=True,
    ),
    *of(
        "REINDEX, Rebuilding Indexes Concurrently",
        "rebuilding an index with minimum locking of writes; this requires two scans of the table",
        {
            "REINDEX INDEX CONCURRENTLY o_code": "SUX o; rebuilds o_code; scans o",
            "REINDEX TABLE CONCURRENTLY u": "SUX u; rebuilds u_id; scans u",
            "REINDEX TABLE CONCURRENTLY p2": "SUX p2",
        },
        is_alone=True,
    ),
    *of(
        "REINDEX, Notes",
        "a partitioned table is processed partition by partition, each in a transaction of its own",
        {
            "REINDEX TABLE q": "S q1 (AX q1_id); rebuilds q1_id; scans q1",
            "REINDEX SCHEMA late": "S z (AX z_pkey); rebuilds z_pkey; scans z",
        },
        is_alone=True,
    ),
    *of(
        "13.3.1 Table-Level Locks: SHARE UPDATE EXCLUSIVE",
        "acquired by VACUUM (without FULL)",
        {"VACUUM o": "SUX o", "VACUUM (FREEZE, ANALYZE) o": "SUX o"},
        is_alone=True,
    ),
    *of(
        "VACUUM, Parameters: FULL",
        "requires an exclusive lock on the table, and writes a new copy of it",
        {"VACUUM FULL p2": "AX p2; rewrites p2; scans p2"},
        is_alone=True,
    ),
)

LINES = (
    *COLUMNS,
    *TYPES,
    *OPTIONS,
    *CONSTRAINTS,
    *TRIGGERS,
    *INDEXES,
    *PARTITIONS,
    *WHOLE,
    *QUERIES,
    *OUTSIDE,
)
"""The table."""
