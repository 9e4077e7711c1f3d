"""What was forecast of scripts, kept in the database that they ran on.

It is written before the first statement of a run that has a plan; what then happened is in the
history.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from statistics import median
from typing import Any, LiteralString

import msgspec

from pgmig.db import Connection
from pgmig.db.execute import compose, fetch, local_role, run, send
from pgmig.engine.schema import FORECAST_COLUMNS, forecast_table, settle
from pgmig.errors import ServerRefused

logger = logging.getLogger(__name__)

_NO_RIGHT = "42501"  # errcodes: insufficient_privilege

_LEAST = 10_000_000  # bytes; what is smaller tells more of the way there than of the disk
_ENOUGH = 3  # measurements

_IS_THERE: LiteralString = """
SELECT pg_catalog.to_regclass('pgmig.forecast') IS NOT NULL, EXISTS (
    SELECT FROM pg_catalog.pg_attribute a
    WHERE a.attrelid = pg_catalog.to_regclass('pgmig.forecast') AND a.attname = 'statements')
"""
_MAY_READ: LiteralString = """
SELECT pg_catalog.has_table_privilege(c.oid, 'SELECT') FROM pg_catalog.pg_class c
WHERE c.oid = pg_catalog.to_regclass('pgmig.forecast')
"""

# The same plan is given once more to go on with a run that has stopped.
_INSERT: LiteralString = """
INSERT INTO pgmig.forecast (version, checksum, planned_at, last_id, verdict, seconds, blocked, rate,
    statements)
SELECT * FROM ROWS FROM (
    pg_catalog.unnest({versions}::bigint[]), pg_catalog.unnest({checksums}::text[]),
    pg_catalog.unnest({planned}::timestamptz[]), pg_catalog.unnest({last_ids}::bigint[]),
    pg_catalog.unnest({verdicts}::text[]), pg_catalog.unnest({seconds}::double precision[]),
    pg_catalog.unnest({blocked}::double precision[]), pg_catalog.unnest({rates}::bigint[]),
    pg_catalog.unnest({statements}::text[]))
ON CONFLICT DO NOTHING;
"""

# The first row of the history behind a plan that is about its script is what came of it. Of
# statements outside a transaction it is known how long each took. By the row as JSON: an earlier
# table has no `rate` and no `statements`.
_ROWS: LiteralString = """
SELECT DISTINCT ON (f.version, f.checksum, h.id) h.id, (
        SELECT pg_catalog.json_object_agg(p.statement,
            pg_catalog.date_part('epoch', p.finished_at - p.started_at))::text
        FROM pgmig.progress p
        WHERE p.history_id = coalesce(h.id, (SELECT max(r.id) + 1 FROM pgmig.history r), 1)
            AND p.version = f.version AND p.direction = 'up' AND p.outcome = 'done'),
    f.version, f.checksum, f.planned_at, f.last_id, f.verdict, f.seconds, f.blocked,
    coalesce((pg_catalog.to_jsonb(f) ->> 'rate')::bigint, 0),
    coalesce(pg_catalog.to_jsonb(f) ->> 'statements', '[]')
FROM pgmig.forecast f CROSS JOIN LATERAL (
    SELECT min(h.id) AS id FROM pgmig.history h
    WHERE h.version = f.version AND h.direction = 'up' AND h.id > f.last_id
        AND h.up_checksum = f.checksum
) h
ORDER BY f.version, f.checksum, h.id, f.planned_at DESC
"""
_TOOK: LiteralString = """
SELECT id, pg_catalog.date_part('epoch', finished_at - started_at) FROM pgmig.history
"""


class StatementForecast(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was forecast of one statement.

    Attributes:
        number: in its script, from 1.
        line: in its file, from 1.
        sql: its beginning.
        seconds: about how long it would take; None: a moment.
        blocked: about how long others would wait for what it blocks; None: it would block nothing.
        took: seconds that it took; None where that is not known, as in a transaction.
    """

    number: int
    line: int
    sql: str
    seconds: float | None = None
    blocked: float | None = None
    took: float | None = None


class Forecast(msgspec.Struct, frozen=True, kw_only=True):
    """What was forecast of one script.

    Attributes:
        version: the script's number.
        checksum: of its way up.
        planned_at: when the plan was made.
        last_id: number of the last row of the history at that time.
        verdict: go, careful or no.
        seconds: about how long it would take; None: a moment.
        blocked: about how long others would wait at most; None: it would block nothing.
        rate: bytes a second that was reckoned with; 0 where that is not known.
        statements: those of which there was something to tell.
    """

    version: int
    checksum: str
    planned_at: datetime
    last_id: int
    verdict: str
    seconds: float | None = None
    blocked: float | None = None
    rate: int = 0
    statements: tuple[StatementForecast, ...] = ()


