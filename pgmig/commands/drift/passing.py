"""What use changes and no script does: a materialized view gets its rows, or loses them."""

from dataclasses import replace

from pgmig.kinds import KIND_BY_NAME
from pgmig.model import ObjectKey, Record, Snapshot
from pgmig.snapshot.fingerprint import of


def as_used(found: Snapshot, should: Snapshot) -> Snapshot:
    """`should`, with what use alone has changed since as `found` has it."""
    changed = {
        key: found.objects[key]
        for key, record in should.objects.items()
        if key in found.objects
        and found.objects[key] != record
        and found.objects[key] in _passing(key, record)
    }
    return replace(should, objects={**should.objects, **changed}) if changed else should


def is_of_use(found: Snapshot, key: ObjectKey, fingerprint: str) -> bool:
    """Whether an object had this fingerprint before use changed it."""
    kind = KIND_BY_NAME[key.kind]
    before = _passing(key, found.objects[key])
    return any(of(each, kind, found.major) == fingerprint for each in before)


def _passing(key: ObjectKey, record: Record) -> tuple[Record, ...]:
    found: tuple[Record, ...] = KIND_BY_NAME[key.kind].passing(record)
    return found
