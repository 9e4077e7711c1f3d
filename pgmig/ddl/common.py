"""What many kinds share: comments, owners, privileges, options, sequence options."""

from collections.abc import Iterable, Sequence
from itertools import groupby

import msgspec

from pgmig.ddl.build import Piece, clause, ident, literal, raw, render
from pgmig.ddl.quote import ident as plain
from pgmig.ddl.quote import literal as quoted
from pgmig.model import Hazard, Label, Mode, ObjectKey, Phase, Privilege, Statement


def statement(
    touches: ObjectKey,
    *pieces: Piece | None,
    hazards: tuple[Hazard, ...] = (),
    column: str = "",
    phase: Phase = "change",
    mode: Mode = "",
) -> Statement:
    """The pieces rendered as one statement that touches one object."""
    sql = render(clause(*pieces))
    return Statement(sql, touches, hazards=hazards, column=column, phase=phase, mode=mode)


def action(
    touches: ObjectKey,
    subject: str,
    target: Piece,
    *pieces: Piece | None,
    hazards: tuple[Hazard, ...] = (),
    column: str = "",
    is_default: bool = False,
    phase: Phase = "change",
    mode: Mode = "",
) -> Statement:
    """`ALTER subject target` with one action, which may be joined with others of the same start."""
    start = render(clause("ALTER", subject, target))
    return Statement(
        f"{start} {render(clause(*pieces))}",
        touches,
        hazards=hazards,
        column=column,
        is_default=is_default,
        phase=phase,
        mode=mode,
        joins=start,
    )


def comment(
    touches: ObjectKey, subject: str, target: Piece, text: str | None
) -> Sequence[Statement]:
    """`COMMENT ON subject target IS text`; nothing when there is no comment."""
    if text is None:
        return ()
    return (statement(touches, "COMMENT ON", subject, target, "IS", literal(text)),)


def comment_change(
    touches: ObjectKey, subject: str, target: Piece, text: str | None
) -> Sequence[Statement]:
    """`COMMENT ON subject target IS text`, with NULL to remove it."""
    value = "NULL" if text is None else literal(text)
    return (statement(touches, "COMMENT ON", subject, target, "IS", value),)


def labels(
    touches: ObjectKey, subject: str, target: Piece, old: Sequence[Label], new: Sequence[Label]
) -> Sequence[Statement]:
    """`SECURITY LABEL FOR provider ON subject target IS label`, from `old` to `new`.

    The server runs them only where the provider's module is loaded (manual, SECURITY LABEL).
    """
    kept = {each.provider for each in new}
    changes = [(each.provider, "NULL") for each in old if each.provider not in kept]
    changes += [(each.provider, quoted(each.label)) for each in new if each not in old]
    return tuple(
        statement(
            touches, "SECURITY LABEL FOR", ident(provider), "ON", subject, target, "IS", raw(value)
        )
        for provider, value in changes
    )


def owner(touches: ObjectKey, subject: str, target: Piece, role: str) -> Statement:
    """`ALTER subject target OWNER TO role`."""
    return statement(touches, "ALTER", subject, target, "OWNER TO", ident(role))


def drop(touches: ObjectKey, subject: str, target: Piece) -> Sequence[Statement]:
    """`DROP subject target`, never with CASCADE or IF EXISTS."""
    return (statement(touches, "DROP", subject, target),)


def options(settings: Iterable[str]) -> str:
    """Storage options `name=value` as a list in parentheses, values quoted; "" when none.

    Values come from reloptions, where they are text whatever the author wrote (catalog.md 0.3).
    """
    pairs = [setting.split("=", maxsplit=1) for setting in settings]
    return (
        "(" + ", ".join(f"{name}={quoted(value)}" for name, value in pairs) + ")" if pairs else ""
    )


