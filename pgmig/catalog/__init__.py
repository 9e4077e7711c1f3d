"""One server at one moment, read into a Snapshot."""
