"""Markdown as another parser reads it, and annotations as the runner reads them."""

import html
import re
from collections.abc import Iterator
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from pgmig.cli.output import inert
from pgmig.cli.report import Block, Code, Folded, Items, Name, Note, Report, Table, Text, Words
from pgmig.cli.report.file import add_to
from pgmig.cli.report.github import annotations
from pgmig.cli.report.leaf import leaf, parts_of
from pgmig.cli.report.markdown import markdown

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])

# What Markdown, HTML and GitHub give a meaning, and what databases have in names.
_WORDS = [
    *"|`\\*_~#@$&<>[](){}!+-=.:;,'\"/^%?1aZ \n\t\r\0é表",
    "@team", "#12", "GH-7", "o/r#3", ":tada:", "1. ", "- ", "```", "~~~", "<b>", "</details>",
    "<!--", "-->", "&amp;", "https://x.y/z", "www.x.y", "[a](b)", "![a](b)", "$$", "|--|", "\u202e",
    "🎉", "deadbeef1", "a@b.example", "word", "two words", "\\|", "<http://x>", "::error::",
    "\u2028",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(_WORDS), max_size=8).map("".join)
FILLED = TEXTS.filter(lambda text: leaf(text).replace("`", "").strip() != "")
WORDS: st.SearchStrategy[Words] = st.one_of(
    FILLED, FILLED.map(Name), st.tuples(FILLED, FILLED.map(Name), FILLED)
)
TABLES = st.integers(1, 3).flatmap(
    lambda width: st.builds(
        Table,
        st.tuples(*[FILLED] * width),
        st.lists(st.tuples(*[WORDS] * width), min_size=1, max_size=4).map(tuple),
    )
)
PLAIN = st.one_of(
    st.builds(Text, WORDS),
    st.builds(Items, st.lists(WORDS, min_size=1, max_size=4).map(tuple)),
    TABLES,
    st.builds(Code, FILLED),
)
BLOCKS: st.SearchStrategy[Block] = st.one_of(
    PLAIN, st.builds(Folded, WORDS, st.lists(PLAIN, min_size=1, max_size=3).map(tuple))
)
REPORTS = st.builds(
    Report,
    st.just("pgmig diff"),
    st.sampled_from(["good", "careful", "bad"]),
    FILLED,
    st.lists(BLOCKS, max_size=5).map(tuple),
)


def bare(text: str) -> str:
    """The text without blanks and backticks, which code takes or gives."""
    return re.sub(r"[`\s]+", "", text)


def told(words: Words) -> str:
    return bare(
        "".join(leaf(each if isinstance(each, str) else each.text) for each in parts_of(words))
    )


def expected(block: Block) -> Iterator[str]:
    match block:
        case Text():
            yield told(block.words)
        case Items():
            yield from map(told, block.rows)
        case Table():
            yield from (told(cell) for row in (block.titles, *block.rows) for cell in row)
        case Code():
            yield bare(leaf(block.text))
        case Folded():
            yield told(block.title)
            for each in block.blocks:
                yield from expected(each)


def shown(tokens: list[Token]) -> Iterator[str]:
    """What a reader sees, by paragraph, item, cell and block of code."""
    for token in tokens:
        if token.type == "inline":
            assert token.children is not None
            assert {each.type for each in token.children} <= {"text", "code_inline"}, token.content
            for each in token.children:
                assert each.type != "text" or not mentions(each.content), each.content
            yield bare("".join(each.content for each in token.children))
        elif token.type == "fence":
            yield bare(token.content)
        elif token.type == "html_block":
            title = re.fullmatch(
                r"<details>\n<summary>(.*)</summary>\n|</details>\n?", token.content
            )
            assert title is not None, token.content
            if title[1] is not None:
                assert not mentions(re.sub(r"<code>.*?</code>", "", title[1]))
                yield bare(unmarked(title[1]))


def unmarked(text: str) -> str:
    """Text of HTML."""
    assert "<" not in re.sub(r"</?code>", "", text)
    return html.unescape(re.sub(r"</?code>", "", text))


def mentions(text: str) -> bool:
    """Whether GitHub would make something of a text that is not code."""
    return re.search(r"@\w|#\d|GH-\d|:[\w+-]+:|://|www\.", text) is not None


@given(REPORTS)
@example(Report("pgmig diff", "bad", "1. x", (Text("- a"), Items(("+ b", "2) c", "====")))))
@settings(max_examples=120, deadline=None)
def test_another_parser_reads_the_very_text_of_a_report(report: Report) -> None:
    tokens = PARSER.parse(markdown(report))

    found = [*shown(tokens)]

    wanted = [text for block in report.blocks for text in expected(block)]
    assert found[1:] == wanted
    assert found[0].endswith(told(report.summary))


@given(st.lists(TEXTS, min_size=2, max_size=4))
@settings(max_examples=120, deadline=None)
def test_a_cell_has_the_name_that_was_put_into_it(names: list[str]) -> None:
    table = Table(tuple("x" * len(names)), (tuple(map(Name, names)),))

    tokens = PARSER.parse(markdown(Report("t", "good", "s", (table,))))

    inline = [each for each in tokens if each.type == "inline"][-len(names) :]
    cells = ["".join(one.content for one in each.children or ()) for each in inline]
    assert cells == [" ".join(leaf(name).split()) for name in names]


