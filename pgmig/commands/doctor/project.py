"""What can be known without a server: the settings and the migrations directory."""

import stat
from collections.abc import Iterator
from pathlib import Path

from pgmig import scripts
from pgmig.commands import project
from pgmig.commands.doctor.finding import Finding, some
from pgmig.commands.protection import Rule
from pgmig.commands.settings import Settings
from pgmig.db import address, describe_url
from pgmig.db.login import Login
from pgmig.errors import UsageError
from pgmig.scripts import Directory, check_sum

_SHOWN = 3


def settings_file(settings: Settings) -> Iterator[Finding]:
    """Which settings file counts, which table of it, and what is written there in the clear."""
    if settings.file is None:
        yield Finding("settings", "ok", "there is no settings file: the defaults hold")
    else:
        table = f", table [env.{settings.env}]" if settings.env else ""
        yield Finding("settings", "ok", f"{settings.file}{table}")
        written = project.read(settings.file)
        tables = {"the top level": written.top}
        tables |= {f"[env.{name}]": table for name, table in written.env.items()}
        clear = [f"url of {name}" for name, table in tables.items() if _is_clear(table.url)]
        clear += [
            f"shadow_url of {name}" for name, table in tables.items() if _is_clear(table.shadow_url)
        ]
        if clear:
            yield Finding(
                "settings",
                "careful",
                f"a password stands in {', '.join(clear)}",
                "keep it in the environment and write ${NAME}"
                + (", or use password_command" if clear[0].startswith("url") else ""),
            )
    yield from _rules(settings)


def _is_clear(url: str | None) -> bool:
    """Whether a password stands there, and not the name of a variable."""
    if not url:
        return False
    try:
        password = address.read(url).get("password", "")
    except UsageError:  # the url is the name of a variable, or refused when it is used
        return False
    return bool(password) and "${" not in password


def _rules(settings: Settings) -> Iterator[Finding]:
    rules: list[tuple[str, Rule | None]] = [
        ("allow", settings.protections.allow),
        ("require", settings.protections.require),
    ]
    words = [
        f"{key} = [{', '.join(sorted(rule.words))}]" for key, rule in rules if rule is not None
    ]
    if words:
        yield Finding("protections", "ok", ", ".join(words))
    elif settings.env is not None:
        yield Finding("protections", "ok", f"none for the environment {settings.env}")


def database(settings: Settings) -> Iterator[Finding]:
    """Which database is meant, who says so, and where its password comes from."""
    url = settings.database()
    yield Finding("database", "ok", f"{describe_url(url)}, named by {settings.named_by}")
    if isinstance(url, Login):
        program = url.command.program
        yield Finding("password", "ok", f"password_command {program}, asked for every connection")
        return
    yield from _password(url)


def _password(url: str) -> Iterator[Finding]:
    """What libpq takes first: the string, its service, PGPASSWORD, PGSERVICE, then a file."""
    given, found = address.read(url), address.completed(url)
    path = Path(found.get("passfile") or "~/.pgpass").expanduser()
    if "password" in given:
        yield Finding("password", "ok", "the one in the connection string")
    elif "service" in given:
        yield Finding("password", "ok", f"what the service {given['service']} says, if anything")
    elif "password" in found:
        yield Finding("password", "ok", "the one of PGPASSWORD, or of the service file")
    elif not path.is_file():
        yield Finding("password", "ok", f"none: nothing gives one, and there is no {path}")
    elif stat.S_IMODE(path.stat().st_mode) & 0o077:
        yield Finding(
            "password",
            "careful",
            f"libpq ignores the password file {path}: others may read it",
            f"chmod 600 {path}",
        )
    else:
        yield Finding("password", "ok", f"what the password file {path} has for this server")


def directory(settings: Settings) -> Iterator[Finding]:
    """Whether the scripts can be read, and are what was sealed."""
    found = scripts.read(settings.directory())
    if not found.scripts:
        yield Finding(
            "migrations",
            "careful",
            f"there are no scripts in {found.path}",
            "`pgmig baseline` writes the first from a database, `pgmig new` starts one by hand",
        )
        return
    first, last = found.scripts[0].label, found.scripts[-1].label
    yield Finding(
        "migrations", "ok", f"{len(found.scripts)} in {found.path}, from {first} to {last}"
    )
    for gap in found.gaps:
        yield Finding(
            "migrations",
            "careful",
            f"no script is numbered between {gap.after} and {gap.before}",
            "look whether one was not merged; a number that stays free does no harm",
        )
    yield from _seals(found)


def _seals(found: Directory) -> Iterator[Finding]:
    sums = check_sum(found)
    if sums.edited:
        names = some(sorted({edit.path.name for edit in sums.edited}), _SHOWN)
        do = "restore them, or prove the new text: `pgmig verify --seal`"
        yield Finding("seals", "wrong", f"edited since they were sealed: {names}", do)
    if sums.removed:
        do = "restore them from version control, or seal what is left: `pgmig verify --seal`"
        yield Finding("seals", "wrong", f"sealed and gone: {some(sums.removed, _SHOWN)}", do)
    if sums.edited or sums.removed:
        return
    count = len(sums.unsealed)
    if count:
        what = f"{count} of {len(found.scripts)} are not sealed: {some(sums.unsealed, _SHOWN)}"
        yield Finding("seals", "ok", what, "`pgmig verify --seal` proves and seals them")
    else:
        yield Finding("seals", "ok", "every script is the text that was sealed")
