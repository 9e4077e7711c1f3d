"""Comments and security labels: pg_description and pg_seclabel, each read once for all objects."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import LiteralString

from pgmig.db import Connection, fetch
from pgmig.model import Label

Place = tuple[str, int, int]
"""A catalog's name, a row's OID, and the number of a column or 0 for the whole object."""

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
    """What is said of objects, by their place in the catalogs."""

    comment: Mapping[Place, str]
    labels: Mapping[Place, tuple[Label, ...]]


def annotations(conn: Connection) -> Annotations:
    """Every comment and security label of the database.

    Args:
        conn: a session inside `db.reading`.
    """
    comments = {(row[0], row[1], row[2]): row[3] for row in fetch(conn, _COMMENTS)[1]}
    labels: dict[Place, tuple[Label, ...]] = defaultdict(tuple)
    for class_, oid, number, provider, label in fetch(conn, _LABELS)[1]:
        labels[class_, oid, number] += (Label(provider=provider, label=label),)
    return Annotations(comments, dict(labels))