def option_change(
    touches: ObjectKey,
    subject: str,
    target: Piece,
    old: Sequence[str],
    new: Sequence[str],
) -> Sequence[Statement]:
    """`ALTER subject target RESET (..)` and `SET (..)` that take `old` options to `new`.

    SET puts what it sets at the end of reloptions, so all are set where the order would differ.
    """
    names = {each.partition("=")[0] for each in new}
    gone = [name for name in (each.partition("=")[0] for each in old) if name not in names]
    kept = [each for each in old if each.partition("=")[0] in names]
    missing = new[len(kept) :] if list(new[: len(kept)]) == kept else new
    made: list[Statement] = []
    if gone:
        reset = f"RESET ({', '.join(gone)})"
        made.append(statement(touches, "ALTER", subject, target, reset))
    if missing:
        made.append(statement(touches, "ALTER", subject, target, f"SET {options(missing)}"))
    return made


def fdw_options(settings: Iterable[str]) -> str:
    """`OPTIONS (name 'value', ..)` of foreign data wrappers and what is theirs; "" when none."""
    pairs = (each.partition("=") for each in settings)
    listed = ", ".join(f"{plain(name)} {quoted(value)}" for name, _, value in pairs)
    return f"OPTIONS ({listed})" if listed else ""


def fdw_option_change(old: Iterable[str], new: Iterable[str]) -> str:
    """`OPTIONS (DROP name, SET name 'value', ADD name 'value')`; "" when they are the same.

    SET of what is not there is an error, as is ADD of what is (manual, ALTER SERVER).
    """
    before = {name: value for name, _, value in (each.partition("=") for each in old)}
    after = {name: value for name, _, value in (each.partition("=") for each in new)}
    verbs = [f"DROP {plain(name)}" for name in before if name not in after]
    verbs += [
        f"{'SET' if name in before else 'ADD'} {plain(name)} {quoted(value)}"
        for name, value in after.items()
        if before.get(name) != value
    ]
    return f"OPTIONS ({', '.join(verbs)})" if verbs else ""


def setting(name: str, values: Sequence[str]) -> str:
    """`SET name TO value, value`, as functions and roles have it.

    One literal a value: a list in one literal is another setting (catalog.md 1.15).
    """
    return f"SET {plain(name)} TO {', '.join(map(quoted, values))}"


_FIRING = {
    "enabled": "ENABLE",
    "disabled": "DISABLE",
    "replica": "ENABLE REPLICA",
    "always": "ENABLE ALWAYS",
}


def firing(touches: ObjectKey, table: Piece, subject: str, name: str, state: str) -> Statement:
    """`ALTER TABLE table DISABLE subject name` and the like; `subject` is TRIGGER or RULE."""
    return statement(touches, "ALTER TABLE", table, _FIRING[state], subject, ident(name))


def privileges(
    touches: ObjectKey,
    subject: str,
    target: Piece,
    held: Sequence[Privilege],
    *,
    owned_by: str,
    column: str = "",
    prefix: Piece | None = None,
) -> Sequence[Statement]:
    """REVOKE and GRANT statements that take a new object's default privileges to `held`.

    Args:
        touches: the object.
        subject: TABLE, SEQUENCE, SCHEMA, FUNCTION, TYPE and so on.
        target: its name, with input types where the kind needs them.
        held: the differences from the owner's default.
        owned_by: the owner, who is the grantor of whatever the deploying role grants.
        column: limits the privileges to one column.
        prefix: what stands before each GRANT and REVOKE.
    """
    suffix = raw(f"({render(ident(column))})") if column else None
    return tuple(
        each
        for change in _in_grantor_order(held, owned_by)
        for each in _change(touches, subject, target, change, owned_by, suffix, prefix)
    )


def privilege_change(
    touches: ObjectKey,
    subject: str,
    target: Piece,
    old: Sequence[Privilege],
    new: Sequence[Privilege],
    *,
    owned_by: str,
    column: str = "",
    prefix: Piece | None = None,
    keeps_own: bool = True,
) -> Sequence[Statement]:
    """REVOKE and GRANT statements that take an object's privileges from `old` to `new`.

    Both are differences from the owner's default, so what only `old` holds is revoked, and what
    only `old` had lost is granted again. REVOKE comes first (catalog.md 1.20). `keeps_own` is false
    where the default gives nobody anything, not even the owner; the rest is as in `privileges`.
    """
    before = {_identity(each): each for each in old}
    after = {_identity(each): each for each in new}
    undone = [
        Privilege(
            grantee=each.grantee,
            privilege=each.privilege,
            grantor=each.grantor,
            is_grantable=False,
            is_held=not each.is_held,
        )
        for identity, each in before.items()
        if after.get(identity) != each and (identity not in after or each.is_grantable)
    ]
    done = [each for identity, each in after.items() if before.get(identity) != each]
    # An owner that had the grant option of its own privilege keeps the privilege.
    done += [
        msgspec.structs.replace(each, is_grantable=False)
        for identity, each in before.items()
        if keeps_own
        and each.is_held
        and each.grantor == each.grantee == owned_by
        and identity not in after
    ]
    changes = [*undone, *done]
    return privileges(
        touches, subject, target, changes, owned_by=owned_by, column=column, prefix=prefix
    )


