"""What a pooler in front of the server stands in the way of."""

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
