"""One file per rule, and the list of them."""

from importlib import import_module
from types import MappingProxyType

from pgmig.lint.rule import Rule
from pgmig.scripts.rule_names import RULE_NAMES


def _named(name: str) -> Rule:
    """The rule of the module that bears its name."""
    found: Rule = import_module(f"{__name__}.{name.replace('-', '_')}").RULE
    return found


RULES: tuple[Rule, ...] = tuple(map(_named, sorted(RULE_NAMES)))

RULE_BY_NAME = MappingProxyType({each.name: each for each in RULES})
