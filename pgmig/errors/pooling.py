"""What a pooler in front of the server stands in the way of."""

from pathlib import Path

from pgmig.errors.base import Refused


class RoleBehindPooler(Refused):
    """A command that needs whole sessions is to work as another role, and a pooler is in between.

    Attributes:
        role: the role.
    """

    def __init__(self, *, target: str, role: str) -> None:
        super().__init__(
            f'a pooler stands before the server: nothing can be read as the role "{role}" here',
            where=target,
            do="connect to the server itself, or grant what is to be read to the login role",
        )
        self.role = role


class ShadowBehindPooler(Refused):
    """Shadow databases are to be made through a pooler, which would keep sessions in them."""

    def __init__(self, *, server: str) -> None:
        super().__init__(
            "a pooler stands before the server for shadow databases: none can be dropped through"
            " it",
            where=server,
            do="connect to the server itself (shadow_url, --shadow-url or SHADOW_DATABASE_URL)",
        )


class WitnessBehindPooler(Refused):
    """A proof needs pg_dump's word, and pg_dump needs a session of its own.

    It sets search_path for the session, which behind a pooler is the next client's too.
    """

    def __init__(self, *, target: str) -> None:
        super().__init__(
            "a pooler stands before the server: pg_dump, the witness of the proof, cannot read"
            " through it",
            where=target,
            do="connect to the server itself",
        )


class RoleNotTaken(Refused):
    """A statement that no transaction may hold is to run as another role, behind a pooler.

    Attributes:
        path: the script's file.
        line: of the statement.
        role: the role.
    """

    def __init__(self, *, path: Path, line: int, words: str, role: str) -> None:
        super().__init__(
            f'{path.name} holds {words}, which cannot run as the role "{role}" behind a pooler',
            where=f"{path}:{line}",
            do="connect to the server itself, or log in as that role",
        )
        self.path = path
        self.line = line
        self.role = role
