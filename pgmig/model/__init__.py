"""The words of pgmig: records, keys, kinds, statements, snapshots. No server, no SQL."""

from pgmig.model.grants import with_neutral_grants
from pgmig.model.ignored import Ignored, Need, Unmodelled
from pgmig.model.key import ObjectKey
from pgmig.model.kind import (
    AnyKind,
    Cut,
    FieldSpec,
    Kind,
    Part,
    Query,
    altered,
    kind_by_name,
    replaced,
    unplanned,
)
from pgmig.model.memory import uncollected
from pgmig.model.record import Label, Privilege, Record
from pgmig.model.roles import roles_named
from pgmig.model.snapshot import Edge, Edges, Snapshot
from pgmig.model.statement import Hazard, Statement

__all__ = [
    "AnyKind",
    "Cut",
    "Edge",
    "Edges",
    "FieldSpec",
    "Hazard",
    "Ignored",
    "Kind",
    "Label",
    "Need",
    "ObjectKey",
    "Part",
    "Privilege",
    "Query",
    "Record",
    "Snapshot",
    "Statement",
    "Unmodelled",
    "altered",
    "kind_by_name",
    "replaced",
    "roles_named",
    "uncollected",
    "unplanned",
    "with_neutral_grants",
]
