"""The savepoint of a try: what the server refuses within it leaves the transaction as it was."""

from typing import Final

SAVE: Final = "SAVEPOINT pgmig_seed"
BACK: Final = "ROLLBACK TO SAVEPOINT pgmig_seed"
FORGET: Final = "RELEASE SAVEPOINT pgmig_seed"
