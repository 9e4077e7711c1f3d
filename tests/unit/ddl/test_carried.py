"""Owner and privileges, changed together and apart."""

from pgmig.ddl.build import raw
from pgmig.ddl.common import privilege_change
from pgmig.kinds.schema import SCHEMA, Schema
from pgmig.model import ObjectKey, Privilege
from pgmig.plan.compare import changed_rows

KEY = ObjectKey("schema", "", "s")


def privilege(
    grantee: str,
    *,
    grantor: str = "a",
    name: str = "USAGE",
    is_grantable: bool = False,
    is_held: bool = True,
) -> Privilege:
    return Privilege(
        grantee=grantee,
        privilege=name,
        grantor=grantor,
        is_grantable=is_grantable,
        is_held=is_held,
    )


def change(old: list[Privilege], new: list[Privilege], owner: str = "a") -> list[str]:
    made = privilege_change(KEY, "SCHEMA", raw("s"), old, new, owned_by=owner)
    return [statement.sql for statement in made]


def schema(owner: str, *privileges: Privilege) -> Schema:
    return Schema(name="s", owner=owner, privileges=privileges or None, comment=None)


def altered(old: Schema, new: Schema) -> list[str]:
    rows = changed_rows(old, new, SCHEMA.key(new))
    return [statement.sql for row in rows if row.by for statement in row.by(old, new)]


def test_what_was_granted_is_revoked_before_other_things_are_granted() -> None:
    assert change([privilege("b")], [privilege("c")]) == [
        "REVOKE USAGE ON SCHEMA s FROM b",
        "GRANT USAGE ON SCHEMA s TO c",
    ]


def test_a_default_that_was_revoked_is_granted_again() -> None:
    assert change([privilege("public", is_held=False)], []) == ["GRANT USAGE ON SCHEMA s TO PUBLIC"]


def test_a_grant_option_is_taken_back_by_revoking_and_granting() -> None:
    assert change([privilege("b", is_grantable=True)], [privilege("b")]) == [
        "REVOKE USAGE ON SCHEMA s FROM b",
        "GRANT USAGE ON SCHEMA s TO b",
    ]


def test_grants_follow_their_grantors_and_revokes_precede_them() -> None:
    chain = [
        privilege("b", is_grantable=True),
        privilege("c", grantor="b", is_grantable=True),
        privilege("d", grantor="c"),
    ]
    assert change([], chain) == [
        "GRANT USAGE ON SCHEMA s TO b WITH GRANT OPTION",
        "SET LOCAL ROLE b",
        "GRANT USAGE ON SCHEMA s TO c WITH GRANT OPTION",
        "RESET ROLE",
        "SET LOCAL ROLE c",
        "GRANT USAGE ON SCHEMA s TO d",
        "RESET ROLE",
    ]
    assert change(chain, []) == [
        "SET LOCAL ROLE c",
        "REVOKE USAGE ON SCHEMA s FROM d",
        "RESET ROLE",
        "SET LOCAL ROLE b",
        "REVOKE USAGE ON SCHEMA s FROM c",
        "RESET ROLE",
        "REVOKE USAGE ON SCHEMA s FROM b",
    ]


def test_an_owner_whose_grant_option_goes_keeps_the_privilege() -> None:
    assert change([privilege("a", is_grantable=True)], []) == [
        "REVOKE USAGE ON SCHEMA s FROM a",
        "GRANT USAGE ON SCHEMA s TO a",
    ]


def test_a_new_owner_takes_over_what_the_old_one_granted() -> None:
    old = schema("a", privilege("public", grantor="a"))
    new = schema("b", privilege("public", grantor="b"))
    assert altered(old, new) == ["ALTER SCHEMA s OWNER TO b"]


def test_what_the_new_owner_was_granted_becomes_part_of_owning() -> None:
    assert altered(schema("a", privilege("b")), schema("b")) == ["ALTER SCHEMA s OWNER TO b"]


def test_privileges_that_differ_after_the_new_owner_took_over_are_changed() -> None:
    old = schema("a", privilege("public"), privilege("c"))
    new = schema("b", privilege("public", grantor="b"), privilege("d", grantor="b"))
    assert altered(old, new) == [
        "ALTER SCHEMA s OWNER TO b",
        "REVOKE USAGE ON SCHEMA s FROM c",
        "GRANT USAGE ON SCHEMA s TO d",
    ]


def test_the_owner_is_left_alone_when_only_privileges_differ() -> None:
    assert altered(schema("a"), schema("a", privilege("b"))) == ["GRANT USAGE ON SCHEMA s TO b"]
