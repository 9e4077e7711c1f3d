"""The words of pgmig: records, keys, kinds, statements, snapshots. No server, no SQL."""

from pgmig.errors.consent import CONSENT, Consent
from pgmig.model import wholes
from pgmig.model.grants import with_neutral_grants
from pgmig.model.ignored import Ignored, Need, Unmodelled
from pgmig.model.key import ObjectKey
from pgmig.model.kind import (
    AnyKind,
    Around,
    Bestowal,
    Cut,
    FieldSpec,
    Kind,
    LetGo,
    Part,
    Query,
    altered,
    altered_around,
    kind_by_name,
    replaced,
    unplanned,
)
from pgmig.model.memory import uncollected
from pgmig.model.record import Label, Privilege, Record
from pgmig.model.roles import roles_named
from pgmig.model.snapshot import Edge, EdgeRow, Edges, Snapshot
from pgmig.model.statement import Hazard, HazardName, Mode, Phase, Statement

__all__ = [
    "CONSENT",
    "AnyKind",
    "Around",
    "Bestowal",
    "Consent",
    "Cut",
    "Edge",
    "EdgeRow",
    "Edges",
    "FieldSpec",
    "Hazard",
    "HazardName",
    "Ignored",
    "Kind",
    "Label",
    "LetGo",
    "Mode",
    "Need",
    "ObjectKey",
    "Part",
    "Phase",
    "Privilege",
    "Query",
    "Record",
    "Snapshot",
    "Statement",
    "Unmodelled",
    "altered",
    "altered_around",
    "kind_by_name",
    "replaced",
    "roles_named",
    "uncollected",
    "unplanned",
    "wholes",
    "with_neutral_grants",
]
