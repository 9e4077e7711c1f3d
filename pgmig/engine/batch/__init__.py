"""A statement in batches: each one transaction, with how far it came in the history.

The rows are those of one table, in the order of a unique key. A batch ends at the key of its last
row, which is asked for before; the statement runs for the keys between. The last batch has no end,
so that what came in beyond the last row meanwhile is in it. A row is done by the one transaction
that also moves the cursor over it: a runner that dies leaves none out and does none twice.
"""

from pgmig.engine.batch.batches import Batches

__all__ = ["Batches"]
