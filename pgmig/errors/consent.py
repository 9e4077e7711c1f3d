"""The words with which somebody consents to a danger, in `--allow` and in the head of a script."""

from typing import Literal, get_args

Consent = Literal["drop-table", "drop-column", "data-loss", "drop"]
"""The hazards that take rows or values with them: they need `--allow`."""

CONSENT: tuple[Consent, ...] = get_args(Consent)
