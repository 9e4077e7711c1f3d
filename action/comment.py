"""Put a report into the comment of a pull request, the same one each time.

Source: "REST API endpoints for issue comments"; a pull request is an issue there.
"""

import json
import os
import sys
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

LIMIT = 65_000
"""Characters; GitHub takes 65536."""


def main() -> int:
    """The exit code."""
    event = json.loads(Path(os.environ["GITHUB_EVENT_PATH"]).read_text("utf-8"))
    if "pull_request" not in event:
        sys.stdout.write("::notice title=pgmig::not a pull request, so there is no comment\n")
        return 0
    asked = event["pull_request"]
    report = Path(os.environ["REPORT"]).read_text("utf-8")
    try:
        write(asked["number"], comment(report, asked["head"]["sha"]))
    except urllib.error.HTTPError as error:
        if error.code != 403:
            raise
        sys.stdout.write(
            "::notice title=pgmig::the token may not write comments, so the report is in the job"
            " summary alone; do: permissions: pull-requests: write\n"
        )
    return 0


def marker() -> str:
    """How our comment begins: each project of a repository has one of its own, by its folder."""
    top = os.environ.get("GITHUB_WORKSPACE", ".")
    folder = os.path.relpath(Path.cwd(), Path(top).resolve())
    of = "" if folder == "." else f" of {urllib.parse.quote(folder)}"
    return f"<!-- pgmig report{of} -->"


def comment(report: str, commit: str) -> str:
    """The comment's text; of a long report its beginning, and where the rest is."""
    text = f"{marker()}\n{report}\nFor commit {commit}.\n"
    if len(text) <= LIMIT:
        return text
    kept = text[:LIMIT]
    kept = kept[: kept.rindex("\n") + 1]
    kept += open_fence(kept)
    kept += "</details>\n" * (kept.count("<details>") - kept.count("</details>"))
    return (
        f"{kept}\nThe report is longer than a comment may be: all of it is in {summary()}."
        f" For commit {commit}.\n"
    )


def open_fence(text: str) -> str:
    """The line that closes the block of code in which the text ends; "" when it ends in none."""
    fence = ""
    for line in text.splitlines():
        ticks = line[: len(line) - len(line.lstrip("`"))]
        if not fence and len(ticks) >= 3:
            fence = ticks
        elif fence and len(ticks) >= len(fence) and line == ticks:
            fence = ""
    return f"{fence}\n" if fence else ""


def summary() -> str:
    """The job summary, as a link."""
    server, repository, run = (
        os.environ[name] for name in ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")
    )
    return f"[the summary of the run]({server}/{repository}/actions/runs/{run})"


def write(number: int, text: str) -> None:
    """Change the comment that is there, or add one."""
    there = ours(number)
    if there is None:
        ask("POST", f"issues/{number}/comments", {"body": text})
    else:
        ask("PATCH", f"issues/comments/{there}", {"body": text})


def ours(number: int) -> int | None:
    """The comment of a run before; one that a person wrote is theirs, whatever it says."""
    page = 1
    beginning = marker()
    while found := ask("GET", f"issues/{number}/comments?per_page=100&page={page}"):
        for each in found:
            if each["user"]["type"] == "Bot" and each["body"].startswith(beginning):
                return int(each["id"])
        page += 1
    return None


def ask(method: str, path: str, document: dict[str, str] | None = None) -> Any:
    """What the server answers."""
    request = urllib.request.Request(  # noqa: S310 - the runner's own variable
        f"{os.environ['GITHUB_API_URL']}/repos/{os.environ['GITHUB_REPOSITORY']}/{path}",
        data=None if document is None else json.dumps(document).encode(),
        method=method,
        headers={
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {os.environ['TOKEN']}",
            "X-GitHub-Api-Version": "2022-11-28",
        },
    )
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        return json.load(answer)


if __name__ == "__main__":
    sys.exit(main())
