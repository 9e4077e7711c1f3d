"""A check: one question about rows of the target."""

from dataclasses import dataclass, replace

from pgmig.commands.plan.values import Sort


@dataclass(frozen=True, slots=True)
class Check:
    """A question about rows of one relation.

    Attributes:
        sort: as `CheckResult.sort`.
        relation: on the target.
        asks: what is demanded, in words.
        fails: what there is where it is not met, in words; how many rows follows.
        bad: a query for the rows that do not meet it, each with its place; "" when it cannot be
            asked.
        trial: a query that fails when a row does not meet it; "" where `bad` tells all.
        path: the search_path of these.
        reason: why it cannot be asked.
        names: of the relation, and of what is demanded or what it reads.
        oid: of the relation, in the shadow.
        is_doubtful: a script may treat such rows itself.
    """

    sort: Sort
    relation: str
    asks: str
    fails: str
    bad: str = ""
    trial: str = ""
    reason: str = ""
    names: tuple[str, ...] = ()
    oid: int = 0
    is_doubtful: bool = False
    path: str = ""


def asked(check: Check, bad: str, *, is_doubtful: bool = False) -> Check:
    """The check with its query."""
    return replace(check, bad=bad, is_doubtful=is_doubtful)


def unasked(check: Check, reason: str) -> Check:
    """The check with why it cannot be asked, where there is a reason."""
    return replace(check, reason=reason) if reason else check
