"""The migrations directory: names, headers, checksums, statements."""
