"""The type of an identity's sequence: its column's, but for one that ALTER SEQUENCE AS set."""

import msgspec

from pgmig.kinds.table.record import Identity

TOP: dict[str, int] = {"smallint": 2**15 - 1, "integer": 2**31 - 1, "bigint": 2**63 - 1}
"""The types a sequence may have, and the largest number of each."""


def retyped(identity: Identity, type_: str) -> Identity:
    """An identity once its column has another type: bounds that were the old type's follow."""
    old, new = TOP[identity.type], TOP.get(type_)
    if new is None:
        return identity
    return msgspec.structs.replace(
        identity,
        type=type_,
        maximum=new if identity.maximum == old else identity.maximum,
        minimum=-new - 1 if identity.minimum == -old - 1 else identity.minimum,
    )


def as_made(identity: Identity, type_: str) -> Identity:
    """An identity as GENERATED makes it, which gives the sequence the column's type."""
    made = retyped(identity, type_)
    top = TOP[made.type]
    maximum, minimum = min(made.maximum, top), max(made.minimum, -top - 1)
    start = min(max(made.start, minimum), maximum)
    return msgspec.structs.replace(made, maximum=maximum, minimum=minimum, start=start)
