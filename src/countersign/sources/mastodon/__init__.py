"""Reads the archive that a Mastodon server gives an account's owner: posts, boosts and, without times, favourites.

`export` opens it, `cutting` cuts its long lists into pieces, `records` says what a record means.
Source: shared notes, formats section 4.
"""

from countersign.sources.mastodon.export import MastodonExport

source = MastodonExport()

__all__ = ["MastodonExport", "source"]
