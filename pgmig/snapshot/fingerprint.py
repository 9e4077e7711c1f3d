"""Fingerprints: of one object, and of a whole snapshot.

    f1:9c1e...        any major gives the same for the same schema
    f1-pg15:40af...   speaks for major 15 alone: it holds text or facts of that major's own

Equal schemas have equal fingerprints, whatever the database's name, its OIDs, or the order in which
it was made. Two fingerprints that begin alike can be compared; of two that do not, nothing follows.
The number after `f` counts the ways to make one.
"""

import hashlib
from collections.abc import Iterable, Iterator

import msgspec

from pgmig.kinds import KIND_BY_NAME
from pgmig.model import AnyKind, ObjectKey, Record, Snapshot
from pgmig.model.kind import FINGERPRINT_METHOD

_SHORT = 32  # hexadecimal digits of one object's

_json = msgspec.json.Encoder(order="sorted")  # fields by name: their order in the code is free


def of(record: Record, kind: AnyKind, major: int) -> str:
    """The fingerprint of one object.

    Args:
        record: the object.
        kind: its kind.
        major: the major version of the server that it was read on.
    """
    neutral = kind.neutral(record, major)
    of_major = None if neutral is not None else major
    fields = _json.encode((kind.name, record if neutral is None else neutral))
    return f"{_prefix(of_major)}:{hashlib.sha256(fields).hexdigest()[:_SHORT]}"


def each(snapshot: Snapshot) -> Iterator[tuple[ObjectKey, str]]:
    """Every object's key and fingerprint, in key order."""
    major = snapshot.major
    for key, record in snapshot.objects.items():
        yield key, of(record, KIND_BY_NAME[key.kind], major)


def whole(snapshot: Snapshot) -> str:
    """The fingerprint of a snapshot: it names a major if one of its objects' does.

    Edges follow from the objects and are left out, and so is what pgmig does not model.
    """
    return whole_of(each(snapshot), snapshot.major)


def whole_of(objects: Iterable[tuple[ObjectKey, str]], major: int) -> str:
    """The fingerprint of the snapshot whose objects have these, in key order."""
    digest = hashlib.sha256()
    names_major = False
    for key, fingerprint in objects:
        names_major = names_major or major_of(fingerprint) is not None
        digest.update(_json.encode((key, fingerprint)))
    return f"{_prefix(major if names_major else None)}:{digest.hexdigest()}"


def major_of(fingerprint: str) -> int | None:
    """The major version that a fingerprint speaks for, None when for all."""
    _, _, major = fingerprint.partition(":")[0].partition("-pg")
    return int(major) if major else None


def are_comparable(one: str, other: str) -> bool:
    """Whether it means something that two fingerprints differ."""
    return one.partition(":")[0] == other.partition(":")[0]


def _prefix(major: int | None) -> str:
    return FINGERPRINT_METHOD if major is None else f"{FINGERPRINT_METHOD}-pg{major}"
