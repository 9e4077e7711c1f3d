"""What pgmig costs, as ratios to a peer in the same run."""
