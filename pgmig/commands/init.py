"""`pgmig init`: a settings file to fill in."""

from pathlib import Path

from pgmig.commands.project import FILE_NAME, find
from pgmig.errors import SettingsExist
from pgmig.scripts.write import write_file

TEMPLATE = """\
# Settings of pgmig. A flag wins over the table that --env NAME chooses, that one over the top of
# this file.

# The database, unless --url, --env, PGMIG_DATABASE_URL or DATABASE_URL (also in .env) names it.
# ${NAME} is a variable of the environment or of .env: keep passwords there, as they are. pgmig
# percent-encodes them; only a variable that is the whole url has to be encoded already.
# url = "postgresql://app:${APP_PASSWORD}@localhost/app"

# The directory of the scripts.
migrations = "migrations"

# How long a statement waits for a lock, and a run for another runner.
lock_timeout = "5s"
runner_timeout = "60s"

# How long to wait for a server that is starting, and the role to work as (SET ROLE).
# wait = "60s"
# role = "app_owner"

# A server for shadow databases; without it pgmig runs one of its own.
# shadow_url = "postgresql://localhost/postgres"

# What --env production chooses; every key from above may stand here. Its url wins over
# DATABASE_URL.
# [env.production]
# url = "${PRODUCTION_URL}"
# lock_timeout = "2s"

# The local server.
# [server]
# major = 16
# Folders with PostgreSQL's programs, beside those that are found without being named.
# postgres = ["/opt/postgresql-16/bin"]
"""


def init(folder: Path) -> Path:
    """Write pgmig.toml into `folder` and give its path.

    Raises:
        SettingsExist: the folder has a settings file.
        FileNotWritten: no space or no rights.
    """
    found = find(folder)
    if found.file is not None and found.root == folder:
        raise SettingsExist(path=str(found.file))
    path = folder / FILE_NAME
    write_file(path, TEMPLATE.encode())
    return path
