"""One file per kind of PostgreSQL object, and the list of them.

The order is the one in which ready objects are made. It follows pg_dump's (pg_dump_sort.c), with
checks after indexes, and foreign keys after all keys.
"""

from pgmig.kinds.access_method import ACCESS_METHOD
from pgmig.kinds.aggregate import AGGREGATE
from pgmig.kinds.base_type import BASE_TYPE
from pgmig.kinds.cast import CAST
from pgmig.kinds.collation import COLLATION
from pgmig.kinds.composite_type import COMPOSITE_TYPE
from pgmig.kinds.constraint import CHECK, FOREIGN_KEY, KEY
from pgmig.kinds.conversion import CONVERSION
from pgmig.kinds.default_privileges import DEFAULT_PRIVILEGES
from pgmig.kinds.domain import DOMAIN
from pgmig.kinds.domain_constraint import DOMAIN_CONSTRAINT
from pgmig.kinds.enum import ENUM
from pgmig.kinds.event_trigger import EVENT_TRIGGER
from pgmig.kinds.extension import EXTENSION
from pgmig.kinds.foreign_data_wrapper import FOREIGN_DATA_WRAPPER
from pgmig.kinds.foreign_server import FOREIGN_SERVER
from pgmig.kinds.index import INDEX
from pgmig.kinds.language import LANGUAGE
from pgmig.kinds.materialized_view import MATERIALIZED_VIEW
from pgmig.kinds.membership import MEMBERSHIP
from pgmig.kinds.operator import OPERATOR
from pgmig.kinds.operator_class import OPERATOR_CLASS
from pgmig.kinds.operator_family import OPERATOR_FAMILY
from pgmig.kinds.operator_family_member import FAMILY_FUNCTION, FAMILY_OPERATOR
from pgmig.kinds.policy import POLICY
from pgmig.kinds.publication import PUBLICATION
from pgmig.kinds.range_type import RANGE_TYPE
from pgmig.kinds.role import ROLE
from pgmig.kinds.routine import ROUTINE
from pgmig.kinds.rule import RULE
from pgmig.kinds.schema import SCHEMA
from pgmig.kinds.sequence import SEQUENCE
from pgmig.kinds.shell_type import SHELL_TYPE
from pgmig.kinds.statistics import STATISTICS
from pgmig.kinds.table import TABLE
from pgmig.kinds.table.foreign import FOREIGN_TABLE
from pgmig.kinds.text_search_configuration import TEXT_SEARCH_CONFIGURATION
from pgmig.kinds.text_search_dictionary import TEXT_SEARCH_DICTIONARY
from pgmig.kinds.text_search_parser import TEXT_SEARCH_PARSER
from pgmig.kinds.text_search_template import TEXT_SEARCH_TEMPLATE
from pgmig.kinds.transform import TRANSFORM
from pgmig.kinds.trigger import TRIGGER
from pgmig.kinds.user_mapping import USER_MAPPING
from pgmig.kinds.view import VIEW
from pgmig.model import AnyKind, kind_by_name

KINDS: tuple[AnyKind, ...] = (
    SCHEMA,
    LANGUAGE,
    COLLATION,
    TRANSFORM,
    EXTENSION,
    CAST,
    SHELL_TYPE,
    BASE_TYPE,
    ENUM,
    COMPOSITE_TYPE,
    RANGE_TYPE,
    DOMAIN,
    DOMAIN_CONSTRAINT,
    ROUTINE,
    AGGREGATE,
    ACCESS_METHOD,
    OPERATOR,
    OPERATOR_FAMILY,
    FAMILY_OPERATOR,
    FAMILY_FUNCTION,
    OPERATOR_CLASS,
    CONVERSION,
    TEXT_SEARCH_PARSER,
    TEXT_SEARCH_TEMPLATE,
    TEXT_SEARCH_DICTIONARY,
    TEXT_SEARCH_CONFIGURATION,
    FOREIGN_DATA_WRAPPER,
    FOREIGN_SERVER,
    USER_MAPPING,
    SEQUENCE,
    TABLE,
    FOREIGN_TABLE,
    KEY,
    INDEX,
    STATISTICS,
    CHECK,
    VIEW,
    MATERIALIZED_VIEW,
    RULE,
    TRIGGER,
    FOREIGN_KEY,
    POLICY,
    PUBLICATION,
    DEFAULT_PRIVILEGES,
    EVENT_TRIGGER,
)
CLUSTER_KINDS: tuple[AnyKind, ...] = (ROLE, MEMBERSHIP)
"""What belongs to the cluster: read when asked for, and made before all else."""

KIND_BY_NAME = kind_by_name((*CLUSTER_KINDS, *KINDS))

__all__ = ["CLUSTER_KINDS", "KINDS", "KIND_BY_NAME"]
