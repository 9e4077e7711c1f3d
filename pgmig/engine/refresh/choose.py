"""Which materialized views to refresh, and which way."""

from collections.abc import Callable, Collection, Mapping, Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase

import msgspec

from pgmig.engine.refresh.report import RefreshedView, Way
from pgmig.engine.refresh.views import View, in_front
from pgmig.errors import NotConcurrently, RefreshNameAmbiguous, RefreshNameUnknown

_NEAR = 3  # names that are shown for one that is not there

WhyStale = Callable[[View], str | None]


class Chosen(msgspec.Struct, frozen=True):
    """A view to refresh.

    Attributes:
        view: which.
        because: why, when nobody asked for it by name; "" else.
        way: how.
        why: why plainly; "" for concurrently.
    """

    view: View
    because: str
    way: Way
    why: str = ""

    def report(self, seconds: float | None = None) -> RefreshedView:
        """What became of it, its rows not counted."""
        return RefreshedView(
            schema=self.view.schema,
            name=self.view.name,
            label=self.view.label,
            because=self.because,
            way=self.way,
            why=self.why,
            seconds=seconds,
        )


def choose(
    views: Sequence[View],
    names: Sequence[str] = (),
    *,
    why_stale: WhyStale | None = None,
    concurrently: bool | None = None,
) -> tuple[Chosen, ...]:
    """What to refresh, in order.

    Args:
        views: all there are, each behind those that it reads.
        names: only those, and in front of them those without rows that they read.
        why_stale: leaves those that are not stale.
        concurrently: False: never; True: always; None: where PostgreSQL can.

    Raises:
        RefreshNameUnknown, RefreshNameAmbiguous: a name says nothing, or too much.
        NotConcurrently: one that was to go concurrently cannot.
    """
    wanted = named(views, names) if names else {view.oid: "" for view in views}
    if names:
        asked = [view for view in views if view.oid in wanted]
        front = in_front(asked, views) - wanted.keys()
        wanted |= dict.fromkeys(front, "it has no rows, and one that was asked for reads it")
    if why_stale is not None:
        wanted = _stale(views, wanted, why_stale)
    chosen = [view for view in views if view.oid in wanted]
    if concurrently:
        _require_keys(chosen)
    return tuple(
        Chosen(view, wanted[view.oid], *_way(view, concurrently=concurrently)) for view in chosen
    )


def named(views: Sequence[View], names: Sequence[str]) -> dict[int, str]:
    """Numbers of the views that are named, each with no reason.

    A name is `schema.name`, as it is or quoted as SQL, a pattern for that as shells know them, or
    the name alone where only one schema has it.

    Raises:
        RefreshNameUnknown, RefreshNameAmbiguous: as `choose`.
    """
    found: dict[int, str] = {}
    for name in names:
        found |= dict.fromkeys((view.oid for view in _matching(views, name)), "")
    return found


def _matching(views: Sequence[View], name: str) -> Sequence[View]:
    whole = [view for view in views if name in {f"{view.schema}.{view.name}", view.label}]
    if whole:
        return whole[:1]
    alone = [view for view in views if name in {view.name, view.label.removeprefix(_before(view))}]
    if len(alone) > 1:
        raise RefreshNameAmbiguous(name=name, known=tuple(view.label for view in alone))
    found = alone or [v for v in views if fnmatchcase(f"{v.schema}.{v.name}", name)]
    if not found:
        near = get_close_matches(name, [view.label for view in views], n=_NEAR)
        near += [
            view.label
            for view in views
            if view.label not in near and view.name in get_close_matches(name, [view.name])
        ]
        raise RefreshNameUnknown(name=name, near=tuple(near[:_NEAR]), total=len(views))
    return found


def _before(view: View) -> str:
    """The schema and the point in a view's label."""
    quoted = '"' + view.schema.replace('"', '""') + '".'
    return quoted if view.label.startswith(quoted) else f"{view.schema}."


def _stale(views: Sequence[View], wanted: Mapping[int, str], why_stale: WhyStale) -> dict[int, str]:
    """Those of the wanted views whose rows are to be made anew, with the reason."""
    found: dict[int, str] = {}
    labels = {view.oid: view.label for view in views}
    for view in views:
        if view.oid in wanted:
            reason = _reason(view, found, labels, why_stale)
            if reason is not None:
                found[view.oid] = reason
    return found


def _reason(
    view: View, stale: Collection[int], labels: Mapping[int, str], why_stale: WhyStale
) -> str | None:
    if not view.is_populated:
        return "it has no rows"
    read = next((oid for oid in view.reads if oid in stale), None)
    return why_stale(view) if read is None else f"it reads {labels[read]}"


def _way(view: View, *, concurrently: bool | None) -> tuple[Way, str]:
    if not view.is_populated:
        return "plainly", "it has no rows yet"
    if concurrently is False:
        return "plainly", "as asked"
    if not view.has_key:
        return "plainly", "it has no unique index on columns alone, without WHERE"
    return "concurrently", ""


def _require_keys(chosen: Sequence[View]) -> None:
    without = tuple(view.label for view in chosen if view.is_populated and not view.has_key)
    if without:
        raise NotConcurrently(views=without)
