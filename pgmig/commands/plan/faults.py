"""Faults: what the shadow server refused, and extensions that the target's server lacks."""

from collections.abc import Iterator

from pgmig.commands.plan.casts import unquoted
from pgmig.commands.plan.certain import is_certain
from pgmig.commands.plan.evidence import Evidence
from pgmig.commands.plan.server import Extension, Extensions
from pgmig.commands.plan.trying import Fault, Tried
from pgmig.commands.plan.values import Reason, Verdict
from pgmig.scripts.batch.tokens import tokens

# What a role may do to itself, whose name the stand-in does not have.
_OF_ONESELF = frozenset(
    {("ALTER", "ROLE"), ("ALTER", "USER"), ("CREATE", "USER"), ("DROP", "USER")}
)

_EXTENSION = frozenset({("CREATE", "EXTENSION"), ("ALTER", "EXTENSION")})

_NO_VERSION = "22023"  # errcodes: invalid_parameter_value
_OF_CREATE = 2  # quoted words of what CREATE EXTENSION says; ALTER says from where to where

# Those that do nothing, or refuse to be made, unless shared_preload_libraries names their library.
_PRELOADED = frozenset(
    {
        "citus",
        "pg_cron",
        "pg_qualstats",
        "pg_stat_kcache",
        "pg_stat_statements",
        "pg_wait_sampling",
        "pgaudit",
        "pglogical",
        "timescaledb",
    }
)


def of_faults(evidence: Evidence) -> Iterator[Reason]:
    """Why the verdict is no better for what the shadow server refused."""
    for tried in evidence.tried:
        for fault in tried.faults:
            is_own = fault.sort == "rights" and _is_of_itself(tried, fault, evidence.role)
            label = tried.step.label
            if named := extension_named(fault):
                yield _of_wrong_version(label, fault, named, evidence.extensions)
            elif fault.sort == "rows" and is_certain(tried, fault):
                yield _of_certain(label, fault)
            elif is_own:
                yield _of_own(label, fault)
            else:
                yield _of_fault(label, fault, evidence.extensions)
    untried = [each.label for each in evidence.scripts if not each.is_traced]
    if evidence.shadow is not None and len(untried) > 1:
        text = f"not tried, as {untried[0]} did not come to its end: {', '.join(untried[1:])}"
        yield Reason(verdict="careful", text=text, script=untried[1])


def extension_named(fault: Fault) -> tuple[str, ...]:
    """Extension and versions of which the shadow server has no files; () where it is not that."""
    if fault.sqlstate != _NO_VERSION or not fault.message.startswith('extension "'):
        return ()
    return tuple(fault.message.split('"')[1::2])


def _of_wrong_version(
    label: str, fault: Fault, named: tuple[str, ...], extensions: Extensions
) -> Reason:
    """A version that the shadow lacks: the target may have it, and then it was not tried."""
    name, *_, wanted = named
    it = extensions.known.get(name)
    has_it = it is not None and wanted in (it.updates if len(named) > _OF_CREATE else it.versions)
    if has_it:
        text = f"the target's server has that version, so it was not tried: {_said(fault)}"
        return Reason(verdict="careful", text=text, script=label, line=fault.line)
    text = f"the target's server has no way to that version either: {_said(fault)}"
    return Reason(verdict="no", text=text, script=label, line=fault.line)


def _is_of_itself(tried: Tried, fault: Fault, role: str) -> bool:
    """Whether a role may do this to itself alone: the stand-in in the shadow has another name."""
    for piece in tried.step.half.statements():
        if piece.line == fault.line and piece.words[:2] in _OF_ONESELF:
            return any(unquoted(each.text) == role for each in tokens(piece.sql) if each.is_name)
    return False


def _of_own(label: str, fault: Fault) -> Reason:
    text = f"not known whether the deploying role may do this to itself: {_said(fault)}"
    return Reason(verdict="careful", text=text, script=label, line=fault.line)


def _said(fault: Fault) -> str:
    """What the server said of a statement."""
    return f"{fault.message} (SQLSTATE {fault.sqlstate})"


