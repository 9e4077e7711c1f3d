"""Operators of pg_catalog whatever the search_path says."""

from typing import LiteralString


def qualify_operators(query: LiteralString) -> LiteralString:
    """A query of ours with its operators bound to pg_catalog.

    Those of a script's session run under its search_path, which may name other schemas before
    pg_catalog. The operators stand between blanks and need no precedence among themselves.
    """
    for operator in _OPERATORS:
        query = query.replace(" " + operator + " ", " OPERATOR(pg_catalog." + operator + ") ")
    return query


_OPERATORS: tuple[LiteralString, ...] = ("=", "<>", ">")
