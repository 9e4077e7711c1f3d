"""CREATE EVENT TRIGGER: pg_event_trigger.

One that is there fires on what pgmig runs, so they are made after all else and dropped first:
they stand last among the kinds. Their own statements fire none (manual, event triggers).
"""

from collections.abc import Sequence
from typing import LiteralString

from pgmig import ddl
from pgmig.db import fragments
from pgmig.ddl.carried import Carried
from pgmig.model import Kind, Label, ObjectKey, Record, Statement, altered, replaced

QUERY: LiteralString = (
    """
SELECT t.oid, t.evtname AS name, pg_get_userbyid(t.evtowner) AS owner, t.evtevent AS event,
       t.evttags AS tags, ARRAY[n.nspname::text, p.proname] AS function,
       """
    + fragments.firing("t.evtenabled")
    + """ AS state
  FROM pg_event_trigger t
  JOIN pg_proc p ON p.oid = t.evtfoid
  JOIN pg_namespace n ON n.oid = p.pronamespace
 WHERE """
    + fragments.is_no_member("pg_event_trigger", "t.oid")
)


class EventTrigger(Record, frozen=True, kw_only=True):
    """An event trigger."""

    name: str
    owner: str
    event: str  # ddl_command_start, ddl_command_end, sql_drop, table_rewrite, login
    tags: tuple[str, ...] | None = None  # commands, in the author's order; None: all
    function: tuple[str, str]  # schema, name: it takes no arguments
    state: str  # enabled, disabled, replica, always
    labels: tuple[Label, ...] | None = None
    comment: str | None = None


def _key(record: EventTrigger) -> ObjectKey:
    return EVENT_TRIGGER.key(record)


def _name(record: EventTrigger) -> "ddl.Node":
    return ddl.ident(record.name)


CARRIED = Carried("EVENT TRIGGER", _name, _key, has_labels=True)


def _fire(record: EventTrigger) -> Statement:
    words = {"enabled": "ENABLE", "disabled": "DISABLE"}
    firing = words.get(record.state, f"ENABLE {record.state.upper()}")
    return ddl.statement(_key(record), "ALTER EVENT TRIGGER", _name(record), firing)


def _create(record: EventTrigger) -> Sequence[Statement]:
    tags = ", ".join(map(ddl.literal_text, record.tags or ()))
    made = ddl.statement(
        _key(record),
        "CREATE EVENT TRIGGER",
        _name(record),
        f"ON {record.event}",
        f"WHEN TAG IN ({tags})" if tags else None,
        f"EXECUTE FUNCTION {ddl.qualified(*record.function)}()",
    )
    state = () if record.state == "enabled" else (_fire(record),)
    return (made, *state, *CARRIED.made(record))


def _drop(record: EventTrigger) -> Sequence[Statement]:
    return ddl.drop(_key(record), "EVENT TRIGGER", _name(record))


def _set_state(_: EventTrigger, new: EventTrigger) -> Sequence[Statement]:
    return (_fire(new),)


EVENT_TRIGGER = Kind(
    name="event trigger",
    record=EventTrigger,
    classid="pg_event_trigger",
    query=QUERY,
    create=_create,
    drop=_drop,
    rename=CARRIED.renamed,
    identity=("name",),
    fields=(
        replaced("event", "tags", "function"),  # no OR REPLACE, no ALTER (C39)
        altered("state", by=_set_state),
        *CARRIED.rows(),
    ),
)
