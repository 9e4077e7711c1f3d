"""What to do about a connection that failed, by what libpq or the server said.

The texts choose advice only; another language or wording falls through to the general one.
"""

_CREDENTIALS = (
    "check the user and the password (URL, PGPASSWORD or ~/.pgpass), and whether the role or its"
    " token has expired"
)
_ENCRYPTED = "connect with sslmode=verify-full: the server takes what is encrypted alone"
_AUTHORITY = (
    "set sslrootcert to the certificate of the authority that signed the server's, as the provider"
    " gives it out; sslrootcert=system stands for the public ones"
)
_NO_ROOM = "wait for a connection to end, as --wait does, or raise the limit"
_ASLEEP = (
    "check that the server runs and listens at this address;"
    " --wait 60s waits for one that is starting or asleep"
)

# Parts of messages; the first that fits decides.
_ADVICE = (
    ("password authentication failed", _CREDENTIALS),
    ("SASL authentication failed", _CREDENTIALS),  # this and the next are PgBouncer's words
    ("no such user", _CREDENTIALS),
    ("no password supplied", "give the password in the URL, in PGPASSWORD or in ~/.pgpass"),
    (
        "is not permitted to log in",
        "connect as another role, or let this one: ALTER ROLE ... LOGIN",
    ),
    ("no encryption", _ENCRYPTED),
    ("SSL required", _ENCRYPTED),
    (
        "pg_hba.conf",
        "connect as a role, to a database and from an address that the server's rules let in",
    ),
    ("certificate verify failed", _AUTHORITY),
    ("self-signed certificate", _AUTHORITY),
    (
        "does not match host name",
        "connect by a name that the server's certificate holds; an alias or an address may be none",
    ),
    ("does not exist", "check the name, or create it first"),
    ("permission denied for database", "grant CONNECT on the database to this role"),
    ("too many connections", _NO_ROOM),
    ("too many clients", _NO_ROOM),
    ("remaining connection slots", _NO_ROOM),
    ("no more connections allowed", _NO_ROOM),
    ("query_wait_timeout", _NO_ROOM),  # every session of the pool is in use
    ("the database system is", "wait until the server is ready, as --wait 60s does"),
    (
        "failed: Permission denied",
        "run as an account that may enter the socket's directory, or name a host to connect by TCP",
    ),
    ("Connection refused", _ASLEEP),
    ("timeout expired", _ASLEEP),
    ("server login has been failing", "wait for the server behind the pooler, as --wait 60s does"),
)
_GENERAL = "check that the server runs and listens at this address"

# The same for what is wrong before anybody is asked.
_MISCONFIGURED = (
    (
        "definition of service",
        "define the service in ~/.pg_service.conf or the file that PGSERVICEFILE names",
    ),
    ("service file", "correct the file that PGSERVICEFILE names"),
    ("invalid port number", "give a port from 1 to 65535 (URL, port= or PGPORT)"),
    ("root certificate file", _AUTHORITY),
    ('for connection option "port"', "give a port from 1 to 65535 (URL, port= or PGPORT)"),
)


def on_failure(reason: str) -> str:
    """What to do where no session could be had."""
    return next((do for part, do in _ADVICE if part in reason), _GENERAL)


def on_settings(reason: str) -> str | None:
    """The same where libpq found a setting that cannot be; None: the reason is another."""
    return next((do for part, do in _MISCONFIGURED if part in reason), None)
