"""Record: the facts of one object, frozen, exactly as the catalog states them."""

import msgspec


class Record(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    gc=False,  # a record refers to no record that refers to it
):
    """Base of every record. What is None is left out of its JSON.

    A subclass writes `frozen=True, kw_only=True` out again: msgspec does not inherit `kw_only` and
    type checkers want `frozen` repeated.
    """


class Privilege(Record, frozen=True, kw_only=True, order=True):
    """One privilege in which an object differs from what its owner's default would give.

    `is_held` tells a grant (true) from a default that was revoked (false). A NULL acl and the
    explicit acl that GRANT followed by REVOKE leaves are therefore the same: no difference.
    """

    grantee: str  # "public" is PUBLIC: no role can have that name
    privilege: str
    grantor: str
    is_grantable: bool
    is_held: bool


class Label(Record, frozen=True, kw_only=True, order=True):
    """A security label: what a label provider, such as SELinux, says of an object."""

    provider: str
    label: str
