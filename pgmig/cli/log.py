"""The library's log on stderr."""

import logging
import sys

from pgmig.cli.output import clean

_LEVELS = (logging.WARNING, logging.INFO, logging.DEBUG)


class _Stderr(logging.Handler):
    """Writes to whatever stderr is at the moment: progress on a terminal stands in for it."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        sys.stderr.write(clean(self.format(record)) + "\n")


def log_to_stderr(verbosity: int, *, is_quiet: bool) -> None:
    """Show warnings, INFO from 1 on, DEBUG from 2 on; errors alone when quiet."""
    form = "%(asctime)s %(name)s: %(message)s" if verbosity else "warning: %(message)s"
    handler = _Stderr()
    handler.setFormatter(logging.Formatter(form))
    logger = logging.getLogger("pgmig")
    logger.handlers = [handler]
    logger.propagate = False
    logger.setLevel(logging.ERROR if is_quiet else _LEVELS[min(verbosity, len(_LEVELS) - 1)])
