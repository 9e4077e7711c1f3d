"""What cannot be is refused by file, line, column and value, and nothing is changed."""

from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from pgmig import db
from pgmig.db.execute import run
from pgmig.errors import PgmigError
from pgmig.seeds.rules import TableWords, parse_rules
from tests.fixtures.servers import Program
from tests.seeds.test_sync import put

COUNTRY = "CREATE TABLE a (i int PRIMARY KEY, t text NOT NULL, n int CHECK (n > 0) UNIQUE);"


@dataclass(frozen=True)
class Bad:
    """A database, files, and what the error says."""

    files: dict[str, str | bytes]
    says: str
    at: str = ""
    before: str = COUNTRY
    rules: dict[str, TableWords] = field(default_factory=dict)


BAD = {
    "a_value_of_another_type": Bad(
        {"public.a.csv": 'i,t,n\n1,"x\ny\nz",5\n2,x,"ab"\n'},
        'line 5, column n (ab): invalid input syntax for type integer: "ab"',
        "public.a.csv:5",
    ),
    "a_value_of_another_type_in_a_record_of_many_lines": Bad(
        {"public.a.csv": 'i,t,n\n1,x,5\n2,"x\n\ny",ab\n'},
        "line 3, column n (ab): invalid",
        "public.a.csv:3",
    ),
    "a_value_of_another_type_where_lines_end_with_crlf": Bad(
        {"public.a.csv": 'i,t,n\r\n1,"x\r\ny",5\r\n2,"x\r\n\r\ny\nz",5\r\n3,x,ab\r\n'},
        "line 8, column n (ab): invalid",
    ),
    "a_value_that_a_domain_refuses": Bad(
        {"public.a.csv": "i,d\n1,5\n2,-5\n"},
        "line 3, column d (-5): value for domain public.d violates",
        before="CREATE DOMAIN d AS int CHECK (VALUE > 0);CREATE TABLE a (i int PRIMARY KEY, d d);",
    ),
    "a_value_too_long": Bad(
        {"public.a.csv": "i,c\n1,abcd\n"},
        "line 2, column c (abcd): value too long for type character varying(3)",
        before="CREATE TABLE a (i int PRIMARY KEY, c varchar(3));",
    ),
    "a_null": Bad(
        {"public.a.csv": "i,t\n1,x\n2,\n3,\n"},
        'line 3, column t (NULL): null value in column "t"',
        "public.a.csv:3",
    ),
    "a_null_in_a_row_that_exists": Bad(
        {"public.a.csv": "i,t\n1,x\n2,\n"},
        'line 3, column t (NULL): null value in column "t"',
        before=COUNTRY + "INSERT INTO a VALUES (2, 'y');",
    ),
    "a_null_in_the_key": Bad(
        {"public.a.csv": "i,t\n1,x\n,y\n"},
        "line 3, column i: it is of the key, and NULL equals nothing",
    ),
    "a_column_that_every_row_needs": Bad(
        {"public.a.csv": "i,n\n1,1\n"},
        'null value in column "t"',
        "public.a.csv:1",
    ),
    "a_check": Bad(
        {
            "public.a.csv": "i,t,n\n"
            + "".join(f"{i},x,{i}\n" for i in range(1, 3000))
            + "9999,x,-1\n"
        },
        "line 3001, column n (-1): new row for relation",
        "public.a.csv:3001",
    ),
    "a_check_among_rows_that_refer_to_later_ones": Bad(
        {"public.a.csv": "i,p,n\n1,3,1\n2,1,1\n3,2,1\n4,1,-1\n5,1,-1\n"},
        "line 5, column n (-1): new row for relation",
        before="CREATE TABLE a (i int PRIMARY KEY, p int REFERENCES a, n int CHECK (n > 0));",
    ),
    "a_check_in_the_file_of_an_environment": Bad(
        {"public.a.csv": "i,t,n\n1,x,1\n2,y,2\n", "dev/public.a.csv": "i,t,n\n3,z,3\n2,y,-2\n"},
        "line 3, column n (-2): new row for relation",
        "dev/public.a.csv:3",
    ),
    "two_rows_with_one_key": Bad(
        {"public.a.csv": 'i,t\n1,"x\n"\n2,y\n3,y\n2,z\n'},
        "lines 4 and 6 have the same key: i 2",
        "public.a.csv:6",
    ),
    "two_rows_with_one_key_in_a_table_with_rows": Bad(
        {"public.a.csv": "i,t\n2,y\n2,y\n"},
        "lines 2 and 3 have the same key: i 2",
        before=COUNTRY + "INSERT INTO a VALUES (2, 'y');",
    ),
    "a_value_that_another_row_has": Bad(
        {"public.a.csv": "i,t,n\n1,x,1\n2,y,7\n3,z,7\n"},
        "line 4, column n (7): duplicate key value violates unique constraint",
    ),
    "an_overlap": Bad(
        {"public.a.csv": 'i,r\n1,"[1,5)"\n2,"[7,9)"\n3,"[4,6)"\n'},
        "line 4, column r ([4,6)): conflicting key value violates exclusion constraint",
        before="CREATE TABLE a (i int PRIMARY KEY, r int4range, EXCLUDE USING gist (r WITH &&));",
    ),
    "a_reference_to_nothing": Bad(
        {"public.c.csv": "i,a,b\n1,,\n2,1,1\n3,1,2\n", "public.a.csv": "i,j\n1,1\n"},
        'line 4, column a, b (1, 2): insert or update on table "c" violates foreign key',
        "public.c.csv:4",
        "CREATE TABLE a (i int, j int, PRIMARY KEY (i, j));"
        "CREATE TABLE c (i int PRIMARY KEY, a int, b int, FOREIGN KEY (a, b) REFERENCES a);",
    ),
    "a_reference_to_nothing_that_was_to_wait": Bad(
        {"public.a.csv": "i,b\n1,1\n2,7\n", "public.b.csv": "i,a\n1,1\n"},
        "line 3, column b (7): insert or update on table",
        "public.a.csv:3",
        "CREATE TABLE a (i int PRIMARY KEY, b int NOT NULL);"
        "CREATE TABLE b (i int PRIMARY KEY, a int NOT NULL REFERENCES a);"
        "ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b DEFERRABLE;",
    ),
    "a_row_that_another_table_refers_to": Bad(
        {"public.a.csv": "i\n1\n"},
        "referencing_it",
        before="CREATE TABLE a (i int PRIMARY KEY);INSERT INTO a VALUES (2);"
        "CREATE TABLE referencing_it (i int PRIMARY KEY REFERENCES a);"
        "INSERT INTO referencing_it VALUES (2);",
        rules={"public.a": TableWords(missing="delete")},
    ),
    "a_trigger_that_says_no": Bad(
        {"public.a.csv": "i\n1\n2\n3\n"},
        "line 3: not two",
        before="CREATE TABLE a (i int PRIMARY KEY);CREATE FUNCTION f() RETURNS trigger"
        " LANGUAGE plpgsql AS 'BEGIN IF NEW.i = 2 THEN RAISE ''not two'';END IF;RETURN NEW;END';"
        "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION f();",
    ),
    "a_row_of_no_partition": Bad(
        {"public.a.csv": "i\n1\n20\n"},
        'line 3: no partition of relation "a" found for row',
        before="CREATE TABLE a (i int PRIMARY KEY) PARTITION BY RANGE (i);"
        "CREATE TABLE a1 PARTITION OF a FOR VALUES FROM (0) TO (10);",
    ),
    "too_few_values": Bad(
        {"public.a.csv": "i,t,n\n1,x,\n2,y\n"}, 'line 3: missing data for column "n"'
    ),
    "a_line_without_anything": Bad(
        {"public.a.csv": "i,t,n\n1,x,\n\n"}, 'line 3: missing data for column "t"'
    ),
    "too_many_values": Bad(
        {"public.a.csv": "i,t\n1,x,\n"}, "line 2: extra data after last expected column"
    ),
    "a_quote_that_never_ends": Bad(
        {"public.a.csv": 'i,t\n1,x\n2,"y\n3,z\n'}, "line 3: unterminated CSV quoted field"
    ),
    "bytes_that_are_not_utf8": Bad(
        {"public.a.csv": b"i,t\n1,x\n2,\xe4\n"},
        'line 3: invalid byte sequence for encoding "UTF8": 0xe4',
    ),
    "a_nul": Bad(
        {"public.a.csv": b"i,t\n1,x\0\n"}, 'line 2: invalid byte sequence for encoding "UTF8": 0x00'
    ),
    "the_end_before_the_end": Bad(
        {"public.a.csv": 'i,t\n1,"\n\\.\n"\n\\.\n3,z\n'},
        "line 5",
    ),
    "utf_16": Bad({"public.a.csv": "i,t\n".encode("utf-16")}, "byte 0xff is not UTF-8"),
    "nothing_at_all": Bad({"public.a.csv": ""}, "there is no header", "public.a.csv:1"),
    "cr_alone": Bad({"public.a.csv": "i,t\r1,x\r"}, "it ends with a CR alone"),
    "a_header_whose_quote_never_ends": Bad({"public.a.csv": 'i,"t\n1,x\n'}, "header is wrong: it"),
    "a_column_without_a_name": Bad({"public.a.csv": "i,,t\n"}, "a column has no name"),
    "a_column_twice": Bad({"public.a.csv": "i,t,i\n"}, "column i: the header names it twice"),
    "a_column_that_is_not_there": Bad(
        {"public.a.csv": "i,t,nn\n"},
        "column nn: the table has no such column; the nearest is n",
        "public.a.csv:1",
    ),
    "a_generated_column": Bad(
        {"public.a.csv": "i,g\n"},
        "column g: it is generated",
        before="CREATE TABLE a (i int PRIMARY KEY, g int GENERATED ALWAYS AS (i) STORED);",
    ),
    "a_key_that_the_file_lacks": Bad(
        {"public.a.csv": "t\nx\n"}, "column i: it is of the key a_pkey"
    ),
    "an_owned_column_that_no_file_has": Bad(
        {"public.a.csv": "i,t\n"},
        "column nn: no file has it",
        'columns in [seeds.tables."public.a"]',
        rules={"public.a": TableWords(columns=("nn",))},
    ),
    "no_key": Bad(
        {"public.a.csv": "i\n"}, "there is no primary key", before="CREATE TABLE a (i int);"
    ),
    "no_table": Bad(
        {"public.aa.csv": "i\n"}, "there is no table public.aa; the nearest is public.a"
    ),
    "a_view": Bad(
        {"public.v.csv": "i\n"}, "public.v is a view", before="CREATE VIEW v AS SELECT 1 AS i;"
    ),
    "a_circle_that_cannot_be_cut": Bad(
        {"public.a.csv": "i,b\n", "public.b.csv": "i,a\n"},
        "public.a, public.b refer to each other",
        "a_b_fkey of public.a, b_a_fkey of public.b",
        "CREATE TABLE a (i int PRIMARY KEY, b int NOT NULL);"
        "CREATE TABLE b (i int PRIMARY KEY, a int NOT NULL REFERENCES a);"
        "ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b;",
    ),
    "a_statement_that_fails": Bad(
        {"public.a.sql": "INSERT INTO public.a VALUES (1, 'x', 1);\n\nSELECT\n  nothing;"},
        'column "nothing" does not exist',
        "public.a.sql:4:3",
    ),
    "a_statement_that_commits": Bad(
        {"public.a.sql": "INSERT INTO public.a VALUES (1, 'x', 1);COMMIT;"},
        "public.a.sql holds COMMIT",
        "public.a.sql:1:41",
    ),
    "a_command_of_psql": Bad({"public.a.sql": "\\i x.sql\n"}, "psql", "public.a.sql:1:1"),
}