def _identity(privilege: Privilege) -> tuple[str, str, str]:
    return (privilege.grantor, privilege.grantee, privilege.privilege)


_Change = tuple[bool, str, str, bool]  # held, grantor, grantee, grantable


def _of(privilege: Privilege) -> _Change:
    return (
        privilege.is_held,
        privilege.grantor,
        privilege.grantee,
        privilege.is_grantable,
    )


def _in_grantor_order(
    held: Sequence[Privilege], owned_by: str
) -> Iterable[tuple[_Change, list[str]]]:
    """Changes grouped: revokes first, then grants, each grantor while it holds its own."""
    depth = {owned_by: 0}
    for _ in held:
        for each in held:
            if each.grantor in depth:
                depth.setdefault(each.grantee, depth[each.grantor] + 1)

    def place(each: Privilege) -> tuple[bool, int, _Change, Privilege]:
        distance = depth.get(each.grantor, len(depth))
        return (each.is_held, distance if each.is_held else -distance, _of(each), each)

    ordered = sorted(held, key=place)
    for change, group in groupby(ordered, key=_of):
        yield change, list(dict.fromkeys(each.privilege for each in group))


def _change(
    touches: ObjectKey,
    subject: str,
    target: Piece,
    change: tuple[_Change, list[str]],
    owned_by: str,
    suffix: Piece | None,
    prefix: Piece | None,
) -> Sequence[Statement]:
    (is_held, grantor, grantee, is_grantable), names = change
    role: Piece = "PUBLIC" if grantee == "public" else ident(grantee)
    listed = ", ".join(names)
    if suffix is not None:
        listed = ", ".join(f"{name} {render(clause(suffix))}" for name in names)
    if is_held:
        option = "WITH GRANT OPTION" if is_grantable else None
        pieces: tuple[Piece | None, ...] = (
            "GRANT",
            listed,
            "ON",
            subject,
            target,
            "TO",
            role,
            option,
        )
    else:
        pieces = ("REVOKE", listed, "ON", subject, target, "FROM", role)
    done = statement(touches, prefix, *pieces)
    if grantor == owned_by:
        return (done,)
    # A grant of another grantor can only be made, and revoked, as that role (catalog.md 1.20).
    return (
        statement(touches, "SET LOCAL ROLE", ident(grantor)),
        done,
        statement(touches, "RESET ROLE"),
    )


_BOUNDS = {"smallint": 2**15 - 1, "integer": 2**31 - 1, "bigint": 2**63 - 1}


def sequence_options(
    *, type_: str, start: int, increment: int, minimum: int, maximum: int, cache: int, cycle: bool
) -> str:
    """The options of CREATE SEQUENCE that differ from their defaults, type excepted.

    Defaults follow the sign of the increment and the type (CREATE SEQUENCE, manual).
    """
    top = _BOUNDS[type_]
    low, high = (1, top) if increment > 0 else (-top - 1, -1)
    first = minimum if increment > 0 else maximum
    parts = [
        f"INCREMENT BY {increment}" if increment != 1 else "",
        f"MINVALUE {minimum}" if minimum != low else "",
        f"MAXVALUE {maximum}" if maximum != high else "",
        f"START WITH {start}" if start != first else "",
        f"CACHE {cache}" if cache != 1 else "",
        "CYCLE" if cycle else "",
    ]
    return " ".join(part for part in parts if part)
