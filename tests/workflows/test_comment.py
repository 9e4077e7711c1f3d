"""action/comment.py: which comment it changes, and what becomes of long reports and refusals."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.workflows.conftest import ROOT
from tests.workflows.hub import BOT, Hub, serving

EVENT = {"pull_request": {"number": 7, "head": {"sha": "c0ffee"}}}


def comment(hub: Hub, folder: Path, report: str, *, token: str, project: str = ".") -> str:
    """What the script prints."""
    (folder / "event.json").write_text(json.dumps(EVENT))
    (folder / "report.md").write_text(report)
    done = subprocess.run(
        [sys.executable, ROOT / "action/comment.py"],
        env={
            "PATH": os.environ["PATH"],
            "GITHUB_API_URL": hub.url,
            "GITHUB_SERVER_URL": "https://github.example",
            "GITHUB_REPOSITORY": "team/shop",
            "GITHUB_RUN_ID": "99",
            "GITHUB_WORKSPACE": str(folder),
            "GITHUB_EVENT_PATH": str(folder / "event.json"),
            "REPORT": str(folder / "report.md"),
            "TOKEN": token,
        },
        cwd=folder / project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_is_found_behind_many_others_and_a_long_report_is_cut(tmp_path: Path) -> None:
    table = "".join(f"| `shop.table_{number}` | new |\n" for number in range(4000))
    report = f"### ✅ `pgmig diff`\n\n<details>\n\n```sql\n{table}```\n\n</details>\n"
    with serving() as hub:
        token = hub.token({"pull-requests": "write"})
        hub.comments += [
            {"id": number, "issue": 7, "user": BOT, "body": "something else"}
            for number in range(1, 251)
        ]
        assert comment(hub, tmp_path, "short\n", token=token) == ""
        (tmp_path / "shop -->").mkdir()
        for _ in range(2):
            comment(hub, tmp_path, "of the shop\n", token=token, project="shop -->")
        comment(hub, tmp_path, report, token=token)

    body, of_the_shop = (each["body"] for each in hub.comments[250:])
    marker = "<!-- pgmig report of shop%20--%3E -->"
    assert of_the_shop == f"{marker}\nof the shop\n\nFor commit c0ffee.\n"
    assert len(body) < 65_536
    assert body.count("```") == 2
    assert body.count("<details>") == body.count("</details>") == 1
    assert "(https://github.example/team/shop/actions/runs/99)" in body
    assert body.endswith("For commit c0ffee.\n")


@pytest.mark.parametrize("permissions", [{"pull-requests": "read"}, {}])
def test_a_token_that_may_not_write_is_no_failure(
    permissions: dict[str, str], tmp_path: Path
) -> None:
    with serving() as hub:
        said = comment(hub, tmp_path, "short\n", token=hub.token(permissions))

    assert said.startswith("::notice title=pgmig::the token may not write comments")
    assert hub.comments == []


def test_a_block_is_closed_as_it_was_opened() -> None:
    folder = str(ROOT / "action")
    code = (
        f"import sys; sys.path.insert(0, {folder!r}); from comment import open_fence as f;"
        " print([f('````text\\na ``` b\\n```\\n'), f('```sql\\nx\\n```\\n'), f('```sql\\nx\\n')])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == "['````\\n', '', '```\\n']\n"
