"""`pgmig plan`: rows that scripts write meet those of the target before anything runs."""

import json
from pathlib import Path
from typing import get_args

import pytest

from pgmig.commands.plan.values import WrittenSort
from tests.cli.conftest import Run, write_script
from tests.fixtures.servers import Program

FIRST = """
CREATE TABLE public.a (id int PRIMARY KEY, name text UNIQUE);
CREATE TABLE public.b (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL);
CREATE TABLE public.c (a int REFERENCES public.a);
CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''no''; END';
CREATE TABLE public.kept (id int);
CREATE TRIGGER refused BEFORE DELETE ON public.kept FOR EACH ROW EXECUTE FUNCTION public.refuse();
INSERT INTO public.a VALUES (8, 'seeded');
CREATE TABLE public.f (e text NOT NULL);
CREATE TABLE public.u (id int PRIMARY KEY, name text NOT NULL, note text, num int,
    code varchar(2) CHECK (code <> 'y'), a int REFERENCES public.a);
CREATE FUNCTION public.many() RETURNS int LANGUAGE sql AS 'SELECT count(*)::int FROM public.a';
CREATE FUNCTION public.rare() RETURNS trigger LANGUAGE plpgsql
    AS 'BEGIN IF public.many() > 1 THEN RAISE ''many''; END IF; RETURN NEW; END';
CREATE FUNCTION public.timed() RETURNS trigger LANGUAGE plpgsql
    AS 'BEGIN IF NEW IS DISTINCT FROM OLD THEN NEW.at := now(); END IF; RETURN NEW; END';
CREATE FUNCTION public.low() RETURNS trigger LANGUAGE plpgsql
    AS 'BEGIN NEW.name := lower(NEW.other); RETURN NEW; END';
CREATE TABLE public.g (id int, name text NOT NULL, other text, at timestamptz NOT NULL);
CREATE TRIGGER timed BEFORE UPDATE ON public.g FOR EACH ROW EXECUTE FUNCTION public.timed();
CREATE TRIGGER low BEFORE UPDATE OF other ON public.g FOR EACH ROW EXECUTE FUNCTION public.low();
CREATE TABLE public.h (id int);
CREATE TRIGGER rare BEFORE INSERT ON public.h FOR EACH ROW EXECUTE FUNCTION public.rare();
CREATE TABLE public.i (id int PRIMARY KEY DEFAULT public.many(), b int CHECK (public.many() > b));
"""
ROWS = """
DELETE FROM public.a;
INSERT INTO public.a VALUES (1, 'x'), (2, 'y');
INSERT INTO public.b OVERRIDING SYSTEM VALUE VALUES (2, 'its sequence is behind');
INSERT INTO public.c VALUES (2);
INSERT INTO public.kept VALUES (1);
INSERT INTO public.f VALUES ('x');
INSERT INTO public.g VALUES (1, 'x', 'x', now());
INSERT INTO public.i VALUES (0, 1);
INSERT INTO public.u VALUES (1, 'x', 'x'), (2, 'y', 'y'), (3, 'z', 'y');
"""

