"""What putting rows there costs, beside psql's \\copy of the same file in the same run.

    python -m benchmarks.seed [--major 18] [--rounds 3] [--rows 1000000]

- first time: `pgmig seed` and `\\copy` into an empty table with a primary key.
- again: one row in a hundred changed, then none, beside the first time.
- memory: of the client with all rows, beside that with a tenth of them.

Each run gets a database of its own, copied from a template. How costs are taken:
benchmarks/contest.py.
"""
