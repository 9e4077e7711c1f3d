"""A Snapshot's fingerprint: equal schemas on one major have equal fingerprints."""

import hashlib

import msgspec

from pgmig.model import Snapshot


def fingerprint(snapshot: Snapshot) -> str:
    """SHA-256, in hexadecimal, over every object's key and fields in key order.

    It speaks for the server's major version: PostgreSQL prints some expressions differently from
    one major to the next (catalog.md 0.3). Edges follow from the objects and are left out.
    """
    digest = hashlib.sha256()
    for key, record in snapshot.objects.items():
        digest.update(msgspec.json.encode((key, record)))
        digest.update(b"\n")
    return digest.hexdigest()
