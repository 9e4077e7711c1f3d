"""One server at one moment, read into a Snapshot."""

from pgmig.catalog.pair import read_pair
from pgmig.catalog.reader import read

__all__ = ["read", "read_pair"]
