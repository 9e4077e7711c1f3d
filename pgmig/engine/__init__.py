"""History, locks and the runner that applies scripts."""
