"""Findings as SARIF, which code hosts and editors show beside lines.

Source: Static Analysis Results Interchange Format 2.1.0 (OASIS standard): run (3.14), tool (3.18),
reportingDescriptor (3.49), result (3.27), suppression (3.35), region (3.30).
"""

from pathlib import Path

import msgspec

from pgmig import __version__
from pgmig.commands.lint import Lint
from pgmig.lint import RULES, Finding, Rule

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_PLACES = {each.name: place for place, each in enumerate(RULES)}


def sarif(done: Lint) -> str:
    """One run as a document, ending in a line break."""
    top = _top(done.directory.absolute())
    run = {
        "tool": {
            "driver": {
                "name": "pgmig",
                "version": __version__,
                "rules": [_rule(each) for each in RULES],
            }
        },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"SRCROOT": {"uri": f"{top.as_uri()}/"}},
        "results": [_result(each, top) for each in (*done.findings, *done.allowed)],
    }
    document = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"


def _rule(each: Rule) -> dict[str, object]:
    return {
        "id": each.name,
        "shortDescription": {"text": f"{each.summary}."},
        "help": {"text": each.page, "markdown": each.page},
        "defaultConfiguration": (
            {"enabled": False} if each.severity == "off" else {"level": each.severity}
        ),
    }


def _result(each: Finding, top: Path) -> dict[str, object]:
    found: dict[str, object] = {
        "ruleId": each.rule,
        "ruleIndex": _PLACES[each.rule],
        "level": each.severity,
        "message": {"text": f"{each.message}. Do: {each.do}" if each.do else each.message},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": _file(each.file, top),
                    "region": {"startLine": each.line, "startColumn": each.column},
                }
            }
        ],
    }
    if each.is_allowed:
        reason = {"justification": each.reason} if each.reason else {}
        found["suppressions"] = [{"kind": "inSource", **reason}]
    return found


def _file(path: Path, top: Path) -> dict[str, str]:
    """A file as it is named from the top of the repository."""
    full = path.absolute()
    if not full.is_relative_to(top):
        return {"uri": full.as_uri()}
    below = (Path("/") / full.relative_to(top)).as_uri().removeprefix("file:///")
    return {"uri": below, "uriBaseId": "SRCROOT"}


def _top(directory: Path) -> Path:
    """The top of the repository that the directory is in, or the current folder."""
    found = (each for each in (directory, *directory.parents) if (each / ".git").exists())
    return next(found, Path.cwd())
