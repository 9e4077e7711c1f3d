"""Throw-away databases and the local server that holds them."""
