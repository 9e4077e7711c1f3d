"""What a scope leaves out of a snapshot, told with the snapshot."""

from pgmig.model.key import ObjectKey
from pgmig.model.record import Record


class Unmodelled(Record, frozen=True, kw_only=True, order=True):
    """An object that the database holds and pgmig does not model yet.

    Attributes:
        kind: as pg_identify_object names it.
        identity: as pg_identify_object prints it, qualified and quoted.
    """

    kind: str
    identity: str

    def __str__(self) -> str:
        """For people: `operator public.===(integer,integer)`."""
        return f"{self.kind} {self.identity}"


class Need(Record, frozen=True, kw_only=True, order=True):
    """An object of the snapshot depends on one that is ignored."""

    source: ObjectKey
    target: ObjectKey

    def __str__(self) -> str:
        """For people: `view public.people needs ignored table auth.users`."""
        return f"{self.source} needs ignored {self.target}"


class Ignored(Record, frozen=True, kw_only=True):
    """What is left out, by which patterns, and what of the rest needs it.

    Attributes:
        patterns: as they were written, after `schema`, `exclude` or `preset`.
        objects: objects left out, in key order.
        besides: what pgmig does not model or no script carries, left out too, sorted.
        roles: roles whose privileges, given and held, are left out.
        needs: objects in the snapshot that depend on one that is not, sorted.
        unmatched: those of the patterns that matched nothing.
    """

    patterns: tuple[str, ...] = ()
    objects: tuple[ObjectKey, ...] = ()
    besides: tuple[Unmodelled, ...] = ()
    roles: tuple[str, ...] = ()
    needs: tuple[Need, ...] = ()
    unmatched: tuple[str, ...] = ()
