"""Step: one half of one script, about to run."""

from pathlib import Path
from typing import Literal

import msgspec

from pgmig.errors import ScriptIrreversible
from pgmig.scripts import Half, Script
from pgmig.scripts.names import Direction

Source = Literal["file", "history"]


class Step(msgspec.Struct, frozen=True):
    """One script in one direction.

    Attributes:
        script: both halves, as history will keep them.
        direction: which of them runs.
        source: where the text comes from: its file, or history when the file is gone or changed.
    """

    script: Script
    direction: Direction
    source: Source = "file"

    @property
    def version(self) -> int:
        """The script's number."""
        return self.script.version

    @property
    def label(self) -> str:
        """The script's file name without its half, like `0042_orders`."""
        return self.script.label

    @property
    def half(self) -> Half:
        """What runs.

        Raises:
            ScriptIrreversible: there is no way back.
        """
        if self.direction == "up":
            return self.script.up
        if self.script.down is None or self.script.irreversible is not None:
            raise ScriptIrreversible(
                label=self.label, reason=self.script.irreversible or "it has no down half"
            )
        return self.script.down

    @property
    def path(self) -> Path:
        """The file of the half that runs, whether it still exists or not."""
        return self.half.path
