"""Says who did what to whom, in the words of the interface."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from countersign.activity import Identity, Verb
from countersign.text import handle_remark, visible

PLATFORMS = {"x": "X", "bluesky": "Bluesky", "mastodon": "Mastodon"}

DID: Mapping[Verb, str] = {
    "post": "posted", "reply": "replied", "quote": "quoted", "repost": "reposted", "like": "liked",
    "follow": "followed", "block": "blocked", "mute": "muted", "unlike": "took back like",
    "unrepost": "took back repost", "unfollow": "unfollowed", "unblock": "unblocked", "unmute": "unmuted",
    "delete": "deleted", "update": "changed profile", "grant": "let in application", "other": "other",
}  # fmt: skip
"""What an action is called in a table."""

_IN_A_SENTENCE: Mapping[Verb, tuple[str, str]] = {
    "post": ("wrote 1 post", "wrote {} posts"),
    "reply": ("wrote 1 reply", "wrote {} replies"),
    "quote": ("quoted 1 post", "quoted {} posts"),
    "repost": ("reposted 1 post", "reposted {} posts"),
    "like": ("liked 1 post", "liked {} posts"),
    "follow": ("followed 1 account", "followed {} accounts"),
    "block": ("blocked 1 account", "blocked {} accounts"),
    "mute": ("muted 1 account", "muted {} accounts"),
    "unlike": ("took back 1 like", "took back {} likes"),
    "unrepost": ("took back 1 repost", "took back {} reposts"),
    "unfollow": ("unfollowed 1 account", "unfollowed {} accounts"),
    "unblock": ("unblocked 1 account", "unblocked {} accounts"),
    "unmute": ("unmuted 1 account", "unmuted {} accounts"),
    "delete": ("deleted 1 post", "deleted {} posts"),
    "update": ("changed its profile once", "changed its profile {} times"),
    "grant": ("let in 1 application", "let in {} applications"),
    "other": ("did 1 other thing", "did {} other things"),
}


def account_named(account: str, platform: str, identities: Iterable[Identity]) -> str:
    """Return what to call an account: its handle and platform, or what the file calls it.

    >>> account_named("111", "x", [Identity(account="111", platform="x", handle="ExamplianEmb")])
    '@ExamplianEmb on X'
    >>> account_named("acct-7", "unknown", [])
    'acct-7'
    """
    handles = (who.handle for who in identities if who.account == account and who.platform == platform and who.handle)
    handle = next(handles, None)
    name = _at(handle) if handle else account
    where = PLATFORMS.get(platform, "" if platform == "unknown" else platform)
    return visible(f"{name} on {where}" if where else name)


def done(verbs: Iterable[Verb]) -> str:
    """Return in a sentence what was done, the most frequent first.

    >>> done(["like", "like", "follow"])
    'liked 2 posts and followed 1 account'
    >>> done(["post", "reply", "post"])
    'wrote 2 posts and 1 reply'
    """
    parts = [
        _IN_A_SENTENCE[verb][0] if times == 1 else _IN_A_SENTENCE[verb][1].format(f"{times:,}")
        for verb, times in Counter(verbs).most_common()
    ]
    said = [_unrepeated(part, before) for before, part in zip(["", *parts], parts, strict=False)]
    return " and ".join([", ".join(said[:-1]), said[-1]] if len(said) > 1 else said)


def _unrepeated(part: str, before: str) -> str:
    verb, rest = part.split(" ", 1)
    return rest if before.startswith(f"{verb} ") else part


def target(row: Mapping[str, Any]) -> str:
    """Return whom or what an action was done to: an author, else the words of the post, else its address or id.

    >>> target({"object_author": "kx_clips", "object": "99", "text": None})
    '@kx_clips'
    >>> target({"text": "Good morning"}), target({"native_id": "2079"})
    ('“Good morning”', 'id 2079')
    """
    author, text = row.get("object_author"), row.get("text")
    if author:
        remark = handle_remark(author)
        return f"{_at(author)} ({remark})" if remark else _at(author)
    if text:
        return f"“{text}”"
    return str(row.get("object") or f"id {row['native_id']}")


def _at(handle: str) -> str:
    return handle if not handle or handle[0] == "@" or set(handle) & set(":/.@") else f"@{handle}"
