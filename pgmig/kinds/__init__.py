"""One file per kind of PostgreSQL object, and the list of them.

The order is the one in which ready objects are made: pg_dump's (pg_dump_sort.c).
"""

from pgmig.kinds.sequence import SEQUENCE
from pgmig.model import AnyKind, kind_by_name

KINDS: tuple[AnyKind, ...] = (SEQUENCE,)
KIND_BY_NAME = kind_by_name(KINDS)

__all__ = ["KINDS", "KIND_BY_NAME"]
