"""One file per rule, and the list of them."""

from types import MappingProxyType

from pgmig.lint.rule import Rule
from pgmig.lint.rules import (
    backfill_under_lock,
    blocking_check,
    blocking_exclusion,
    blocking_foreign_key,
    blocking_index,
    blocking_not_null,
    blocking_refresh,
    blocking_reindex,
    blocking_scan,
    blocking_unique,
    blocking_validation,
    broken_routine,
    down_differs,
    drop_column,
    drop_table,
    rename_column,
    rename_table,
    required_column,
    table_rewrite,
    up_fails,
)

RULES: tuple[Rule, ...] = tuple(
    module.RULE
    for module in (
        up_fails,
        down_differs,
        broken_routine,
        table_rewrite,
        blocking_index,
        blocking_unique,
        blocking_exclusion,
        blocking_check,
        blocking_foreign_key,
        blocking_not_null,
        blocking_validation,
        blocking_scan,
        blocking_refresh,
        blocking_reindex,
        backfill_under_lock,
        drop_table,
        drop_column,
        rename_table,
        rename_column,
        required_column,
    )
)

RULE_BY_NAME = MappingProxyType({each.name: each for each in RULES})
