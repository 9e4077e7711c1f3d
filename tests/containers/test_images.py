"""The Dockerfiles build, line by line in a clean root directory, and what they build migrates."""

import dataclasses
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from pgmig import __version__, db
from pgmig.commands.init import init, part
from pgmig.commands.new import new
from tests.containers.image import Builder, Image, builder
from tests.fixtures.wire import Wire

ROOT = Path(__file__).parents[2]

# What pgmig needs at run time, by pyproject.toml and by what that needs itself.
RUNTIME = {
    "click",
    "markdown_it_py",
    "mdurl",
    "msgspec",
    "pgmig_engine",
    "psycopg",
    "psycopg_binary",
    "pygments",
    "rich",
    "sqlglot",
}
RUNTIME |= {"typing_extensions"} if sys.version_info < (3, 13) else set()

pytestmark = pytest.mark.newest


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Builder]:
    """Makes images, which are gone afterwards; this machine is as it was."""
    before = machine()
    place = tmp_path_factory.mktemp("images")
    with builder(place) as made:
        yield made
    assert names(place) == []
    assert machine() == before


def machine() -> dict[str, object]:
    """What RUN lines that got out would have changed."""
    accounts = (Path("/etc/passwd"), Path("/etc/group"), Path("/etc/pip.conf"))
    return {
        "accounts": {path: path.read_bytes() for path in accounts if path.exists()},
        "mounts": Path("/proc/self/mounts").read_text(),
        "folders": {folder: names(Path(folder)) for folder in ("/", "/opt", "/usr/local")},
        "packages": names(Path(sysconfig.get_path("purelib"))),
    }


def names(folder: Path) -> list[str]:
    """What is in a folder."""
    return sorted(path.name for path in folder.iterdir())


@dataclasses.dataclass(frozen=True)
class Registry:
    """This machine's settings of pip as one file, and the folders of packages that they name."""

    secrets: dict[str, Path]
    wheels: Path
    shared: list[Path]


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    """What stands for an index of the team's own."""
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True
    )
    settings: dict[str, str] = {}
    for line in listed.stdout.splitlines():
        name, _, value = line.partition("=")
        settings[name.rpartition(".")[2]] = value.strip("'")
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    settings["find-links"] = f"{settings.get('find-links', '')} {wheels}".strip()
    path = tmp_path / "pip.conf"
    lines = [f"{name} = {value}" for name, value in settings.items()]
    path.write_text("\n".join(["[global]", *lines]) + "\n")
    words = [word for value in settings.values() for word in value.split()]
    folders = [Path(word) for word in words if word.startswith("/")]
    # The pages of an index refer to files beside them.
    folders += [Path(word.removeprefix("file://")).parent for word in words if "file://" in word]
    return Registry({"pip_conf": path}, wheels, [each for each in folders if each.is_dir()])


@dataclasses.dataclass(frozen=True)
class Runs:
    """Runs an image beside a database, which it reaches by the network."""

    images: Builder
    image: Image
    url: str

    def __call__(
        self, *command: str, volumes: dict[str, Path] | None = None, is_connected: bool = True
    ) -> subprocess.CompletedProcess[str]:
        variables = {"PGMIG_DATABASE_URL": self.url} if is_connected else {}
        return self.images.run(self.image, *command, variables=variables, volumes=volumes)

    def python(self, code: str) -> str:
        """What a program prints that the image's Python runs."""
        other = dataclasses.replace(self.image, entrypoint=["/opt/pgmig/bin/python"])
        done = dataclasses.replace(self, image=other)("-c", code)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture
def runs(images: Builder, database: str) -> Iterator[Callable[[Image], Runs]]:
    """Runs an image beside a database of this test's own."""
    with Wire(database) as wire:
        yield lambda image: Runs(images, image, wire.url)


def arguments(manifest: Path, container: str) -> list[str]:
    """What a container of a manifest runs the image with."""
    spec = yaml.safe_load(manifest.read_text())["spec"]["template"]["spec"]
    every = [*spec.get("initContainers", ()), *spec["containers"]]
    (found,) = (each for each in every if each["name"] == container)
    return list(found["args"])


