"""What was forecast of scripts, kept in the database that they ran on.

It is written before the first statement of a run that has a plan; what then happened is in the
history.
"""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString

import msgspec

from pgmig.db import Connection
from pgmig.db.execute import compose, fetch, local_role, run, send
from pgmig.engine.schema import forecast_table, settle
from pgmig.errors import ServerRefused

logger = logging.getLogger(__name__)

_NO_RIGHT = "42501"  # errcodes: insufficient_privilege

_IS_THERE: LiteralString = "SELECT pg_catalog.to_regclass('pgmig.forecast') IS NOT NULL"

# The same plan is given once more to go on with a run that has stopped.
_INSERT: LiteralString = """
INSERT INTO pgmig.forecast (version, checksum, planned_at, last_id, verdict, seconds, blocked)
SELECT * FROM ROWS FROM (
    pg_catalog.unnest({versions}::bigint[]), pg_catalog.unnest({checksums}::text[]),
    pg_catalog.unnest({planned}::timestamptz[]), pg_catalog.unnest({last_ids}::bigint[]),
    pg_catalog.unnest({verdicts}::text[]), pg_catalog.unnest({seconds}::double precision[]),
    pg_catalog.unnest({blocked}::double precision[]))
ON CONFLICT DO NOTHING;
"""

# The first row of the history behind a plan that is about its script is what came of it.
_ROWS: LiteralString = """
SELECT DISTINCT ON (h.id) h.id, f.version, f.checksum, f.planned_at, f.last_id, f.verdict,
    f.seconds, f.blocked
FROM pgmig.forecast f CROSS JOIN LATERAL (
    SELECT min(h.id) AS id FROM pgmig.history h
    WHERE h.version = f.version AND h.direction = 'up' AND h.id > f.last_id
        AND h.up_checksum = f.checksum
) h
WHERE h.id IS NOT NULL
ORDER BY h.id, f.planned_at DESC
"""


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
    """

    version: int
    checksum: str
    planned_at: datetime
    last_id: int
    verdict: str
    seconds: float | None = None
    blocked: float | None = None


def keep(conn: Connection, forecasts: Sequence[Forecast]) -> None:
    """Write forecasts into the schema `pgmig`, which is there; the session holds the runner lock.

    A role that may not write them runs scripts all the same: a warning says so.

    Raises:
        ServerRefused: the server would not, for another reason.
    """
    if not forecasts:
        return
    settle(conn)
    ((is_there,),) = fetch(conn, _IS_THERE)
    create = "" if is_there else forecast_table(conn)
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
    )
    try:
        run(conn, f"BEGIN;{local_role(conn)}{create}{insert}COMMIT")
    except (ServerRefused, KeyboardInterrupt) as error:
        if not conn.closed:
            send(conn, "ROLLBACK")
        if not (isinstance(error, ServerRefused) and error.sqlstate == _NO_RIGHT):
            raise
        logger.warning("the forecasts are not kept: %s", error.message)


def read_forecasts(conn: Connection) -> dict[int, Forecast]:
    """The forecasts that came true or did not, by the number of the history row that tells.

    The schema `pgmig` must be there.
    """
    ((is_there,),) = fetch(conn, _IS_THERE)
    if not is_there:
        return {}
    return {
        number: Forecast(**dict(zip(Forecast.__struct_fields__, row, strict=True)))
        for number, *row in fetch(conn, _ROWS)
    }
