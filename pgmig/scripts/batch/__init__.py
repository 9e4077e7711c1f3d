"""Statements that run in batches: the directive, and the text with a condition on the key."""
