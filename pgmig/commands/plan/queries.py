"""The application's queries: what the scripts do to them, and what that means for the order.

A script that breaks queries is for after the deployment of an application that does without them
(contract); one that makes queries work is for before the application that has them (expand).
"""

from collections.abc import Iterator, Sequence

from pgmig.commands.plan.trying import Tried
from pgmig.commands.plan.values import PlannedScript, QueryEffect, Reason
from pgmig.plan.text import one_line
from pgmig.shadow.application import Effect, Queries, Query

_SHOWN = 80  # characters of a query
_NAMED = 3  # queries that a note names


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
                    do="" if mended else "deploy an application that does without it first",
                )
            elif each.change == "changed":
                yield Reason(
                    verdict="careful",
                    text=f"{each.place} is not what it was: {each.told} ({each.sql})",
                    script=script.label,
                    line=each.line,
                )


def phase(script: PlannedScript) -> str:
    """Whether it comes before or after the application that goes with it, in words."""
    broken = sum(each.change == "broken" for each in script.queries)
    made = sum(each.change == "made to work" for each in script.queries)
    told = [
        *([f"contract: breaks {_count(broken)}"] if broken else []),
        *([f"expand: makes {_count(made)} work"] if made else []),
    ]
    return ", ".join(told)


def queries_told(queries: Queries, tried: Sequence[Tried]) -> Iterator[str]:
    """How many queries were looked at, and which were not."""
    yield f"{_count(len(queries.checked))} of the application looked at, none of them run"
    if queries.unchecked:
        yield f"not looked at, as only running tells: {_named(queries.unchecked)}"
    if tried and tried[-1].failing:
        broken = {effect.query for each in tried for effect in each.effects}
        failing = [query for query, _ in tried[-1].failing if query not in broken]
        if failing:
            yield f"works neither before nor after: {_named(failing)}"


def _named(queries: Sequence[Query]) -> str:
    named = [f"{each.place} ({_beginning(each)})" for each in queries[:_NAMED]]
    rest = len(queries) - len(named)
    return "; ".join(named) + (f"; and {rest} more" if rest else "")


def _beginning(query: Query) -> str:
    text = one_line(query.sql)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def _count(number: int) -> str:
    return "1 query" if number == 1 else f"{number} queries"
