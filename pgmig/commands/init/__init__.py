"""`pgmig init`: what a new project starts from, written from templates."""

from pgmig.commands.init.parts import PARTS, Part, part
from pgmig.commands.init.writing import Started, init

__all__ = ["PARTS", "Part", "Started", "init", "part"]
