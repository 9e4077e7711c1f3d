"""Table constraints: pg_constraint. CHECK, keys and foreign keys are three kinds of one record.

They are kinds of their own so that keys are made after all tables and foreign keys after all
keys: cycles of foreign keys dissolve. A NOT NULL constraint belongs to its column (table.py), a
constraint trigger to the triggers, a domain's to the domain.
"""

from pgmig.kinds.constraint import alters, online, parts
from pgmig.kinds.constraint.query import facets, query
from pgmig.kinds.constraint.record import (
    CARRIED,
    Constraint,
    create_check,
    create_foreign_key,
    create_key,
    drop,
)
from pgmig.model import Kind, altered, altered_around, replaced

_INDEX = ("options", "tablespace", "is_clustered", "is_replica_identity", "index_comment")

CHECK = Kind(
    name="check",
    record=Constraint,
    classid="pg_constraint",
    query=query("'c'"),
    facets=facets("'c'"),
    create=create_check,
    drop=drop,
    identity=("schema", "table", "name"),
    parent="table",
    drops_with_owner=True,
    fields=(
        # ALTER CONSTRAINT is for foreign keys only, on 18 too.
        replaced("definition", "predicate", "is_on_partitioned"),
        replaced("is_deferrable", "is_deferred", "is_enforced", "part_of", *_INDEX),
        altered_around("is_valid", "is_local", "is_parent_valid", by=alters.set_check),
        *CARRIED.rows(),
    ),
    rebuilt=alters.nothing,
    create_online=online.check,
    before_joining=parts.check_before_joining,
    comes_along=parts.is_check_inherited,
    drop_around=parts.drop_check,
    rename=alters.rename,
)

KEY = Kind(
    name="key",
    record=Constraint,
    classid="pg_constraint",
    query=query("'p', 'u', 'x'"),
    facets=facets("'p', 'u', 'x'"),
    create=create_key,
    drop=drop,
    identity=("schema", "table", "name"),
    parent="table",
    drops_with_owner=True,
    fields=(
        replaced("definition", "predicate", "is_on_partitioned"),
        replaced("is_deferrable", "is_deferred", "is_enforced", "is_valid"),
        replaced("is_local", "is_parent_valid"),
        altered_around("part_of", by=alters.set_part),
        altered("options", by=alters.set_options),
        altered("tablespace", by=alters.set_tablespace),
        altered_around("is_clustered", by=alters.set_clustered),
        altered("is_replica_identity", by=alters.set_replica_identity),
        altered("index_comment", by=alters.set_index_comment),
        *CARRIED.rows(),
    ),
    rebuilt=alters.rebuilt_key,
    create_online=online.key,
    before_joining=parts.key_before_joining,
    left_over=parts.exclusion_left_over,
    drop_around=parts.drop_key,
    rename=alters.rename,
)

FOREIGN_KEY = Kind(
    name="foreign key",
    record=Constraint,
    classid="pg_constraint",
    query=query("'f'"),
    facets=facets("'f'"),
    create=create_foreign_key,
    drop=drop,
    identity=("schema", "table", "name"),
    parent="table",
    drops_with_owner=True,
    fields=(
        replaced("definition", "predicate", "is_on_partitioned"),
        replaced("is_local", "is_parent_valid", "part_of", *_INDEX),
        altered_around(
            "is_deferrable", "is_deferred", "is_enforced", "is_valid", by=alters.set_foreign_key
        ),
        *CARRIED.rows(),
    ),
    create_online=online.foreign_key,
    left_over=parts.reference_left_over,
    let_go=parts.let_go_of_parts,
    rename=alters.rename,
)
