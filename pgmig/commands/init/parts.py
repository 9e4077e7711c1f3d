"""The parts of a project that `init` can write, and the template of each file.

Programs among the templates have names that no tool takes for modules of the package.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """Files that belong together.

    Attributes:
        name: as the flag says it.
        files: place in the project, template in the package.
        is_at_top: whether they count at the top of a repository only.
        then: the command to type once they are there, if there is one.
        is_installing: whether they install pgmig with pip.
    """

    name: str
    files: tuple[tuple[str, str], ...]
    is_at_top: bool
    then: str
    is_installing: bool = False


_ACTION = ".github/actions/pgmig/action"
_STEPS = ("install.sh", "run.py", "comment.py")

PARTS = (
    Part(
        name="github",
        files=(
            (".github/workflows/ci.yml", "github/workflows/ci.yml"),
            (".github/workflows/schema-change.yml", "github/workflows/schema-change.yml"),
            (".github/workflows/deploy.yml", "github/workflows/deploy.yml"),
            (".github/actions/pgmig/action.yml", "github/actions/pgmig/action.yml"),
            *((f"{_ACTION}/{name}", f"github/actions/pgmig/action/{name}.txt") for name in _STEPS),
            (".github/zizmor.yml", "github/zizmor.yml"),
        ),
        is_at_top=True,
        then="",
        is_installing=True,
    ),
    Part(
        name="pre-commit",
        files=((".pre-commit-config.yaml", "pre-commit/pre-commit-config.yaml"),),
        is_at_top=True,
        then="pre-commit install",
    ),
    Part(
        name="docker",
        files=(
            ("Dockerfile", "docker/Dockerfile"),
            (".dockerignore", "docker/dockerignore"),
            ("compose.yaml", "docker/compose.yaml"),
            ("deploy/job.yaml", "docker/deploy/job.yaml"),
            ("deploy/job-configmap.yaml", "docker/deploy/job-configmap.yaml"),
            ("deploy/init-container.yaml", "docker/deploy/init-container.yaml"),
        ),
        is_at_top=False,
        then="docker compose up --build",
        is_installing=True,
    ),
)


def part(name: str) -> Part:
    """The part of that name."""
    return next(each for each in PARTS if each.name == name)
