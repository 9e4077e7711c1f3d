"""The rules of `pgmig lint` by name: what `-- pgmig: allow=` and the settings may say."""

from typing import Final

RULE_NAMES: Final = frozenset(
    {
        "table-rewrite",
    }
)
"""A test compares them with the rules themselves."""
