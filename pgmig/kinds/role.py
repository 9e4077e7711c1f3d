"""CREATE ROLE: pg_roles, pg_db_role_setting. Roles are the cluster's and read when asked for.

pg_roles shows no password to anybody (manual, pg_roles); whoever makes the roles sets them.
"""

from collections.abc import Sequence
from typing import LiteralString

from pgmig import ddl
from pgmig.db import fragments
from pgmig.ddl.carried import Carried
from pgmig.model import Kind, Label, ObjectKey, Record, Statement, altered


def _settings(database: LiteralString) -> LiteralString:
    """An expression: the settings of role `r` for a database's OID, 0 being all databases."""
    # ALTER ROLE puts what it sets at the end, so the order of setconfig means nothing.
    ordered = fragments.settings(
        '(SELECT array_agg(o ORDER BY o COLLATE "C") FROM unnest(s.setconfig) o)'
    )
    return (
        "(SELECT " + ordered + " FROM pg_db_role_setting s "
        "WHERE s.setrole = r.oid AND s.setdatabase = " + database + ")"
    )


# OID 10 is the superuser that initdb made, those below 16384 are predefined: no cluster lacks
# them. That a password is valid until infinity is no limit.
QUERY: LiteralString = (
    """
SELECT r.oid, r.rolname AS name, r.rolsuper AS is_superuser, r.rolinherit AS inherits,
       r.rolcreaterole AS creates_roles, r.rolcreatedb AS creates_databases,
       r.rolcanlogin AS can_login, r.rolreplication AS replicates, r.rolbypassrls AS bypasses_rls,
       r.rolconnlimit AS connection_limit, nullif(r.rolvaliduntil, 'infinity')::text AS valid_until,
       """
    + _settings("0")
    + """ AS settings,
       """
    + _settings("(SELECT oid FROM pg_database WHERE datname = current_database())")
    + """ AS settings_here,
       (SELECT description FROM pg_shdescription
         WHERE classoid = 'pg_authid'::regclass AND objoid = r.oid) AS comment,
       (SELECT jsonb_agg(jsonb_build_object('provider', provider, 'label', label)
                         ORDER BY provider) FROM pg_shseclabel
         WHERE classoid = 'pg_authid'::regclass AND objoid = r.oid) AS labels
  FROM pg_roles r WHERE r.oid >= 16384"""
)


class Role(Record, frozen=True, kw_only=True):
    """A role as every database of the cluster knows it, and what is set for it in this one."""

    name: str
    is_superuser: bool = False
    inherits: bool = True
    creates_roles: bool = False
    creates_databases: bool = False
    can_login: bool = False
    replicates: bool = False
    bypasses_rls: bool = False
    connection_limit: int = -1
    valid_until: str | None = None  # of its password
    settings: tuple[tuple[str, ...], ...] | None = None  # each its name, then its value or values
    settings_here: tuple[tuple[str, ...], ...] | None = None  # in this database only
    comment: str | None = None
    labels: tuple[Label, ...] | None = None


_WORDS = {
    "is_superuser": "SUPERUSER",
    "inherits": "INHERIT",
    "creates_roles": "CREATEROLE",
    "creates_databases": "CREATEDB",
    "can_login": "LOGIN",
    "replicates": "REPLICATION",
    "bypasses_rls": "BYPASSRLS",
}


def _key(record: Role) -> ObjectKey:
    return ROLE.key(record)


def _name(record: Role) -> "ddl.Node":
    return ddl.ident(record.name)


CARRIED = Carried("ROLE", _name, _key, has_owner=False, has_labels=True)


def _attributes(old: Role, new: Role) -> str:
    """The attributes in which `new` is not as `old`, as CREATE and ALTER take them."""
    words = [
        word if getattr(new, field) else f"NO{word}"
        for field, word in _WORDS.items()
        if getattr(old, field) != getattr(new, field)
    ]
    if old.connection_limit != new.connection_limit:
        words.append(f"CONNECTION LIMIT {new.connection_limit}")
    if old.valid_until != new.valid_until:
        # Nothing takes the date away; infinity means the same.
        words.append(f"VALID UNTIL {ddl.literal_text(new.valid_until or 'infinity')}")
    return " ".join(words)


_Settings = tuple[tuple[str, ...], ...] | None


def _setting_changes(old: _Settings, new: _Settings) -> Sequence[str]:
    kept = {setting[0] for setting in new or ()}
    gone = [setting[0] for setting in old or () if setting[0] not in kept]
    given = [setting for setting in new or () if setting not in (old or ())]
    return [
        *(f"RESET {ddl.ident_text(name)}" for name in gone),
        *(ddl.setting(name, values) for name, *values in given),
    ]


def _set_attributes(old: Role, new: Role) -> Sequence[Statement]:
    return (ddl.statement(_key(new), "ALTER ROLE", _name(new), _attributes(old, new)),)


def _set_settings(old: Role, new: Role) -> Sequence[Statement]:
    changes = _setting_changes(old.settings, new.settings)
    return [ddl.statement(_key(new), "ALTER ROLE", _name(new), change) for change in changes]


def _set_settings_here(old: Role, new: Role) -> Sequence[Statement]:
    # ALTER ROLE names the database, and a script may run in one of any name.
    subject = "ALTER ROLE %I IN DATABASE %I %s"
    return [
        ddl.statement(
            _key(new),
            "DO",
            ddl.body(
                f"BEGIN EXECUTE pg_catalog.format({ddl.literal_text(subject)}, "
                f"{ddl.literal_text(new.name)}, pg_catalog.current_database(), "
                f"{ddl.literal_text(change)}); END"
            ),
        )
        for change in _setting_changes(old.settings_here, new.settings_here)
    ]


def _create(record: Role) -> Sequence[Statement]:
    plain = Role(name=record.name)
    attributes = _attributes(plain, record)
    return (
        ddl.statement(_key(record), "CREATE ROLE", _name(record), attributes),
        *_set_settings(plain, record),
        *_set_settings_here(plain, record),
        *CARRIED.made(record),
    )


def _drop(record: Role) -> Sequence[Statement]:
    return ddl.drop(_key(record), "ROLE", _name(record))


ROLE = Kind(
    name="role",
    record=Role,
    classid="pg_authid",
    query=QUERY,
    create=_create,
    drop=_drop,
    rename=CARRIED.renamed,
    identity=("name",),
    fields=(
        altered(*_WORDS, "connection_limit", "valid_until", by=_set_attributes),
        altered("settings", by=_set_settings),
        altered("settings_here", by=_set_settings_here),
        *CARRIED.rows(),
    ),
)
