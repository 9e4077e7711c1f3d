"""What the settings forbid where scripts run: `allow` and `require`.

They are the target's, whatever names its address, and hold for every command that runs scripts.
"""

from collections.abc import Iterable
from pathlib import Path

from pgmig.commands.protection import ALLOW, Protections, Rule
from pgmig.engine import Step
from pgmig.errors import ConsentNotAllowed, HazardNotAllowed, PlanRequired, ScriptNotVerified
from pgmig.scripts import Directory, Half
from pgmig.scripts.header import consent_line
from pgmig.scripts.sum_file import sealed


def protect(
    protections: Protections,
    directory: Directory,
    steps: tuple[Step, ...],
    *,
    major: int,
    consent: Iterable[str] = (),
    is_planned: bool,
) -> tuple[Step, ...]:
    """The same steps, none of them against the rules.

    Args:
        protections: the target's.
        directory: that the steps are from.
        steps: all that would run.
        major: of the target's server.
        consent: the words of `--allow`.
        is_planned: they are what a plan says that has tried them.

    Raises:
        ConsentNotAllowed, HazardNotAllowed, ScriptNotVerified, PlanRequired: as they say.
    """
    if steps and protections.allow is not None:
        _require_allowed(protections.allow, steps, consent)
    ups = [step for step in steps if step.direction == "up"]
    if ups and protections.require is not None:
        rule = protections.require
        if "verify" in rule.words:
            _require_verified(rule, directory, ups, major)
        if "plan" in rule.words and not is_planned:
            raise PlanRequired(label=ups[0].label, rule=rule.text("require"), others=len(ups) - 1)
    return steps


def _require_allowed(rule: Rule, steps: Iterable[Step], consent: Iterable[str]) -> None:
    for word in sorted(set(consent) - rule.words):
        raise ConsentNotAllowed(word=word, rule=rule.text("allow"))
    found = [(step, word) for step in steps for word in _forbidden(rule, step.half)]
    if found:
        step, word = found[0]
        raise HazardNotAllowed(
            path=step.half.path,
            line=_line(step.half, word),
            word=word,
            rule=rule.text("allow"),
            others=len(found) - 1,
            is_stored=step.source == "history",
        )


def _forbidden(rule: Rule, half: Half) -> list[str]:
    """The hazards that the half consents to against the rule."""
    said = half.header.allow.union(*(each.names for each in half.allowances))
    return sorted(said & frozenset(ALLOW) - rule.words)


def _line(half: Half, word: str) -> int:
    """Where it consents to the hazard."""
    if word in half.header.allow:
        return consent_line(half.text, word)
    return next(each.line for each in half.allowances if word in each.names)


def _require_verified(rule: Rule, directory: Directory, steps: Iterable[Step], major: int) -> None:
    going = tuple(step.script for step in steps)
    lines = sealed(Directory(directory.path, going, directory.gaps))
    unproved: list[tuple[Path, bool]] = []
    for script in going:
        line = lines.get(script.label)
        if line is None or major not in line.fingerprints:
            unproved.append((script.up.path, line is not None))
    if unproved:
        path, is_sealed = unproved[0]
        raise ScriptNotVerified(
            path=path,
            major=major,
            is_sealed=is_sealed,
            rule=rule.text("require"),
            others=len(unproved) - 1,
        )
