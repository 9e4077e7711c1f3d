"""The names of columns, by relation and number."""

from typing import LiteralString

from pgmig.db import Connection, fetch

# Those of other relations are read with them.
_OTHERS: LiteralString = """
SELECT a.attrelid, a.attnum, a.attname
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
 WHERE c.oid >= 16384 AND c.relkind = 'c' AND a.attnum > 0
"""


class Columns(dict[int, dict[int, str]]):
    """The names of columns, by the relation's OID and the column's number (attnum).

    What the reading of tables, views and the like has not told is asked for when it is wanted.
    """

    def __init__(self, conn: Connection) -> None:
        """Nothing is known yet.

        Args:
            conn: a session inside `db.reading`.
        """
        super().__init__()
        self._conn = conn
        self._is_whole = False

    def add(self, relation: int, number: int, name: str) -> None:
        """Say what a column is called."""
        if relation in self:
            self[relation][number] = name
        else:
            self[relation] = {number: name}

    def __missing__(self, relation: int) -> dict[int, str]:
        """The columns of a relation that was not told of; none of one without columns."""
        if not self._is_whole:
            self._is_whole = True
            for other, number, name in fetch(self._conn, _OTHERS)[1]:
                self.add(other, number, name)
        return self.setdefault(relation, {})
