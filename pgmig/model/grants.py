"""Privileges on relations as every major states them: MAINTAIN is one from 17 on."""

from collections import defaultdict
from typing import TypeVar

import msgspec

from pgmig.model.record import Privilege, Record

R = TypeVar("R", bound=Record)

_FIRST = 17  # the first major with MAINTAIN

# GRANT ALL ON TABLE before 17 (manual, "Privileges").
_ALL = {"SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"}


def with_neutral_grants(record: R, major: int) -> R | None:
    """A relation without its MAINTAIN entries, which belong to ALL; None when one does not.

    Whoever holds, or lost, all privileges on 16 holds or lost MAINTAIN too once the same statement
    has run on 17.

    Args:
        record: with a field `privileges`.
        major: the server's that it was read on.
    """
    given: tuple[Privilege, ...] = getattr(record, "privileges", None) or ()
    if major < _FIRST or not given:
        return record
    groups: dict[tuple[str, str, bool], list[Privilege]] = defaultdict(list)
    for each in given:
        groups[each.grantee, each.grantor, each.is_held].append(each)
    for group in groups.values():
        names = {each.privilege for each in group}
        is_even = len({each.is_grantable for each in group}) == 1
        if ("MAINTAIN" in names and not (is_even and names >= _ALL)) or names == _ALL:
            return None
    kept = tuple(each for each in given if each.privilege != "MAINTAIN")
    return msgspec.structs.replace(record, privileges=kept)
