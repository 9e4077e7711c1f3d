"""pgmig: versioned migrations for PostgreSQL, proved before they are written."""

__version__ = "0.1.0"
