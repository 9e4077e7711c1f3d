"""What an object carries besides its definition: owner, privileges, comment.

Lost in every DROP and CREATE, so each kind makes them with the object and alters them alike.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pgmig import ddl
from pgmig.model import FieldSpec, ObjectKey, Record, Statement, altered

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class Carried(Generic[R]):
    """The statements for a kind's fields `owner`, `privileges` and `comment`.

    Attributes:
        subject: as in `ALTER subject name OWNER TO` and `COMMENT ON subject name`.
        target: the name that follows it, with input types or `ON table` where the kind needs them.
        key: the object's key.
        grants_on: the subject in GRANT where it is another, as TABLE for views; "" when the kind
            has no privileges.
        has_owner: false for kinds that belong to their table's owner.
    """

    subject: str
    target: Callable[[R], "ddl.Node"]
    key: Callable[[R], ObjectKey]
    grants_on: str = ""
    has_owner: bool = True

    def made(self, record: Any) -> Sequence[Statement]:
        """What follows the CREATE of `record`."""
        key, target = self.key(record), self.target(record)
        statements: list[Statement] = []
        if self.has_owner:
            statements.append(ddl.owner(key, self.subject, target, record.owner))
        if self.grants_on:
            statements += ddl.privileges(
                key, self.grants_on, target, record.privileges or (), owned_by=record.owner
            )
        statements += ddl.comment(key, self.subject, target, record.comment)
        return statements

    def rows(self) -> tuple[FieldSpec, ...]:
        """The field rows that alter them in place."""
        rows = [altered("comment", by=self._comment)]
        if self.has_owner:
            rows.append(altered("owner", by=self._owner))
        if self.grants_on:
            rows.append(altered("privileges", by=self._privileges))
        return tuple(rows)

    def _owner(self, _: Any, new: Any) -> Sequence[Statement]:
        return (ddl.owner(self.key(new), self.subject, self.target(new), new.owner),)

    def _privileges(self, old: Any, new: Any) -> Sequence[Statement]:
        return ddl.privilege_change(
            self.key(new),
            self.grants_on,
            self.target(new),
            old.privileges or (),
            new.privileges or (),
            owned_by=new.owner,
        )

    def _comment(self, _: Any, new: Any) -> Sequence[Statement]:
        return ddl.comment_change(self.key(new), self.subject, self.target(new), new.comment)
