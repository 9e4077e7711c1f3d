"""The settings of the provider's programs."""

from pathlib import Path

SUPERUSER = "provider"
POOLER = "provider_pooler"
POOL = 6  # sessions that a role has of a database through the pooler

_SERVER = """
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = '{home}/sockets'
ssl = on
ssl_ca_file = '{home}/ca.crt'
ssl_cert_file = '{home}/server.crt'
ssl_key_file = '{home}/server.key'
password_encryption = 'scram-sha-256'
max_connections = 40
superuser_reserved_connections = 3
shared_buffers = 32MB
log_statement = 'none'
log_min_error_statement = 'panic'
fsync = off
timezone = 'UTC'
lc_messages = 'C'
"""

# The first line that fits decides. What is not encrypted fits none.
_ACCESS = """
local    all          {superuser}                trust
hostssl  all          {superuser}  127.0.0.1/32  reject
hostssl  replication  all          127.0.0.1/32  reject
hostssl  all          all          127.0.0.1/32  scram-sha-256
"""

_BOUNCER = """[databases]
* = host=127.0.0.1 port={server} auth_user={pooler}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = {home}/userlist.txt
auth_query = SELECT role, secret FROM provider.secret_of($1)
client_tls_sslmode = require
client_tls_cert_file = {home}/server.crt
client_tls_key_file = {home}/server.key
server_tls_sslmode = verify-full
server_tls_ca_file = {home}/ca.crt
pool_mode = transaction
default_pool_size = {pool}
max_client_conn = 40
server_login_retry = 1
query_wait_timeout = 3
ignore_startup_parameters = extra_float_digits
"""


def server(home: Path, *, port: int) -> None:
    """Write the settings and the rules of access into `home`/data."""
    with (home / "data/postgresql.conf").open("a") as file:
        file.write(_SERVER.format(home=home, port=port))
    (home / "data/pg_hba.conf").write_text(_ACCESS.format(superuser=SUPERUSER))


def bouncer(home: Path, *, port: int, server: int, password: str) -> Path:
    """Write PgBouncer's settings and the password of its own role; gives the settings' file."""
    users, settings = home / "userlist.txt", home / "pooler.ini"
    users.write_text(f'"{POOLER}" "{password}"\n')
    users.chmod(0o600)
    settings.write_text(
        _BOUNCER.format(home=home, port=port, server=server, pooler=POOLER, pool=POOL)
    )
    return settings
