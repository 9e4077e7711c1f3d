"""Two databases of one major, read at once to be compared."""

from concurrent.futures import ThreadPoolExecutor

from pgmig.catalog.reader import read
from pgmig.catalog.rows import Made
from pgmig.db import Connection
from pgmig.model import Snapshot, uncollected


def read_pair(old: Connection, new: Connection) -> tuple[Snapshot, Snapshot]:
    """Both databases whole. What they have alike is one record in both.

    Their edges are left until they are asked for: the caller began `db.reading` in both sessions,
    and asks before it ends.

    Raises:
        ReadFailed: a server refused a query.
    """
    made = Made(is_shared=True)
    with uncollected(), ThreadPoolExecutor(1, "pgmig-pair") as pool:
        other = pool.submit(read, new, is_lazy=True, like=made)
        try:
            return read(old, is_lazy=True, like=made), other.result()
        except BaseException:
            new.cancel_safe(timeout=5)
            raise
