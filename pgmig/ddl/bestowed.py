"""What default privileges give and take at an object's creation, undone (catalog.md 1.20).

They are those of the role that runs CREATE, which nobody knows beforehand. GRANT of what is held
and REVOKE of what is not change nothing, so the same statements are right for every role.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from pgmig.model import Bestowal, Privilege

# pg_default_acl.defaclobjtype by the word that GRANT ON takes.
_SORTS = {
    "TABLE": "r",
    "SEQUENCE": "S",
    "FUNCTION": "f",
    "PROCEDURE": "f",
    "TYPE": "T",
    "DOMAIN": "T",
    "SCHEMA": "n",
}

# What a new object gives PUBLIC (acldefault, acl.c); its owner has all.
_OF_PUBLIC = {"f": "EXECUTE", "T": "USAGE"}


def taken_back(
    subject: str, owner: str, held: Sequence[Privilege], bestowals: Iterable[Bestowal]
) -> Sequence[Privilege]:
    """What to revoke and grant once an object is made, its owner's and has the grants of `held`.

    Args:
        subject: the word after GRANT .. ON, as TABLE.
        owner: of the object; OWNER TO has put it in the place of the role that made the object.
        held: the object's privileges, as differences from the owner's default.
        bestowals: those for objects of any sort in the object's schema.
    """
    sort = _SORTS[subject]
    said = {(each.grantor, each.grantee, each.privilege): each for each in held}
    groups: dict[tuple[str, str], list[Privilege]] = defaultdict(list)
    for bestowal in bestowals:
        for each in bestowal.privileges if bestowal.on == sort else ():
            grantee = owner if each.grantee == each.grantor else each.grantee
            groups[grantee, each.privilege].append(each)
    changes: list[Privilege] = []
    for (grantee, privilege), group in groups.items():
        wanted = said.get((owner, grantee, privilege))
        is_usual = grantee == owner or (grantee == "public" and privilege == _OF_PUBLIC.get(sort))
        if wanted is None:
            wanted = Privilege(
                grantor=owner,
                grantee=grantee,
                privilege=privilege,
                is_grantable=False,
                is_held=is_usual,
            )
        elif not wanted.is_held or wanted.is_grantable:
            continue  # what made the object has revoked or granted it
        changes += _changes(wanted, group)
    return changes


def _changes(wanted: Privilege, group: Sequence[Privilege]) -> Sequence[Privilege]:
    """From whatever `group` may have left to `wanted`, which is not grantable."""
    lost = msgspec.structs.replace(wanted, is_held=False)
    if not wanted.is_held:
        return (lost,) if any(each.is_held for each in group) else ()
    if any(each.is_grantable for each in group):
        return (lost, wanted)
    return () if all(each.is_held for each in group) else (wanted,)
