"""One file per kind of PostgreSQL object, and the list of them.

The order is the one in which ready objects are made. It follows pg_dump's (pg_dump_sort.c), with
checks after indexes, and foreign keys after all keys.
"""

from pgmig.kinds.constraint import CHECK, FOREIGN_KEY, KEY
from pgmig.kinds.index import INDEX
from pgmig.kinds.materialized_view import MATERIALIZED_VIEW
from pgmig.kinds.policy import POLICY
from pgmig.kinds.rule import RULE
from pgmig.kinds.sequence import SEQUENCE
from pgmig.kinds.table import TABLE
from pgmig.kinds.trigger import TRIGGER
from pgmig.kinds.view import VIEW
from pgmig.model import AnyKind, kind_by_name

KINDS: tuple[AnyKind, ...] = (
    # schema, extension, enum, composite, range, domain, domain constraint, routine, aggregate
    SEQUENCE,
    TABLE,
    KEY,
    INDEX,
    CHECK,
    VIEW,
    MATERIALIZED_VIEW,
    RULE,
    TRIGGER,
    FOREIGN_KEY,
    POLICY,
)
KIND_BY_NAME = kind_by_name(KINDS)

__all__ = ["KINDS", "KIND_BY_NAME"]
