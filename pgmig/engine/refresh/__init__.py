"""Materialized views: which there are, whose rows are old, and refreshing them in order."""