# Each script, and why it is no or careful, if it is.
SCRIPTS = [
    (
        "CREATE TYPE public.e AS ENUM ('x');"
        " ALTER TABLE public.f ALTER e TYPE public.e USING e::text::public.e",
        "go",
        "",
    ),
    ("CREATE MATERIALIZED VIEW public.m AS SELECT 1 AS x FROM public.b, public.a", "go", ""),
    ("CREATE UNIQUE INDEX ON public.m (x)", "no", "duplicates of x in public.m: 1 value (x=1)"),
    ("UPDATE public.u SET num = note::int WHERE note > 'z'", "go", ""),
    ("UPDATE public.u t SET num = t.note::int", "no", "invalid input syntax for type integer"),
    ("UPDATE public.u SET code = repeat(note, id)", "no", "value too long"),
    ("UPDATE public.u SET code = note", "no", "that break u_code_check"),
    ("UPDATE public.u SET a = id - 1 WHERE id < 3", "no", "u without a row in public.a"),
    ("UPDATE public.u SET a = id WHERE id < 3", "go", ""),
    ("UPDATE public.u SET name = coalesce(nullif(note, 'y'), '-')", "go", ""),
    ("UPDATE public.u SET name = nullif(note, 'y')", "no", "NULL for name in rows of public.u"),
    ("UPDATE public.u SET (name, a) = (nullif(note, 'z'), 1)", "go", ""),
    ("UPDATE public.u SET num = 1 WHERE note::int > 1", "no", "the condition of what it changes"),
    (
        "WITH q AS (SELECT 1) UPDATE public.u SET name = nullif(note, 'z')",
        "careful",
        "of name once",
    ),
    ("UPDATE public.u SET num = length(name)", "careful", "so now, and a statement before it"),
    ("UPDATE public.g SET id = 2", "go", ""),
    ("UPDATE public.g SET other = NULL", "careful", "low lets rows of public.g through"),
    ("INSERT INTO public.h VALUES (1)", "careful", "rare lets rows of public.h through: its"),
    ("INSERT INTO public.i VALUES (DEFAULT, -1)", "careful", "i_b_check, the default of id"),
    ("SET LOCAL session_replication_role = replica; INSERT INTO public.c VALUES (7)", "go", ""),
    ("INSERT INTO public.a VALUES (1, 'q')", "no", "in the way of those that it writes (a_pkey)"),
    ("INSERT INTO public.a VALUES (3, 'x'), (4, 'z') ON CONFLICT (name) DO NOTHING", "go", ""),
    ("INSERT INTO public.b (name) VALUES ('u'), ('v')", "no", "(b_pkey): 1 row (id=2)"),
    ("INSERT INTO public.c VALUES (8)", "no", "have no row in public.a (c_a_fkey): 1 row (a=8)"),
    ("INSERT INTO public.c SELECT id - 2 FROM public.b WHERE id < 0", "careful", "from public.b"),
    ("UPDATE public.c SET a = a", "go", ""),
    ("UPDATE public.a SET name = lower(name)", "careful", "meet a_name_key once it has changed"),
    ("DELETE FROM public.a WHERE id = 2", "careful", "rows of public.c refer to public.a"),
    ("DELETE FROM public.kept", "careful", "refused lets rows of public.kept through"),
    ("SELECT 1/0", "no", "division by zero"),
    (
        "DO $$BEGIN IF EXISTS (SELECT FROM public.c WHERE a > 9) THEN RAISE 'no'; END IF; END$$",
        "careful",
        "DO does with rows of the target",
    ),
    ("DO $$BEGIN RAISE NOTICE '%', (SELECT count(*) FROM public.c); END$$", "go", ""),
    ("SELECT * INTO public.d FROM public.c; ALTER TABLE public.d ADD UNIQUE (a)", "careful", "d_a"),
]


@pytest.mark.newest
def test_rows_that_scripts_write_are_held_against_those_of_the_target(
    pgmig_inside: Run,
    folder: Path,
    database: str,
    psql: Program,
    server_directory: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PGMIG_SERVER_DIR", str(server_directory))
    write_script(folder, "0001_first", FIRST, "SELECT 1;")
    assert pgmig_inside("up", "-q", "--url", database).code == 0
    psql(database, input=ROWS)
    for number, (statement, _, _) in enumerate(SCRIPTS, start=2):
        write_script(folder, f"{number:04}_it", f"{statement};", "SELECT 1;")
    ran = pgmig_inside("plan", "-q", "--url", database, "--json")
    reasons, checks = (json.loads(ran.out)[each] for each in ("reasons", "checks"))
    assert ran.code == 4
    found = {each["sort"] for each in checks if each["outcome"] != "passed"}
    assert found >= {*get_args(WrittenSort)}
    for number, (statement, verdict, told) in enumerate(SCRIPTS, start=2):
        mine = [each for each in reasons if each["script"] == f"{number:04}_it"]
        assert {each["verdict"] for each in mine} == {verdict} - {"go"}, (statement, mine)
        assert told in "".join(each["text"] for each in mine), statement
