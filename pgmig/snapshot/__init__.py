"""A Snapshot on disk: JSON, SQL."""
