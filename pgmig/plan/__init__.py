"""Two snapshots in, ordered statements out."""
