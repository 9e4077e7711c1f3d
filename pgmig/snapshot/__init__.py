"""A Snapshot on disk: JSON, and its fingerprint."""

from pgmig.snapshot.document import decode, encode
from pgmig.snapshot.fingerprint import whole as fingerprint

__all__ = ["decode", "encode", "fingerprint"]
