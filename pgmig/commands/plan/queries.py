"""The application's queries: what the scripts do to them, and what that means for the order.

A script that breaks queries is for after the deployment of an application that does without them
(contract); any other is for before the application that goes with it (expand). One that breaks
queries and makes others work has no place where both applications go on.
"""

from collections.abc import Iterator, Sequence

from pgmig.commands.plan.trying import Tried
from pgmig.commands.plan.values import Phase, PlannedScript, QueryEffect, Reason
from pgmig.plan.text import one_line
from pgmig.shadow.application import Effect, Queries, Query

_SHOWN = 80  # characters of a query
_NAMED = 3  # queries that a note names

_DO = {
    False: "deploy an application that does without it first",
    True: "split the script: what the new application needs before its deployment, what breaks the"
    " old one behind it",
}


def query_effects(tried: Tried) -> tuple[QueryEffect, ...]:
    """What a script was seen to do to the queries."""
    if not tried.effects:
        return ()
    lines = {number: each.line for number, each in enumerate(tried.step.half.statements(), start=1)}
    return tuple(_effect(each, lines.get(each.statement or 0, 0)) for each in tried.effects)


def _effect(effect: Effect, line: int) -> QueryEffect:
    return QueryEffect(
        place=effect.query.place,
        sql=_beginning(effect.query),
        change=effect.change,
        told=effect.told,
        statement=effect.statement or 0,
        line=line,
    )


def of_queries(scripts: Sequence[PlannedScript]) -> Iterator[Reason]:
    """Why queries of the application stand in the way."""
    for place, script in enumerate(scripts):
        later = {
            (each.place, each.sql): other.label
            for other in reversed(scripts[place + 1 :])
            for each in other.queries
            if each.change == "made to work"
        }
        for each in script.queries:
            mended = later.get((each.place, each.sql))
            if each.change == "broken":
                until = f", until {mended}" if mended else ""
                yield Reason(
                    verdict="careful" if mended else "no",
                    text=f"breaks {each.place}{until}: {each.told} ({each.sql})",
                    script=script.label,
                    line=each.line,
                    do="" if mended else _DO[script.phase == "both"],
                )
            elif each.change == "changed":
                yield Reason(
                    verdict="careful",
                    text=f"{each.place} is not what it was: {each.told} ({each.sql})",
                    script=script.label,
                    line=each.line,
                )


def phase(tried: Tried) -> Phase:
    """Whether a script comes before or after the application that goes with it."""
    changes = {each.change for each in tried.effects}
    if "broken" in changes:
        return "both" if "made to work" in changes else "contract"
    return "expand"


def phase_words(script: PlannedScript) -> str:
    """The same in words; "" where no application was looked at."""
    if not script.phase:
        return ""
    broken = sum(each.change == "broken" for each in script.queries)
    made = sum(each.change == "made to work" for each in script.queries)
    works = f"makes {_count(made)} work"
    if script.phase == "both":
        return f"neither expand nor contract: breaks {_count(broken)} and {works}"
    if script.phase == "contract":
        return f"contract: breaks {_count(broken)}"
    return f"expand: {works}" if made else "expand: the application goes on as it is"


def of_unread(queries: Queries, tried: Sequence[Tried]) -> Iterator[Reason]:
    """Why nothing is known of the application: no statement of it can be parsed."""
    failing = dict(tried[-1].failing) if tried else {}
    if queries.checked and len(failing) == len(queries.checked):
        if any(each.effects for each in tried):
            return
        query = queries.checked[0]
        text = f"no statement of the application can be read: {query.place}: "
        yield Reason(verdict="careful", text=f"{text}{failing[query].message}")


def queries_told(queries: Queries, tried: Sequence[Tried]) -> Iterator[str]:
    """How many queries were looked at, and which were not."""
    yield f"{_count(len(queries.checked))} of the application looked at, none of them run"
    if queries.unchecked:
        yield f"not looked at, as only running tells: {_named(queries.unchecked)}"
    if tried and tried[-1].failing:
        broken = {effect.query for each in tried for effect in each.effects}
        failing = [each for each in tried[-1].failing if each[0] not in broken]
        if failing:
            told = [f"{_told(query)}: {fault.message}" for query, fault in failing[:_NAMED]]
            yield f"works neither before nor after: {_listed(told, len(failing))}"


def _named(queries: Sequence[Query]) -> str:
    return _listed([_told(each) for each in queries[:_NAMED]], len(queries))


def _listed(told: Sequence[str], count: int) -> str:
    rest = count - len(told)
    return "; ".join(told) + (f"; and {rest} more" if rest else "")


def _told(query: Query) -> str:
    return f"{query.place} ({_beginning(query)})"


def _beginning(query: Query) -> str:
    text = one_line(query.sql)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def _count(number: int) -> str:
    return "1 query" if number == 1 else f"{number} queries"
