"""Databases for the tests of a project: migrated once, copied for each test, dropped after it."""

from pgmig.commands.testing.database import Database, Session, fill, opened
from pgmig.commands.testing.project import Project, Recipe, open_project
from pgmig.commands.testing.server import find_server
from pgmig.commands.testing.template import Template

__all__ = [
    "Database",
    "Project",
    "Recipe",
    "Session",
    "Template",
    "fill",
    "find_server",
    "open_project",
    "opened",
]
