"""What goes wrong between a pipeline and a managed database, and how pgmig tells it.

Of each case the exit code, words of the message, words of the advice, and that nothing changed.
`tests/managed/test_cases.py` runs all of them, the demo those that are `told`.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

from tests.managed import certificates
from tests.managed.configuration import SUPERUSER
from tests.managed.provider import ADMIN, EXPIRED, READER, Provider

_TIMEOUT = {"connect_timeout": "2"}

Url = Mapping[str, str]
Moment = AbstractContextManager[None]


def _as_it_is(_provider: Provider) -> Moment:
    return nullcontext()


@dataclass(frozen=True)
class Case:
    """One thing that is wrong.

    Attributes:
        title: what is wrong.
        code: the exit code of `pgmig up`.
        says: words of the message; through the pooler `pooled` in its place, where it differs.
        do: words of the advice.
        ways: direct, pooled or both.
        url: what is another in the connection string.
        moment: the state of the service meanwhile.
        script: the one that is pending.
        is_told: the demo shows it.
    """

    title: str
    code: int
    says: str
    do: str
    pooled: str = ""
    ways: Sequence[str] = ("direct", "pooled")
    url: Callable[[Provider], Url] = field(default=lambda _provider: {})
    moment: Callable[[Provider], Moment] = _as_it_is
    script: str = "CREATE TABLE public.more ();"
    is_told: bool = False


def wrong_authority(provider: Provider) -> Url:
    """The certificate of an authority that has signed nothing here."""
    return {"sslrootcert": str(certificates.authority(provider.home, "another"))}


def _setting(words: str, back: str) -> Callable[[Provider], Moment]:
    return lambda provider: provider.changed(words, back)


CASES = (
    Case(
        "the certificate of another authority",
        1,
        "certificate verify failed",
        "set sslrootcert to the certificate of the authority",
        url=wrong_authority,
        is_told=True,
    ),
    Case(
        "a file of the authority that is not there",
        2,
        "root certificate file",
        "set sslrootcert to the certificate of the authority",
        ways=("direct",),
        url=lambda _: {"sslrootcert": "/nowhere/ca.crt"},
    ),
    Case(
        "a name that the certificate does not hold",
        1,
        "does not match host name",
        "connect by a name that the server's certificate holds",
        url=lambda _: {"host": "db.example.com", "hostaddr": "127.0.0.1"},
        is_told=True,
    ),
    Case(
        "no encryption",
        1,
        "no encryption",
        "connect with sslmode=verify-full",
        pooled="SSL required",
        url=lambda _: {"sslmode": "disable"},
        is_told=True,
    ),
    Case(
        "a wrong password",
        1,
        "password authentication failed",
        "check the user and the password",
        pooled="SASL authentication failed",
        url=lambda _: {"password": "another"},
        is_told=True,
    ),
    Case(
        "a password that has been changed",
        1,
        "password authentication failed",
        "check the user and the password",
        pooled="SASL authentication failed",
        moment=lambda provider: provider.changed(
            f"ALTER ROLE {ADMIN} PASSWORD 'another'",
            f"ALTER ROLE {ADMIN} PASSWORD '{provider.passwords[ADMIN]}'",
        ),
    ),
    Case(
        "a role that has expired",
        1,
        "password authentication failed",
        "whether the role or its token has expired",
        url=lambda _: {"role": EXPIRED},
        is_told=True,
    ),
    Case(
        "a role that may not log in any more",
        1,
        "is not permitted to log in",
        "connect as another role",
        ways=("direct",),
        moment=_setting(f"ALTER ROLE {ADMIN} NOLOGIN", f"ALTER ROLE {ADMIN} LOGIN"),
    ),
    Case(
        "too few rights",
        4,
        f"role {READER} may not read pgmig's history",
        f"GRANT USAGE ON SCHEMA pgmig TO {READER}",
        url=lambda _: {"role": READER},
        is_told=True,
    ),
    Case(
        "the superuser, whom the network does not let in",
        1,
        "pg_hba.conf rejects connection",
        "the server's rules let in",
        ways=("direct",),
        url=lambda _: {"role": SUPERUSER, "password": "guessed"},
    ),
    Case(
        "a database that is asleep",
        1,
        "Connection refused",
        "--wait 60s",
        pooled="timeout expired",
        url=lambda _: _TIMEOUT,
        moment=lambda provider: provider.asleep(),
    ),
    Case(
        "a database that does not answer",
        1,
        "timeout expired",
        "--wait 60s",
        ways=("direct",),
        url=lambda _: _TIMEOUT,
        moment=lambda provider: provider.asleep(silent=True),
    ),
    Case(
        "a pooler that is down",
        1,
        "Connection refused",
        "--wait 60s",
        ways=("pooled",),
        moment=lambda provider: provider.without_pooler(),
        is_told=True,
    ),
    Case(
        "no connection left",
        1,
        f'too many connections for role "{ADMIN}"',
        "wait for a connection to end, as --wait does",
        ways=("direct",),
        moment=lambda provider: provider.crowded(0),
        is_told=True,
    ),
    Case(
        "a pool whose sessions are all in use",
        1,
        "query_wait_timeout",
        "wait for a connection to end, as --wait does",
        ways=("pooled",),
        moment=lambda provider: provider.exhausted(),
    ),
    Case(
        "a full disk: the service lets nobody write",
        4,
        "transactions are read-only here",
        "default_transaction_read_only",
        ways=("direct",),
        moment=_setting(
            f"ALTER ROLE {ADMIN} SET default_transaction_read_only = on",
            f"ALTER ROLE {ADMIN} RESET default_transaction_read_only",
        ),
    ),
    Case(
        "an extension that is not on the allow list",
        1,
        'extension "ltree" is not on the allow list of this service',
        "nothing of it remains",
        script="CREATE TABLE public.leaf (path text);\nCREATE EXTENSION ltree;",
        is_told=True,
    ),
    Case(
        "an extension that only a superuser may make",
        1,
        'permission denied to create extension "dblink"',
        "deploy as a role that may do this",
        ways=("direct",),
        script="CREATE EXTENSION dblink;",
    ),
    Case(
        "a script that needs a superuser",
        1,
        'permission denied to create event trigger "own"',
        "deploy as a role that may do this",
        ways=("direct",),
        script="CREATE TABLE public.own ();\n"
        "CREATE EVENT TRIGGER own ON sql_drop EXECUTE FUNCTION suppress_redundant_updates();",
    ),
    Case(
        "the service's statement_timeout, too short for a script",
        1,
        "canceling statement due to statement timeout",
        "raise statement_timeout for this role",
        ways=("direct",),
        moment=_setting(
            f"ALTER ROLE {ADMIN} SET statement_timeout = '300ms'",
            f"ALTER ROLE {ADMIN} RESET statement_timeout",
        ),
        script="CREATE TABLE public.more ();\nSELECT pg_sleep(2);",
        is_told=True,
    ),
)
