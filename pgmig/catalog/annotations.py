"""Comments and security labels: pg_description and pg_seclabel, each read once for all objects."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import LiteralString

from pgmig.db import Connection, fetch
from pgmig.model import Label

# Objects made by initdb have lower OIDs, save the schema public (catalog.md 0.4). One OID stands
# for different objects of different catalogs.
_COMMENTS: LiteralString = """
SELECT c.relname, d.objoid, d.objsubid, d.description
  FROM pg_description d JOIN pg_class c ON c.oid = d.classoid
 WHERE d.objoid >= 16384 OR d.objoid = 2200
"""
_LABELS: LiteralString = """
SELECT c.relname, l.objoid, l.objsubid, l.provider, l.label
  FROM pg_seclabel l JOIN pg_class c ON c.oid = l.classoid
 ORDER BY l.provider
"""


@dataclass(frozen=True, slots=True)
class Annotations:
    """What is said of objects: by catalog, then by OID and number of a column (0: the whole)."""

    comments: Mapping[str, Mapping[tuple[int, int], str]]
    labels: Mapping[str, Mapping[tuple[int, int], tuple[Label, ...]]]

    def of(self, field: str, class_: str) -> Mapping[tuple[int, int], object]:
        """What a record's field, `comment` or `labels`, is to hold for the rows of a catalog."""
        return (self.labels if field == "labels" else self.comments).get(class_, {})


def annotations(conn: Connection) -> Annotations:
    """Every comment and security label of the database.

    Args:
        conn: a session inside `db.reading`.
    """
    comments: defaultdict[str, dict[tuple[int, int], str]] = defaultdict(dict)
    for class_, oid, number, text in fetch(conn, _COMMENTS)[1]:
        comments[class_][oid, number] = text
    labels: defaultdict[str, dict[tuple[int, int], tuple[Label, ...]]] = defaultdict(dict)
    for class_, oid, number, provider, label in fetch(conn, _LABELS)[1]:
        held = labels[class_].get((oid, number), ())
        labels[class_][oid, number] = (*held, Label(provider=provider, label=label))
    return Annotations(comments, labels)
