"""What an object carries besides its definition: owner, privileges, comment, security labels.

Lost in every DROP and CREATE, so each kind makes them with the object and alters them alike.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec

from pgmig import ddl
from pgmig.ddl.bestowed import taken_back
from pgmig.model import (
    Around,
    Edge,
    FieldSpec,
    ObjectKey,
    Privilege,
    Record,
    Statement,
    altered,
)

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class Carried(Generic[R]):
    """The statements for a kind's fields `owner`, `privileges`, `comment` and `labels`.

    Attributes:
        subject: as in `ALTER subject name OWNER TO` and `COMMENT ON subject name`; a function of
            the record where one kind has several.
        target: the name that follows it, with input types or `ON table` where the kind needs them.
        key: the object's key.
        grants_on: the subject in GRANT where it is another, as TABLE for views; "" when the kind
            has no privileges.
        grants_target: the name in GRANT where it is written differently.
        has_owner: false for kinds that belong to their table's owner.
        has_extensions: true for kinds with `DEPENDS ON EXTENSION`, the field `extensions`.
        has_labels: true for kinds that take security labels, the field `labels`.
        has_columns: true for relations, whose columns have privileges of their own.
    """

    subject: str | Callable[[R], str]
    target: Callable[[R], "ddl.Node"]
    key: Callable[[R], ObjectKey]
    grants_on: str | Callable[[R], str] = ""
    grants_target: Callable[[R], "ddl.Node"] | None = None
    has_owner: bool = True
    has_extensions: bool = False
    has_labels: bool = False
    has_columns: bool = False

    def made(self, record: Any) -> Sequence[Statement]:
        """What follows the CREATE of `record`."""
        key, subject, target = self.key(record), _word(self.subject, record), self.target(record)
        statements: list[Statement] = []
        if self.has_owner:
            statements.append(ddl.owner(key, subject, target, record.owner))
        if self.grants_on:
            statements += self._grants(record, ())
        if self.has_extensions:
            statements += self._extensions(record, (), record.extensions or ())
        if self.has_labels:
            statements += ddl.labels(key, subject, target, (), record.labels or ())
        statements += ddl.comment(key, subject, target, record.comment)
        return statements

    def handed_over(self, record: Any, role: str) -> Sequence[Statement]:
        """`OWNER TO role`."""
        subject = _word(self.subject, record)
        return (ddl.owner(self.key(record), subject, self.target(record), role),)

    def bestowed(self, record: Any, around: Around) -> Sequence[Statement]:
        """What takes back what default privileges did to `record`, after all of `made`."""
        subject, key = _word(self.grants_on, record), self.key(record)
        bestowals = around.bestowed_in(key.schema)
        changes = taken_back(subject, record.owner, record.privileges or (), bestowals)
        revoked = {_identity(each) for each in changes if not each.is_held}
        return (
            *ddl.privileges(
                key,
                subject,
                (self.grants_target or self.target)(record),
                changes,
                owned_by=record.owner,
            ),
            *self._columns_granted_again(record, revoked),
        )

    def renamed(self, record: Any, column: str, name: str) -> Sequence[Statement] | None:
        """`RENAME TO name`; None for a column, which none of these kinds has."""
        if column:
            return None
        subject, target = _word(self.subject, record), self.target(record)
        return (
            ddl.statement(self.key(record), "ALTER", subject, target, "RENAME TO", ddl.ident(name)),
        )

    def extended(self, record: Any, extensions: Sequence[str]) -> Sequence[Statement]:
        """`DEPENDS ON EXTENSION` for each of `extensions`."""
        return self._extensions(record, (), extensions)

    def freed(self, record: R, edges: Iterable[Edge]) -> tuple[R, Sequence[Statement]]:
        """The record without the extensions of `edges` (type x), and `NO DEPENDS` that frees it."""
        names = {edge.target.name for edge in edges if edge.type == "x"}
        held: tuple[str, ...] = getattr(record, "extensions", None) or ()
        kept = tuple(each for each in held if each not in names)
        statements = self._extensions(record, held, kept)
        return msgspec.structs.replace(record, extensions=kept or None), statements

    def made_for_columns(self, record: Any) -> Sequence[Statement]:
        """Privileges and comments of the columns of a relation just made."""
        key, target, statements = self.key(record), self.target(record), list[Statement]()
        for column in record.columns:
            statements += ddl.privileges(
                key,
                _word(self.grants_on, record),
                target,
                column.privileges or (),
                owned_by=record.owner,
                column=column.name,
            )
            name = f"{ddl.qualified(record.schema, record.name)}.{ddl.ident_text(column.name)}"
            statements += ddl.labels(key, "COLUMN", name, (), column.labels or ())
            statements += ddl.comment(key, "COLUMN", name, column.comment)
        return statements

    def changed_for_columns(self, old: Any, new: Any) -> Sequence[Statement]:
        """From the columns of `old` to those of `new`: privileges, labels, comments.

        It belongs after `rows`: what the old owner granted is the new one's by then.
        """
        before = {column.name: column for column in old.columns}
        key, subject, target = self.key(new), _word(self.grants_on, new), self.target(new)
        statements: list[Statement] = []
        for column in new.columns:
            was = before.get(column.name)
            statements += ddl.privilege_change(
                key,
                subject,
                target,
                privileges_after(was, old, new),
                column.privileges or (),
                owned_by=new.owner,
                column=column.name,
                keeps_own=False,
            )
            name = f"{ddl.qualified(new.schema, new.name)}.{ddl.ident_text(column.name)}"
            labels = (was.labels if was else None) or ()
            statements += ddl.labels(key, "COLUMN", name, labels, column.labels or ())
            if column.comment != (was.comment if was else None):
                statements += ddl.comment_change(key, "COLUMN", name, column.comment)
        return statements

    def rows(self) -> tuple[FieldSpec, ...]:
        """The field rows that alter them in place."""
        rows = [altered("comment", by=self._comment)]
        if self.has_owner and self.grants_on:
            rows.append(altered("owner", "privileges", by=self._owner_and_privileges))
        elif self.has_owner:
            rows.append(altered("owner", by=self._owner))
        elif self.grants_on:
            rows.append(altered("privileges", by=self._privileges))
        if self.has_extensions:
            rows.append(altered("extensions", by=self._extension_change))
        if self.has_labels:
            rows.append(altered("labels", by=self._labels))
        return tuple(rows)

    def _owner(self, _: Any, new: Any) -> Sequence[Statement]:
        subject = _word(self.subject, new)
        return (ddl.owner(self.key(new), subject, self.target(new), new.owner),)

    def _owner_and_privileges(self, old: Any, new: Any) -> Sequence[Statement]:
        if old.owner == new.owner:
            return self._privileges(old, new)
        inherited = [
            each
            for each in _handed_over(old.privileges or (), old.owner, new.owner)
            if each.is_grantable
            or not each.is_held
            or not each.grantor == each.grantee == new.owner
        ]
        return (
            *self._owner(old, new),
            *self._grants(new, inherited),
            *self._granted_again(new, inherited),
        )

    def _privileges(self, old: Any, new: Any) -> Sequence[Statement]:
        held = old.privileges or ()
        return (*self._grants(new, held), *self._granted_again(new, held))

    def _grants(self, new: Any, held: Sequence[Privilege]) -> Sequence[Statement]:
        """From `held` to the privileges of `new`."""
        return ddl.privilege_change(
            self.key(new),
            _word(self.grants_on, new),
            (self.grants_target or self.target)(new),
            held,
            new.privileges or (),
            owned_by=new.owner,
        )

    def _granted_again(self, new: Any, held: Sequence[Privilege]) -> Sequence[Statement]:
        """What REVOKE on the whole relation takes from its columns too (catalog.md 1.20)."""
        kept = {*(new.privileges or ())}
        revoked = {_identity(each) for each in held if each.is_held and each not in kept}
        revoked |= {_identity(each) for each in kept if not each.is_held and each not in held}
        return self._columns_granted_again(new, revoked)

    def _columns_granted_again(
        self, new: Any, revoked: Collection[tuple[str, str, str]]
    ) -> Sequence[Statement]:
        if not self.has_columns:
            return ()
        return tuple(
            statement
            for column in new.columns
            for statement in ddl.privileges(
                self.key(new),
                _word(self.grants_on, new),
                self.target(new),
                [each for each in column.privileges or () if _identity(each) in revoked],
                owned_by=new.owner,
                column=column.name,
            )
        )

    def _extension_change(self, old: Any, new: Any) -> Sequence[Statement]:
        return self._extensions(new, old.extensions or (), new.extensions or ())

    def _extensions(
        self, record: Any, old: Sequence[str], new: Sequence[str]
    ) -> Sequence[Statement]:
        key, target = self.key(record), self.target(record)
        changes = [("NO DEPENDS", each) for each in old if each not in new]
        changes += [("DEPENDS", each) for each in new if each not in old]
        return tuple(
            ddl.statement(
                key,
                "ALTER",
                _word(self.subject, record),
                target,
                f"{change} ON EXTENSION",
                ddl.ident(extension),
                # DROP EXTENSION takes along what depends on it.
                phase="release" if change == "NO DEPENDS" else "change",
            )
            for change, extension in changes
        )

    def _comment(self, _: Any, new: Any) -> Sequence[Statement]:
        subject = _word(self.subject, new)
        return ddl.comment_change(self.key(new), subject, self.target(new), new.comment)

    def _labels(self, old: Any, new: Any) -> Sequence[Statement]:
        subject = _word(self.subject, new)
        held = old.labels or ()
        return ddl.labels(self.key(new), subject, self.target(new), held, new.labels or ())


def _word(word: str | Callable[[Any], str], record: Any) -> str:
    return word if isinstance(word, str) else word(record)


def _identity(privilege: Privilege) -> tuple[str, str, str]:
    return (privilege.grantor, privilege.grantee, privilege.privilege)


def privileges_after(part: Any, old: Any, new: Any) -> Sequence[Privilege]:
    """The privileges of a column or sequence once the relation is the new owner's."""
    held = (part.privileges if part else None) or ()
    return held if old.owner == new.owner else _handed_over(held, old.owner, new.owner)


def _handed_over(held: Iterable[Privilege], old: str, new: str) -> Sequence[Privilege]:
    """The privileges after `OWNER TO new`, which renames the old owner in every entry.

    What the new owner was granted before joins with what it has as owner (aclnewowner, acl.c).
    """
    found: dict[tuple[str, str, str], Privilege] = {}
    for each in held:
        renamed = msgspec.structs.replace(
            each,
            grantor=new if each.grantor == old else each.grantor,
            grantee=new if each.grantee == old else each.grantee,
        )
        identity = _identity(renamed)
        if identity not in found or renamed.is_held:
            found[identity] = renamed
    return list(found.values())
