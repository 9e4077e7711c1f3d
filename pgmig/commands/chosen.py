"""Scripts of a directory that were chosen, and a server to try them on."""

import difflib
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from pgmig.commands.git import files_of
from pgmig.errors import ScriptNotThere
from pgmig.scripts import Directory, Half, Script
from pgmig.shadow.database import ShadowServer, open_server
from pgmig.shadow.server import LocalServer

_ENDS = (".up.sql", ".down.sql")


def chosen(found: Directory, names: Sequence[str]) -> tuple[Script, ...]:
    """The scripts of these names, in the order of versions; all of them without a name.

    Args:
        found: the directory.
        names: files of it, labels like `0042_orders`, or numbers.

    Raises:
        ScriptNotThere: a name is no script's.
    """
    if not names:
        return found.scripts
    versions = {_named(found, name).version for name in names}
    return tuple(each for each in found.scripts if each.version in versions)


def since(found: Directory, rev: str, root: Path) -> tuple[Script, ...]:
    """The scripts that the directory of a commit lacks, or has with another text.

    Args:
        found: the directory, now.
        rev: a commit, branch or tag.
        root: a folder inside the repository.

    Raises:
        GitUnusable: as `files_of`.
    """
    there = files_of(rev, found.path, root, is_required=False)
    old = {name: _same_lines(data) for name, data in there}
    return tuple(each for each in found.scripts if not _is_in(old, each))


@contextmanager
def shadow_server(
    found: Directory, shadow_url: str | None, local: LocalServer | None, *, major: int = 0
) -> Generator[ShadowServer]:
    """A server on which the roles exist that the scripts of a directory say they need.

    Args:
        found: the directory.
        shadow_url: as `open_server` has it.
        local: where the local server lives.
        major: what it should be of; 0: as the settings have it.
    """
    place = local or LocalServer()
    wanted = major or (0 if shadow_url else place.settled().place().major)
    roles = {role for each in found.scripts for role in each.up.header.roles}
    with open_server(wanted, shadow_url=shadow_url, local=place) as server, ExitStack() as stack:
        if roles:
            stack.enter_context(server.roles(sorted(roles)))
        yield server


def _named(found: Directory, name: str) -> Script:
    label = name
    path = Path(name)
    if path.name.endswith(_ENDS):
        label = path.name.rpartition(".")[0].rpartition(".")[0]
        if path.parent != Path() and path.parent.resolve() != found.path.resolve():
            raise _not_there(found, name)
    for each in found.scripts:
        if label == each.label or (label.isdigit() and int(label) == each.version):
            return each
    raise _not_there(found, name)


def _not_there(found: Directory, name: str) -> ScriptNotThere:
    labels = [each.label for each in found.scripts]
    near = next(iter(difflib.get_close_matches(Path(name).name, labels, n=1)), None)
    return ScriptNotThere(name=name, directory=found.path, nearest=near)


def _is_in(old: dict[str, bytes], script: Script) -> bool:
    halves = [script.up, *([script.down] if script.down else [])]
    return all(_same_lines(_bytes(half)) == old.get(half.path.name) for half in halves)


def _bytes(half: Half) -> bytes:
    return half.path.read_bytes()


def _same_lines(data: bytes) -> bytes:
    """Without what a checkout may make of line ends."""
    return data.replace(b"\r\n", b"\n")