def _of_fault(label: str, fault: Fault, extensions: Extensions) -> Reason:
    said = _said(fault)
    if fault.sort == "elsewhere":
        text = f"it could not be tried, as the shadow database has another name: {said}"
        return Reason(verdict="careful", text=text, script=label, line=fault.line)
    if fault.sort == "rights":
        text = f"the deploying role may not do this: {said}"
        do = "grant it the right, or deploy as another role (--role)"
        return Reason(verdict="no", text=text, script=label, line=fault.line, do=do)
    if fault.sort == "shadow":
        text = f"the shadow's own role may not do this, so it could not be tried: {said}"
        do = "plan with the local shadow server"
        return Reason(verdict="careful", text=text, script=label, line=fault.line, do=do)
    if fault.sort == "extension":
        if any(f'"{name}"' in fault.message for name in extensions.names):
            text = f"the target's server has it and the shadow has not, so it was not tried: {said}"
            do = "give --shadow-url of a server that has it"
            return Reason(verdict="careful", text=text, script=label, line=fault.line, do=do)
        text = f"neither the target's server nor the shadow has what the script needs: {said}"
        do = "install its files there first"
        return Reason(verdict="no", text=text, script=label, line=fault.line, do=do)
    if fault.sort == "there":
        text = f"the shadow server has what it makes, so it could not be tried: {said}"
        do = "drop the role there (`pgmig server url`)"
        return Reason(verdict="careful", text=text, script=label, line=fault.line, do=do)
    if fault.sort == "rows":
        text = f"it fails in the shadow, which has no rows but those that scripts wrote: {said}"
        return Reason(verdict="careful", text=text, script=label, line=fault.line)
    return _of_certain(label, fault)


def _of_certain(label: str, fault: Fault) -> Reason:
    text = f"it fails: {_said(fault)}"
    return Reason(verdict="no", text=text, script=label, line=fault.line, do="correct it")


def of_extensions(evidence: Evidence) -> Iterator[Reason]:
    """Why the verdict is no better for extensions that scripts make or update."""
    for tried in evidence.tried:
        before, label = tried.before.extensions, tried.step.label
        after = tried.after.extensions if tried.after else before
        for name in sorted(after.keys()):
            if before.get(name) == after[name]:
                continue
            it = evidence.extensions.known.get(name)
            if it is None:
                text = f"the target's server has no extension {name}"
                do = "install its files there first"
                yield Reason(verdict="no", text=text, script=label, do=do)
                continue
            is_named = _names_version(tried, name)
            told = version_words(it, before.get(name, ""), after[name], is_named=is_named)
            if told is not None:
                verdict, text = told
                yield Reason(verdict=verdict, text=text, script=label)
            loaded = evidence.extensions.preloaded
            if name in _PRELOADED and loaded is not None and name not in loaded:
                text = f"extension {name} is not in shared_preload_libraries of the target's server"
                yield Reason(verdict="careful", text=text, script=label)


def version_words(
    it: Extension, was: str, wanted: str, *, is_named: bool
) -> tuple[Verdict, str] | None:
    """What stands in the way of a version; None when nothing does."""
    is_there = wanted in (it.updates if was else it.versions)
    if is_named and not is_there:
        way = f" from {it.installed}" if was else ""
        return "no", f"the target's server has no way{way} to {wanted} of extension {it.name}"
    if not is_named and it.default != wanted:
        return "careful", (
            f"extension {it.name} is {it.default} on the target's server, and {wanted} where it was"
            " tried"
        )
    return None


def _names_version(tried: Tried, name: str) -> bool:
    """Whether a script says which version it wants."""
    for piece in tried.step.half.statements():
        if piece.words[:2] in _EXTENSION:
            listed = [each for each in tokens(piece.sql) if each.is_name]
            is_it = any(unquoted(each.text) == name for each in listed)
            if is_it and any(each.word in {"VERSION", "TO"} for each in listed):
                return True
    return False
