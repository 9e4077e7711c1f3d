"""Images made without an engine: each RUN line runs as root in a root directory of its own.

A stage begins with what `FROM python:...` has that counts here: Debian's /usr and /etc, which are
this machine's without compilers, git and PostgreSQL, and a Python at /usr/local with pip alone;
everything else is empty. All of it is a layer in memory over this machine's files, in a mount
namespace of its own: when its first process ends, nothing is left. RUN lines see no variable of
this process, no file of the machine but those, and of the repository what COPY has copied.

That takes root, or sudo without a password, as the machines of pipelines have it.
"""

import json
import os
import shlex
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from tests.containers.dockerfile import expanded, instructions, pairs, sent

_AS_ROOT = [] if os.geteuid() == 0 else ["sudo", "--non-interactive"]
# Of one container: its mounts, and its processes, which all end with the first of them.
_CONTAINED = "unshare --mount --pid --fork --kill-child"
_NAMESPACE = [*_AS_ROOT, "unshare", "--mount", "--propagation", "private"]

# Makes folders of a layer hide those below it.
_HIDE = """import os, sys
for folder in sys.argv[1:]:
    os.setxattr(folder, "trusted.overlay.opaque", b"y")
"""

# As the image of python has them.
_PATH = "/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"
# Programs that a machine has and a slim image lacks.
_NOT_SLIM = "git* make cc gcc* c++* g++* *-linux-gnu-* psql pg_* node npm curl wget sudo ssh"
_LINKED = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
_LAYERS = ("usr", "etc", "usr/local")

_PROXIES = {
    name: value
    for name, value in os.environ.items()
    if name.lower().endswith(("_proxy", "_bundle"))
}


@dataclass
class Image:
    """What the instructions said of how it runs, and where its files are in the builder."""

    root: Path
    variables: dict[str, str] = field(default_factory=lambda: {"PATH": _PATH})
    arguments: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    folder: str = "/"
    user: str = "0:0"
    entrypoint: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)
    healthcheck: list[str] = field(default_factory=list)


