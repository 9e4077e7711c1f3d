"""The rules of `pgmig lint` by name: what `-- pgmig: allow=` and the settings may say."""

from typing import Final

RULE_NAMES: Final = frozenset(
    {
        "backfill-under-lock",
        "blocking-check",
        "blocking-exclusion",
        "blocking-foreign-key",
        "blocking-index",
        "blocking-not-null",
        "blocking-refresh",
        "blocking-reindex",
        "blocking-scan",
        "blocking-unique",
        "blocking-validation",
        "broken-routine",
        "down-differs",
        "drop-column",
        "drop-table",
        "rename-column",
        "rename-table",
        "required-column",
        "table-rewrite",
        "up-fails",
    }
)
"""A test compares them with the rules themselves."""
