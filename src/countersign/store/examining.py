"""Looks for damage in the store's file: every page is read, every row decrypted."""

import sqlite3
from collections.abc import Callable, Iterable

from countersign.errors import StoreError


def pages(db: sqlite3.Connection) -> list[str]:
    """Return what SQLite finds wrong with the file's pages and with references between rows."""
    found = [str(row[0]) for row in db.execute("PRAGMA integrity_check") if row[0] != "ok"]
    return found + [f"{row[0]} refers to a missing row" for row in db.execute("PRAGMA foreign_key_check")]


def troubles(parts: Iterable[Callable[[], object]]) -> list[str]:
    """Return what reading each part raised."""
    return [trouble for part in parts if (trouble := _trouble(part))]


def _trouble(read: Callable[[], object]) -> str:
    try:
        read()
    except StoreError as error:
        return error.message
    return ""
