"""The command line: `iflow list`, `iflow show`, `iflow integrate`, `iflow compare`."""

from iflow.cli.program import main

__all__ = ["main"]
