"""What a record is on every major, and what only one says."""

import msgspec

from pgmig.kinds.table.neutral import neutral
from pgmig.kinds.table.record import Column, Identity, Table
from pgmig.model import Privilege

BEFORE_17 = ("DELETE", "INSERT", "REFERENCES", "SELECT", "TRIGGER", "TRUNCATE", "UPDATE")


def privileges(*names: str, is_grantable: bool = False) -> tuple[Privilege, ...]:
    return tuple(
        Privilege(
            grantee="reader", privilege=name, grantor="app", is_grantable=is_grantable, is_held=True
        )
        for name in names
    )


COLUMN = Column(
    name="a",
    type="integer",
    is_not_null=True,
    is_not_null_valid=True,
    is_not_null_no_inherit=False,
    is_not_null_local=True,
    is_local=True,
)
IDENTITY = Identity(
    is_always=True,
    name="t_a_seq",
    type="integer",
    start=1,
    increment=1,
    minimum=1,
    maximum=9,
    cache=1,
    cycle=False,
    is_unlogged=False,
)
TABLE = Table(
    schema="public",
    name="t",
    owner="app",
    columns=(COLUMN,),
    is_unlogged=False,
    has_row_security=False,
    forces_row_security=False,
)


def table(**fields: object) -> Table:
    return msgspec.structs.replace(TABLE, **fields)


def column(**fields: object) -> Column:
    return msgspec.structs.replace(COLUMN, **fields)


def test_all_privileges_are_all_on_every_major() -> None:
    before = table(privileges=privileges(*BEFORE_17))
    after = table(privileges=privileges(*BEFORE_17, "MAINTAIN"))
    assert neutral(before, 16) == before
    assert neutral(after, 17) == before


def test_a_part_of_the_privileges_that_only_17_has_is_of_its_major() -> None:
    some = table(privileges=privileges("SELECT"))
    assert neutral(some, 17) == some
    assert neutral(table(privileges=privileges("SELECT", "MAINTAIN")), 17) is None
    assert neutral(table(privileges=privileges(*BEFORE_17)), 17) is None
    mixed = privileges(*BEFORE_17) + privileges("MAINTAIN", is_grantable=True)
    assert neutral(table(privileges=mixed), 17) is None


def test_the_name_of_a_not_null_is_of_its_major_unless_it_is_inherited() -> None:
    named = table(columns=(column(not_null_name="nn"),))
    inherited = table(columns=(column(not_null_name="whole_a_not_null", is_not_null_local=False),))
    assert neutral(named, 18) is None
    assert neutral(inherited, 18) == TABLE


def test_the_default_name_of_a_childs_own_not_null_on_an_inherited_column_is_of_no_major() -> None:
    plain = table(columns=(column(is_local=False),))
    named = table(columns=(column(is_local=False, not_null_name="t_a_not_null"),))
    other = table(columns=(column(is_local=False, not_null_name="whole_a_not_null"),))
    assert neutral(named, 18) == plain == neutral(plain, 17)
    assert neutral(other, 18) is None


def test_an_identity_is_logged_as_its_table_is() -> None:
    logged = IDENTITY
    unlogged = msgspec.structs.replace(IDENTITY, is_unlogged=True)
    together = table(is_unlogged=True, columns=(column(identity=unlogged),))
    assert neutral(together, 14) == together
    assert neutral(table(is_unlogged=True, columns=(column(identity=logged),)), 15) is None
    assert neutral(table(columns=(column(identity=unlogged),)), 15) is None
