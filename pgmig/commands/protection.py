"""Rules of the settings for scripts that run: `allow` and `require`."""

from typing import Final

import msgspec

from pgmig.errors.consent import CONSENT

ALLOW: Final[tuple[str, ...]] = CONSENT
REQUIRE: Final = ("verify", "plan")


class Rule(msgspec.Struct, frozen=True):
    """The words of `allow` or `require`, and where they are written."""

    words: frozenset[str]
    where: str

    def text(self, key: str) -> str:
        """The rule as it stands in its file, for messages."""
        words = ", ".join(f'"{word}"' for word in sorted(self.words))
        return f"{self.where}: {key} = [{words}]"


class Protections(msgspec.Struct, frozen=True):
    """What must hold of scripts before they run on a target; None: nothing.

    Attributes:
        allow: the hazards that scripts and flags may consent to.
        require: verify: each pending script is sealed, and was proved on the target's major.
            plan: `up` was given a plan.
    """

    allow: Rule | None = None
    require: Rule | None = None
