"""One server at one moment, read into a Snapshot."""

from pgmig.catalog.reader import read

__all__ = ["read"]
