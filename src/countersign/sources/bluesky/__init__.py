"""Reads the repository export of a Bluesky account (a CAR file): every like, repost, post and follow it still has.

`car` checks every block against its hash, `tree` walks the account's tree of records, `records` says what a record
means, `syntax` reads identifiers. Source: shared notes, formats section 3; AT Protocol specifications (Repository,
Data Model, Record Key, TID).
"""

from countersign.sources.bluesky.export import BlueskyExport

source = BlueskyExport()

__all__ = ["BlueskyExport", "source"]