def config_map(folder: Path, files: Path) -> Path:
    """A folder as Kubernetes mounts a ConfigMap: links to links, through hidden folders."""
    real = folder / "..2026_11_23_10_00_00.1"
    real.mkdir(parents=True)
    (folder / "..data").symlink_to(real.name)
    for file in sorted(files.iterdir()):
        (real / file.name).write_bytes(file.read_bytes())
        (folder / file.name).symlink_to(f"..data/{file.name}")
    return folder


def write_project(folder: Path) -> None:
    """A migration, rows, and a file that is nobody's business."""
    (folder / ".git").mkdir(parents=True)
    made = new(folder / "migrations", "first")
    made.up.write_text("CREATE TABLE public.a (i int PRIMARY KEY);\n")
    made.down.write_text("DROP TABLE public.a;\n")
    (folder / "seeds").mkdir()
    (folder / "seeds" / "public.a.csv").write_text("i\n7\n")
    for path in (folder / "migrations").iterdir():
        path.chmod(0o600)
    (folder / ".env").write_text("PGMIG_DATABASE_URL=postgresql://secret@nowhere/x\n")


def test_the_image_of_pgmig_migrates_as_its_user_with_nothing_but_what_it_needs(
    images: Builder, registry: Registry, runs: Callable[[Image], Runs], tmp_path: Path
) -> None:
    image = images.build(ROOT / "Dockerfile", secrets=registry.secrets, shared=registry.shared)
    run = runs(image)

    assert image.labels["org.opencontainers.image.version"] == __version__
    assert run("--version").stdout == f"pgmig {__version__}\n"
    check = dataclasses.replace(image, entrypoint=[], command=image.healthcheck)
    assert images.run(check).returncode == 0
    packages = run.python(
        "import importlib.metadata as m; print(*(d.name for d in m.distributions()))"
    )
    assert {name.lower().replace("-", "_") for name in packages.split()} == RUNTIME
    assert run.python("import os; print(os.getresuid(), os.getgroups(), os.getcwd())") == (
        "(10001, 10001, 10001) [] /project\n"
    )

    write_project(tmp_path / "project")
    mounted = config_map(tmp_path / "mounted", tmp_path / "project" / "migrations")
    volumes = {"/project/migrations": mounted}
    job = arguments(ROOT / "deploy" / "job-configmap.yaml", "migrate")
    done = run(*job, volumes=volumes)
    assert done.returncode == 0, done.stderr
    assert run(*job, volumes=volumes).returncode == 0
    status = run("status", "--check", volumes=volumes)
    assert (status.returncode, "is at 0001_first, nothing pending" in status.stdout) == (0, True)


def test_the_image_of_a_project_holds_its_scripts_and_not_its_secrets(
    images: Builder, registry: Registry, runs: Callable[[Image], Runs], tmp_path: Path
) -> None:
    project = tmp_path / "project"
    write_project(project)
    init(project, [part("docker")])
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", str(ROOT)],
        cwd=registry.wheels,
        check=True,
    )
    image = images.build(project / "Dockerfile", secrets=registry.secrets, shared=registry.shared)
    run = runs(image)

    found = run.python("import os; print(*sorted(os.listdir('/project')))")
    assert found.split() == ["migrations", "pgmig.toml", "seeds"]
    assert run("up", is_connected=False).returncode == 2
    done = run(*arguments(project / "deploy" / "init-container.yaml", "migrate"))
    assert done.returncode == 0, done.stderr
    assert run("seed").returncode == 0
    with db.connect(run.url) as conn:
        assert conn.execute(b"SELECT i FROM public.a").fetchall() == [(7,)]

    # The wheel has the templates.
    elsewhere = dataclasses.replace(run, image=dataclasses.replace(image, folder="/tmp"))
    assert "compose.yaml\n" in elsewhere("init", "--docker", "--github", "--pre-commit").stdout