def test_what_cannot_be_is_named_and_nothing_is_changed(
    database: str, psql: Program, tmp_path: Path
) -> None:
    with closing(db.connect(database)) as conn:
        told = {name: _told(conn, database, bad, tmp_path / name) for name, bad in BAD.items()}
    wrong = {
        name: told[name]
        for name, bad in BAD.items()
        if bad.says not in told[name] or (bad.at and f"   at: {bad.at}" not in told[name])
    }
    assert wrong == {}
    made = sum(bad.before.count("INSERT INTO") for bad in BAD.values())
    look = (
        "SELECT format('SELECT count(*) FROM %s', oid::regclass) FROM pg_class"
        " WHERE relkind = 'r' AND (relnamespace > 16000 OR relnamespace = 2200) \\gexec\n"
    )
    counts = psql(database, "-At", input=look).stdout.split()
    assert len(counts) > len(BAD) * 0.9
    assert sum(map(int, counts)) == made


def _told(conn: db.Connection, url: str, bad: Bad, folder: Path) -> str:
    folder.mkdir()
    for file, content in bad.files.items():
        path = folder / file
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    run(conn, f"ALTER SCHEMA public RENAME TO {folder.name}_before;CREATE SCHEMA public")
    run(conn, bad.before)
    try:
        put(url, folder, parse_rules(bad.rules, missing=None, triggers=None), "dev")
    except PgmigError as error:
        return str(error).replace(f"{folder}/", "")
    return "nothing was wrong"
