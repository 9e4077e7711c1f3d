"""What running scripts costs, beside psql, dbmate and Alembic in the same run.

    python -m benchmarks.apply [--major 18] [--rounds 5] [--large-rounds 2]
        [--scripts 1000] [--megabytes 200] [--distant-scripts 100] [--latency 5 20]
        [--only small large distant]

- small: many small scripts; the same when there is nothing to do; how long it takes to start.
- large: one script of one-row INSERTs, of 500-row INSERTs, of COPY data.
- distant: round trips, and what they cost when each takes some milliseconds longer.

The peers are installed into .bench/apply, which git ignores. How costs are taken:
benchmarks/contest.py.
"""
