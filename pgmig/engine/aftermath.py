"""What became of the statement in which a runner died, for whoever asks and does not go on."""

import msgspec

from pgmig.db import Connection
from pgmig.db.execute import run, settled
from pgmig.engine.alone import is_setting
from pgmig.engine.outcome import Evidence, Verdict, decide
from pgmig.engine.part_way import PartWay
from pgmig.engine.schema import settle
from pgmig.scripts import Half
from pgmig.scripts.text import checksum


def aftermath(conn: Connection, found: PartWay, half: Half) -> Verdict | None:
    """What the catalog says of the statement that was begun and not ended.

    None when there is no such statement, when it is another text now, or when nobody noted what
    its names meant and statements before it set something in their session: then only a run can
    tell.

    Args:
        conn: a session that is settled, and is afterwards.
        found: the script that is part-way.
        half: what of it runs.

    Raises:
        ServerRefused: the server does not answer.
    """
    known = next((row for row in found.statements if row.number == found.started), None)
    if known is None:
        return None
    for number, piece in enumerate(half.statements(), start=1):
        if number < known.number:
            if known.before is None and is_setting(piece):
                return None
        elif checksum(piece.sql) != known.checksum:
            return None
        else:
            before = (
                None if known.before is None else msgspec.json.decode(known.before, type=Evidence)
            )
            if not conn.is_pooled:
                run(conn, "RESET ALL")
            with settled(conn, is_own_path=True):
                verdict = decide(conn, piece, before)
            settle(conn)
            return verdict
    return None
