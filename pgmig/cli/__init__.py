"""The command line: the only room with click and rich, one file per command."""
