"""What a plan says of its scripts, in the form in which the target keeps it."""

from pgmig.commands.plan.values import Planned, PlannedScript, Verdict
from pgmig.engine.forecasts import Forecast, StatementForecast


def forecasts(planned: Planned) -> tuple[Forecast, ...]:
    """One for each script of a plan that was tried; of the others nothing was forecast."""
    return tuple(_forecast(planned, script) for script in planned.scripts if script.is_traced)


def _forecast(planned: Planned, script: PlannedScript) -> Forecast:
    seconds = [each.seconds for each in script.statements if each.seconds is not None]
    blocked = [each.blocked for each in script.statements if each.blocked is not None]
    return Forecast(
        version=script.version,
        checksum=script.up,
        planned_at=planned.made_at,
        last_id=planned.last_id,
        verdict=_verdict(planned, script),
        seconds=sum(seconds) if seconds else None,
        blocked=max(blocked, default=None),
        rate=planned.rate,
        statements=tuple(
            StatementForecast(
                number=each.number,
                line=each.line,
                sql=each.sql,
                seconds=each.seconds,
                blocked=each.blocked,
            )
            for each in script.statements
        ),
    )


def _verdict(planned: Planned, script: PlannedScript) -> Verdict:
    """The worst of what was said about this script."""
    found = {each.verdict for each in planned.reasons if each.script == script.label}
    return "no" if "no" in found else "careful" if "careful" in found else "go"