def long_report(rows: int) -> Report:
    name = Name("ä" * 40)
    return Report(
        "pgmig diff",
        "bad",
        "x " * 5_000,
        (
            Table(("a", "b"), tuple((str(n), name) for n in range(rows))),
            Items(tuple(("it", name) for _ in range(rows))),
            Code("select 1;\n" * rows),
            *(Folded(f"script {n}", (Code("SELECT 'ä';\n" * n),)) for n in range(rows // 10)),
            Text("the proof"),
        ),
        tuple(Note("warning", str(n)) for n in range(rows)),
    )


def test_a_long_report_fits_and_says_what_was_left_out() -> None:
    for rows in (10, 300, 3_000):
        for limit in (2_000, 24_000, 60_000):
            text = markdown(long_report(rows), limit)
            assert len(text.encode()) <= limit
            assert ("left out for length" in text) == (rows > 10 or limit == 2_000), (rows, limit)
    text = markdown(long_report(300), 24_000)
    more = re.findall(r"And (\d+) more rows", text)
    assert [text.count("| `ä") + int(more[0]), text.count("- it`ä") + int(more[1])] == [300, 300]
    assert "the proof" in text


def test_the_reports_of_one_file_together_fit_into_a_comment(tmp_path: Path) -> None:
    file = tmp_path / "report.md"

    for _ in range(5):
        add_to(str(file), long_report(3_000))

    text = file.read_text()
    assert len(text) <= 65_536
    assert text.count("### ❌ `pgmig diff`") == 5


# As the runner reads a command: actions/runner, src/Runner.Common/ActionCommand.cs.
_COMMAND = re.compile(r"::(?P<level>\w+)(?: (?P<rest>[^\n]*?))?::(?P<data>[^\n]*)")


def read_command(line: str) -> tuple[str, dict[str, str], str]:
    found = _COMMAND.fullmatch(line)
    assert found is not None, line
    pairs = (pair.split("=", 1) for pair in (found["rest"] or "").split(",") if pair)
    unescaped = {"%3A": ":", "%2C": ",", "%0D": "\r", "%0A": "\n", "%25": "%"}

    def text(value: str) -> str:
        return re.sub("|".join(unescaped), lambda match: unescaped[match[0]], value)

    return found["level"], {name: text(value) for name, value in pairs}, text(found["data"])


@given(TEXTS, TEXTS)
@settings(max_examples=100, deadline=None)
def test_the_runner_reads_the_very_text_of_an_annotation(text: str, title: str) -> None:
    note = Note("error", text, title, file=Path("a,b:c%.sql"), line=3, column=7)

    first, last = annotations(Report("pgmig up", "bad", "done", (), (note,))).split("\n")[:2]

    level, properties, data = read_command(first)
    assert (level, data) == ("error", leaf(text))
    assert properties.get("title", "") == leaf(title)
    assert properties | {"title": ""} == {
        "file": "a,b:c%.sql",
        "line": "3",
        "col": "7",
        "title": "",
    }
    assert read_command(last) == ("error", {"title": "pgmig up"}, "done")


def test_what_goes_to_the_log_beside_annotations_is_no_command() -> None:
    text = "a::b\n  ::error::x\n::stop-commands::y\n##[add-mask]z"

    assert inert(text) == "a::b\n  : :error::x\n: :stop-commands::y\n## [add-mask]z"


def test_of_each_level_ten_annotations_are_shown_and_the_last_counts_the_others() -> None:
    notes = tuple(Note(level, str(n)) for level in ("warning", "error") for n in range(25))

    lines = annotations(Report("pgmig verify", "bad", "wrong", (), notes)).splitlines()

    read = [read_command(line) for line in lines]
    assert [level for level, _, _ in read] == ["error"] * 10 + ["warning"] * 10
    assert [data for _, _, data in read[:9]] == [str(n) for n in range(9)]
    assert read[9][2] == "wrong\n16 more errors are in the report, not beside lines"
    assert read[19][2] == "16 more warnings are in the report, not beside lines"


def test_what_looks_like_a_password_is_in_no_form() -> None:
    secrets = (
        "postgresql://app:hunter2@db/x",
        "host=db password=hunter2 user=app",
        "ALTER ROLE app PASSWORD 'hunter2'",
        "OPTIONS (user 'app', \"password\" 'it''s hunter2')",
        "password = $x$hunter2$x$",
        '{"password": "hunter2"} password => \'hunter2\'',
        "PASSWORD /* c */ 'hunter2' pwd=hunter2",
        "EXECUTE 'CREATE USER MAPPING .. OPTIONS (password ''pre hunter2'')'",
    )
    report = Report(
        "pgmig drift",
        "bad",
        secrets[0],
        (Items(secrets), Items(tuple(map(Name, secrets))), Code("\n".join(secrets))),
        tuple(Note("error", each, each) for each in secrets),
    )

    cut = Report("t", "bad", "x" * 992 + secrets[0], (), (Note("error", "x" * 3_985 + secrets[0]),))

    assert "hunter2" not in markdown(report) + annotations(report)
    assert ":hunt" not in markdown(cut) + annotations(cut)
    assert "app" in markdown(report)
