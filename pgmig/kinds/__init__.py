"""One file per kind of PostgreSQL object."""