class Builder:
    """A mount namespace in which images are made and run."""

    def __init__(self, place: Path, process: int) -> None:
        self._place = place
        self._process = process
        self._count = 0
        self._prepare()

    def build(
        self,
        dockerfile: Path,
        *,
        arguments: Mapping[str, str] | None = None,
        secrets: Mapping[str, Path] | None = None,
        shared: Sequence[Path] = (),
    ) -> Image:
        """Follow a Dockerfile; the folder that it is in is sent to the build.

        Args:
            arguments: as --build-arg gives them.
            secrets: as --secret gives them.
            shared: folders of this machine that stand for what the network has.
        """
        stages: dict[str, Image] = {}
        image: Image | None = None
        for each in instructions(dockerfile):
            words = each.words()
            if each.word == "FROM":
                image = Image(self._stage())
                stages[words[2] if len(words) == 3 else str(len(stages))] = image
                continue
            assert image is not None, "ARG before FROM"
            if each.word == "RUN":
                mounts = {Path(str(path)): path for path in shared}
                mounts |= _secret(each.flag("mount"), secrets or {})
                self._run_line(image, each.text, mounts)
            elif each.word == "COPY":
                self._copy(image, words, dockerfile.parent, stages, each.flag("from"))
            else:
                _note(image, each.word, each.text, words, arguments or {})
                self._inside(f"mkdir -p {image.root}{image.folder}")
        assert image is not None, "no FROM"
        return image

    def run(
        self,
        image: Image,
        *command: str,
        variables: Mapping[str, str] | None = None,
        volumes: Mapping[str, Path] | None = None,
        is_read_only: bool = True,
    ) -> "subprocess.CompletedProcess[str]":
        """Run the image as an engine does: as its user, without capabilities.

        Args:
            command: in place of its own.
            variables: more of them, as --env.
            volumes: places in the image with what of this machine is there, read-only.
            is_read_only: its files cannot be written, but for /tmp.
        """
        everything = {"HOME": self._home(image), **image.variables, **(variables or {})}
        given = [f"{name}={value}" for name, value in everything.items()]
        line = [*image.entrypoint, *(command or image.command)]
        lines = [f"mount -t proc proc {image.root}/proc"]
        lines += [_bind(image.root, place, path) for place, path in (volumes or {}).items()]
        if is_read_only:
            mounts = [image.root, *(image.root / layer for layer in _LAYERS)]
            lines += [f"mount -o remount,bind,ro {shlex.quote(str(each))}" for each in mounts]
            lines.append(f"mount -t tmpfs -o mode=1777 tmp {image.root}/tmp")
        user, group = image.user.split(":")
        lines.append(
            f"exec chroot {image.root} /usr/bin/setpriv --reuid={user} --regid={group}"
            f" --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all"
            f" /usr/bin/env -i --chdir={image.folder} {shlex.join([*given, *line])}"
        )
        return self._inside(f"{_CONTAINED} sh -euc {_script(lines)}", check=False)

    def _inside(
        self, script: str, *, check: bool = True, stdin: IO[bytes] | int = subprocess.DEVNULL
    ) -> "subprocess.CompletedProcess[str]":
        """Run a script of the shell in the namespace, on this machine's files."""
        enter = [*_AS_ROOT, "nsenter", f"--target={self._process}", "--mount"]
        done = subprocess.run(
            [*enter, "sh", "-euc", script],
            stdin=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        assert not check or done.returncode == 0, f"{script}\n{done.stdout}{done.stderr}"
        return done

    def _prepare(self) -> None:
        """The layer of the image that all stages begin with."""
        prefix, version = Path(sys.base_prefix), sysconfig.get_python_version()
        packages = self._place / f"upper/base/usr-local/lib/python{version}/site-packages"
        programs = self._place / "upper/base/usr-local/bin"
        self._inside(
            f"mkdir -p {packages} {programs}\n"
            f"{sys.executable} -c {shlex.quote(_HIDE)} {packages} {programs}\n"
            f"cp {prefix}/bin/python{version} {programs}/\n"
            f"ln -s python{version} {programs}/python3\n"
            f"ln -s python{version} {programs}/python"
        )
        base = self._place / "base"
        self._mount(base, "base", [])
        self._inside(
            f"chroot {base} /usr/bin/env -i PATH={_PATH} sh -euc '"
            "ldconfig\n"
            "python3 -m ensurepip > /dev/null 2>&1\n"
            "ln -s pip3 /usr/local/bin/pip\n"
            "rm -f /etc/pip.conf\n"
            f"cd /usr/bin && rm -f {_NOT_SLIM}\n"
            "rm -rf /usr/lib/postgresql\n"
            'awk -F: "\\$3 < 1000 || \\$3 == 65534" /etc/passwd > /etc/passwd.image\n'
            "mv /etc/passwd.image /etc/passwd'\n"
            f"rm -f {base}/etc/resolv.conf\n"
            f"if [ -e /etc/resolv.conf ]; then cat /etc/resolv.conf > {base}/etc/resolv.conf; fi\n"
            f"umount --recursive {base}"
        )

    def _stage(self) -> Path:
        self._count += 1
        root = self._place / f"stage{self._count}"
        self._mount(root, root.name, [self._place / "upper/base"])
        return root

    def _mount(self, root: Path, name: str, between: list[Path]) -> None:
        """A root directory whose changes go into a layer of that name."""
        lines = [f"mkdir -p {root}", f"mount -t tmpfs -o mode=755 {name} {root}"]
        lines.append(
            f"cd {root} && mkdir dev home mnt opt proc root run srv tmp usr etc var var/tmp"
        )
        lines.append("chmod 1777 tmp var/tmp; chmod 700 root")
        links = [Path("/", link) for link in _LINKED]
        lines += [f"ln -s {link.readlink()} {link.name}" for link in links if link.is_symlink()]
        lowers = {layer: Path("/") / layer for layer in _LAYERS}
        lowers["usr/local"] = Path(sys.base_prefix)
        for layer, lower in lowers.items():
            own = layer.replace("/", "-")
            upper, work = (self._place / kind / name / own for kind in ("upper", "work"))
            below = ":".join(map(str, [*(each / own for each in between), lower]))
            lines.append(
                f"mkdir -p {upper} {work}; mount -t overlay"
                f" -o lowerdir={below},upperdir={upper},workdir={work} {name} {layer}"
            )
        lines.append("mount --rbind /dev dev")
        self._inside("\n".join(lines))

    def _home(self, image: Image) -> str:
        """The home that the image's accounts give its user, as an engine sets it."""
        user = image.user.partition(":")[0]
        accounts = self._inside(f"cat {image.root}/etc/passwd").stdout.splitlines()
        homes = [each.split(":")[5] for each in accounts if each.split(":")[2] == user]
        return homes[0] if homes else "/"

    def _run_line(self, image: Image, line: str, mounts: Mapping[Path, Path]) -> None:
        variables = {"HOME": "/root", **_PROXIES, **image.arguments, **image.variables}
        given = shlex.join(f"{name}={value}" for name, value in variables.items())
        user, group = image.user.split(":")
        lines = [f"mount -t proc proc {image.root}/proc"]
        lines += [_bind(image.root, str(place), path) for place, path in mounts.items()]
        lines.append(
            f"exec chroot --userspec={user}:{group} --groups= {image.root}"
            f" /usr/bin/env -i --chdir={image.folder} {given} /bin/sh -c {shlex.quote(line)}"
        )
        self._inside(f"{_CONTAINED} sh -euc {_script(lines)}")

    def _copy(
        self,
        image: Image,
        words: list[str],
        context: Path,
        stages: Mapping[str, Image],
        origin: str | None,
    ) -> None:
        *sources, target = words
        place = Path(image.root, *Path(image.folder, target).parts[1:])
        if origin is not None:
            (source,) = sources
            self._inside(f"mkdir -p {place} && cp -a {stages[origin].root}{source}/. {place}/")
            return
        chosen = {
            path: _landing(path, source, place, is_folder=target.endswith("/") or target == ".")
            for source in sources
            for path in sent(context)
            if Path(source) in (path, *path.parents)
        }
        for source in sources:
            assert any(Path(source) in (path, *path.parents) for path in chosen), source
        with tempfile.TemporaryFile() as packed:
            with tarfile.open(fileobj=packed, mode="w") as archive:
                for path, to in chosen.items():
                    archive.add(context / path, to.relative_to(image.root), filter=_as_root)
            packed.seek(0)
            self._inside(f"mkdir -p {place.parent}; tar -xf - -C {image.root}", stdin=packed)


@contextmanager
def builder(place: Path) -> Iterator[Builder]:
    """Images can be made until the end, and then they are gone.

    Args:
        place: an empty folder.
    """
    script = f"mount -t tmpfs -o mode=755 images {place} && echo $$ && exec cat"
    with subprocess.Popen(
        [*_NAMESPACE, "sh", "-euc", script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        yield Builder(place, int(process.stdout.readline()))
        process.communicate()


def can_build() -> bool:
    """Whether this machine lets us mount layers."""
    line = "mount -t tmpfs t /mnt && cd /mnt && mkdir u w m && mount -t overlay"
    line += " -o lowerdir=/usr,upperdir=u,workdir=w o m"
    try:
        done = subprocess.run([*_NAMESPACE, "sh", "-euc", line], check=False, capture_output=True)
    except FileNotFoundError:
        return False
    return done.returncode == 0


def _note(
    image: Image, word: str, text: str, words: list[str], arguments: Mapping[str, str]
) -> None:
    """Take over an instruction that runs nothing."""
    variables = {**image.arguments, **image.variables}
    if word == "ARG":
        name, _, value = text.partition("=")
        image.arguments[name] = arguments.get(name, expanded(value.strip('"'), variables))
    elif word == "ENV":
        said = pairs(text)
        image.variables |= {name: expanded(value, variables) for name, value in said.items()}
    elif word == "LABEL":
        image.labels |= pairs(text)
    elif word == "WORKDIR":
        image.folder = str(Path(image.folder, expanded(text, variables)))
    elif word == "USER":
        image.user = text
    elif word == "ENTRYPOINT":
        image.entrypoint = words
    elif word == "CMD":
        image.command = words
    elif word == "HEALTHCHECK":
        image.healthcheck = json.loads(text.removeprefix("CMD "))
    else:
        raise AssertionError(f"no instruction that is known here: {word}")


def _secret(mount: str | None, secrets: Mapping[str, Path]) -> dict[Path, Path]:
    """Where a secret of RUN --mount=type=secret is to be; one that was not given is left out."""
    if mount is None:
        return {}
    said = dict(pair.split("=", 1) for pair in mount.split(","))
    assert said["type"] == "secret"
    return {Path(said["target"]): secrets[said["id"]]} if said["id"] in secrets else {}


def _script(lines: list[str]) -> str:
    """The lines as one argument."""
    return shlex.quote("\n".join(lines))


def _bind(root: Path, place: str, path: Path) -> str:
    """The command that shows a file or folder of this machine in a root directory."""
    here, there = shlex.quote(f"{root}{place}"), shlex.quote(str(path))
    make = f"mkdir -p {here}" if path.is_dir() else f"mkdir -p $(dirname {here}); touch {here}"
    return f"{make}; mount --bind -o ro {there} {here}"


def _as_root(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """What COPY makes of an owner."""
    member.uid = member.gid = 0
    member.uname = member.gname = "root"
    return member


def _landing(path: Path, source: str, place: Path, *, is_folder: bool) -> Path:
    """Where COPY puts a file: what is in a folder goes in, a file goes to its name."""
    inner = path.relative_to(source)
    if inner != Path():
        return place / inner
    return place / path.name if is_folder else place
