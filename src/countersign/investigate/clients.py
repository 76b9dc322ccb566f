"""Tells the platforms' own clients, which everybody has, from applications that somebody must let in."""

from typing import Final

OWN: Final = ("twitter", "bluesky", "mastodon", "web", "x for ")
"""How the platforms' own clients begin to be called."""


def is_own(client: str) -> bool:
    """Say whether a client is a platform's own.

    >>> is_own("Twitter for iPhone"), is_own("FollowBoost Pro")
    (True, False)
    """
    return client.casefold().startswith(OWN)
