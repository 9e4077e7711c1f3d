"""The only room with sqlglot: quoting, builders, rendering."""
