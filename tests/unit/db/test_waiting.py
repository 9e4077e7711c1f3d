"""What `--wait` does not wait for."""

import pytest

from pgmig.db.waiting import until_ready
from pgmig.errors import ConnectionFailed


def test_a_socket_that_we_may_not_enter_is_not_waited_for() -> None:
    tries: list[int] = []

    def opened() -> None:
        tries.append(1)
        said = 'connection to server on socket "/run/x/.s.PGSQL.1" failed: Permission denied'
        raise ConnectionFailed(target="app", reason=said, do="")

    with pytest.raises(ConnectionFailed):
        until_ready(opened, "postgresql://u@/app?host=/run/x&port=1", 60_000)
    assert len(tries) == 1
