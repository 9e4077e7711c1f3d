"""The migrations directory of a commit, or of the next one, read without a checkout."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from pgmig.errors import GitUnusable

INDEX = "the index"
_FILES = ("100644 ", "100755 ")  # modes


def files_of(
    rev: str, directory: Path, root: Path, *, is_required: bool = True
) -> Iterator[tuple[str, bytes]]:
    """The name and content of every file that the commit has in the directory.

    Contents are those of the commit: no filter and no line ending of a checkout touches them.

    Args:
        rev: a commit, branch or tag.
        directory: of the migrations, where it is or would be now.
        root: a folder inside the repository.
        is_required: a commit that lacks the directory is refused; otherwise it has no files there.

    Raises:
        GitUnusable: no git, no repository, no such commit, or it lacks the directory.
    """
    top, place = _place(rev, directory, root)
    found = _git(rev, root, "rev-parse", "--verify", "--end-of-options", f"{rev}^{{commit}}")
    commit = found.decode().strip()
    if place and not is_required and not _git(rev, top, "ls-tree", "--full-tree", commit, place):
        return
    listed = _git(rev, top, "ls-tree", "-z", "--full-tree", f"{commit}:{place}")
    blobs: dict[str, bytes] = {}
    for line in listed.decode(errors="surrogateescape").split("\0"):
        head, _, name = line.partition("\t")
        if not name.endswith((".sql", ".sum")):
            continue
        if not head.startswith(_FILES):
            raise GitUnusable(rev=rev, reason=f"{name} is not a file there", where=str(top))
        blobs[name] = head.rpartition(" ")[2].encode()
    yield from _files(rev, top, blobs)


def staged_files_of(directory: Path, root: Path) -> Iterator[tuple[str, bytes]]:
    """The name and content of every file that the next commit has in the directory: git's index.

    Raises:
        GitUnusable: no git, no repository, or a merge that is not resolved.
    """
    top, place = _place(INDEX, directory, root)
    listed = _git(INDEX, top, "ls-files", "--stage", "-z", "--", f":(literal){place or '.'}")
    blobs: dict[str, bytes] = {}
    for line in listed.decode(errors="surrogateescape").split("\0"):
        head, _, path = line.partition("\t")
        folder, _, name = path.rpartition("/")
        if folder != place or not name.endswith((".sql", ".sum")):
            continue
        blob, _, stage = head.partition(" ")[2].partition(" ")
        if stage != "0" or not head.startswith(_FILES):
            reason = f"{name} is {'not a file' if stage == '0' else 'not merged yet'} there"
            raise GitUnusable(rev=INDEX, reason=reason, where=str(top))
        blobs[name] = blob.encode()
    yield from _files(INDEX, top, blobs)


def _place(rev: str, directory: Path, root: Path) -> tuple[Path, str]:
    """The top of the repository, and the directory from there on; empty where it is the top."""
    top = Path(_git(rev, root, "rev-parse", "--show-toplevel").decode().removesuffix("\n"))
    inside = os.path.relpath(directory.resolve(), top.resolve())
    if inside == os.pardir or inside.startswith(os.pardir + os.sep):
        reason = f"{directory} is outside the repository"
        raise GitUnusable(rev=rev, reason=reason, where=str(top))
    return top, "" if inside == os.curdir else Path(inside).as_posix()


def _files(rev: str, top: Path, blobs: dict[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """Each name with the content of its blob."""
    given = b"".join(blob + b"\n" for blob in blobs.values())
    yield from zip(
        blobs, _contents(_git(rev, top, "cat-file", "--batch", given=given)), strict=True
    )


def _contents(batch: bytes) -> Iterator[bytes]:
    """The blobs that `git cat-file --batch` gives, each after a line that ends with its size."""
    at = 0
    while at < len(batch):
        end = batch.index(b"\n", at)
        size = int(batch[at:end].rpartition(b" ")[2])
        yield batch[end + 1 : end + 1 + size]
        at = end + 1 + size + 1


def _git(rev: str, folder: Path, *arguments: str, given: bytes = b"") -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 - no shell; the revision cannot be an option
            ["git", "-C", str(folder), *arguments],  # noqa: S607 - the user's own git
            input=given,
            capture_output=True,
            check=False,
            env={**os.environ, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"},
        )
    except OSError as error:
        reason = f"git does not run: {error.strerror}"
        raise GitUnusable(rev=rev, reason=reason, where=str(folder)) from None
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip().split("\n", maxsplit=1)[0]
        reason = said.removeprefix("fatal: ") or "git refused"
        if reason == "Needed a single revision":  # as rev-parse says of a name that is unknown
            reason = "there is no such commit, branch or tag"
        raise GitUnusable(rev=rev, reason=reason, where=str(folder))
    return done.stdout