def keep(conn: Connection, forecasts: Sequence[Forecast]) -> None:
    """Write forecasts into the schema `pgmig`, which is there; the session holds the runner lock.

    A role that may not write them runs scripts all the same: a warning says so.

    Raises:
        ServerRefused: the server would not, for another reason.
    """
    if not forecasts:
        return
    settle(conn)
    ((is_there, is_whole),) = fetch(conn, _IS_THERE)
    create = "" if is_whole else FORECAST_COLUMNS if is_there else forecast_table(conn)
    insert = compose(
        conn,
        _INSERT,
        versions=[each.version for each in forecasts],
        checksums=[each.checksum for each in forecasts],
        planned=[each.planned_at for each in forecasts],
        last_ids=[each.last_id for each in forecasts],
        verdicts=[each.verdict for each in forecasts],
        seconds=[each.seconds for each in forecasts],
        blocked=[each.blocked for each in forecasts],
        rates=[each.rate for each in forecasts],
        statements=[msgspec.json.encode(each.statements).decode() for each in forecasts],
    )
    try:
        run(conn, f"BEGIN;{local_role(conn)}{create}{insert}COMMIT")
    except (ServerRefused, KeyboardInterrupt) as error:
        if not conn.closed:
            send(conn, "ROLLBACK")
        if not (isinstance(error, ServerRefused) and error.sqlstate == _NO_RIGHT):
            raise
        logger.warning("the forecasts are not kept: %s", error.message)


class Kept(msgspec.Struct, frozen=True):
    """The forecasts that a database keeps.

    Attributes:
        met: those of scripts that were applied then, by the number of the history row that tells.
        unmet: those of scripts that were not, as a run failed, was killed or is under way.
    """

    met: dict[int, Forecast]
    unmet: tuple[Forecast, ...]


def read_forecasts(conn: Connection) -> Kept:
    """What plans have said, with what is known of each statement since.

    The schema `pgmig` must be there.
    """
    ((is_there, _),) = fetch(conn, _IS_THERE)
    met, unmet = dict[int, Forecast](), list[Forecast]()
    for number, took, *row in fetch(conn, _ROWS) if is_there else ():
        forecast = _forecast(row, took)
        if number is None:
            unmet.append(forecast)
        elif number not in met or met[number].planned_at < forecast.planned_at:
            met[number] = forecast
    return Kept(dict(sorted(met.items())), tuple(sorted(unmet, key=lambda each: each.version)))


def _forecast(row: Sequence[Any], took: str | None) -> Forecast:
    *values, statements = row
    times = msgspec.json.decode(took, type=dict[int, float | None]) if took else {}
    told = msgspec.json.decode(statements, type=tuple[StatementForecast, ...])
    return Forecast(
        **dict(zip(Forecast.__struct_fields__, values, strict=False)),
        statements=tuple(
            msgspec.structs.replace(each, took=times.get(each.number)) for each in told
        ),
    )


def read_rate(conn: Connection) -> int | None:
    """The bytes a second that scripts with a plan have read and written; None of too few.

    The schema `pgmig` must be there; who may not read forecasts knows nothing.
    """
    if not any(may_read for (may_read,) in fetch(conn, _MAY_READ)):
        return None
    return rate_of(read_forecasts(conn).met, dict[int, float](fetch(conn, _TOOK)))


def rate_of(forecasts: Mapping[int, Forecast], took: Mapping[int, float]) -> int | None:
    """The rate in the middle of all that were measured.

    Args:
        forecasts: that were met, by number of history row.
        took: seconds, by the same.
    """
    rates = [
        size / seconds
        for number, each in forecasts.items()
        for size, seconds in _measured(each, took.get(number, 0.0))
        if size >= _LEAST and seconds > 0
    ]
    return round(median(rates)) if len(rates) >= _ENOUGH else None


def _measured(forecast: Forecast, took: float) -> Iterable[tuple[float, float]]:
    """Bytes and seconds of each statement, or of all where no statement was measured."""
    if any(each.took is not None for each in forecast.statements):
        for each in forecast.statements:
            yield (each.seconds or 0.0) * forecast.rate, each.took or 0.0
    else:
        yield (forecast.seconds or 0.0) * forecast.rate, took
