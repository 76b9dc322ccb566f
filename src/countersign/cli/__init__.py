"""The command line: one of the ways to look at what Countersign knows."""

from countersign.cli.app import main

__all__ = ["main"]
