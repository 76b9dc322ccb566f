"""Writes an X archive of an invented account, as large as asked, in the platform's own form."""

import json
import random
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

OWNER = "4200000001"
GENERATED = datetime(2026, 3, 6, 13, 15, 31, tzinfo=UTC)
SNOWFLAKE_EPOCH_MS = 1_288_834_974_657
"""The moment from which X counts its ids (4 November 2010)."""
PER_FILE = 50_000
"""X splits a list into `tweets.js`, `tweets-part1.js` and so on."""
_CLIENTS = ("Press Desk", "Twitter Web App", "Lantern for Phone")
_WORDS = ("harbour", "ministry", "visit", "today", "thank", "welcome", "culture", "students", "bridge", "talks", "open",
          "night", "press", "garden", "music", "letter", "friends", "city", "river", "new")  # fmt: skip


def write(path: Path, *, posts: int, likes: int, seed: int = 7) -> None:
    """Write an archive with that many posts and likes."""
    dice = random.Random(seed)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as box:
        box.writestr("data/manifest.js", _manifest(posts, likes))
        box.writestr("data/account.js", _file("account", 0, [_account()]))
        _parts(box, "tweets", "tweets", _tweets(dice, posts))
        _parts(box, "like", "like", _likes(dice, likes))


def _parts(box: zipfile.ZipFile, stem: str, name: str, records: Iterator[object]) -> None:
    whole = list(records)
    for part, start in enumerate(range(0, len(whole), PER_FILE)):
        file = f"data/{stem}.js" if part == 0 else f"data/{stem}-part{part}.js"
        box.writestr(file, _file(name, part, whole[start : start + PER_FILE]))


def _file(name: str, part: int, records: list[object]) -> str:
    return f"window.YTD.{name}.part{part} = " + json.dumps(records, indent=2, ensure_ascii=False)


def _manifest(posts: int, likes: int) -> str:
    config = {
        "userInfo": {"accountId": OWNER, "userName": "EmbVeldora", "displayName": "Embassy of Veldora"},
        "archiveInfo": {"generationDate": _iso(GENERATED), "isPartialArchive": False},
        "dataTypes": {"tweets": _listed("tweets", posts), "like": _listed("like", likes)},
    }
    return "window.__THAR_CONFIG = " + json.dumps(config, indent=2)


def _listed(stem: str, count: int) -> dict[str, object]:
    parts = range(max(1, -(-count // PER_FILE)))
    return {
        "files": [
            {
                "fileName": f"data/{stem}.js" if part == 0 else f"data/{stem}-part{part}.js",
                "globalName": f"YTD.{stem}.part{part}",
                "count": str(min(PER_FILE, count - part * PER_FILE)),
            }
            for part in parts
        ]
    }


def _account() -> dict[str, object]:
    return {
        "account": {
            "accountId": OWNER,
            "username": "EmbVeldora",
            "accountDisplayName": "Embassy of Veldora",
            "createdAt": "2011-05-02T08:00:00.000Z",
        }
    }


def _tweets(dice: random.Random, count: int) -> Iterator[object]:
    when = GENERATED
    for _ in range(count):
        when -= timedelta(seconds=dice.expovariate(1 / 3_000))
        name = f"Friend{dice.randrange(400):03}"
        shape = dice.random()
        text = " ".join(dice.choice(_WORDS) for _ in range(12))
        text = f"RT @{name}: {text}" if shape < 0.25 else f"@{name} {text}" if shape < 0.45 else text
        yield {"tweet": _tweet(when, text, name if shape < 0.45 else None, dice)}


def _tweet(when: datetime, text: str, name: str | None, dice: random.Random) -> dict[str, object]:
    native = _id_at(when, dice)
    mentions = [] if name is None else [{"screen_name": name, "name": name, "id_str": name[-3:], "indices": ["0", "9"]}]
    answer = {"in_reply_to_screen_name": name, "in_reply_to_user_id_str": name[-3:]} if name and text[0] == "@" else {}
    return {
        "id": native,
        "id_str": native,
        "created_at": when.strftime("%a %b %d %H:%M:%S +0000 %Y"),
        "full_text": text,
        "lang": "en",
        "source": f'<a href="https://app.example.org" rel="nofollow">{dice.choice(_CLIENTS)}</a>',
        "favorite_count": "0",
        "retweet_count": "0",
        "entities": {"hashtags": [], "symbols": [], "user_mentions": mentions, "urls": []},
        **answer,
    }


def _likes(dice: random.Random, count: int) -> Iterator[object]:
    when = GENERATED
    for _ in range(count):
        when -= timedelta(seconds=dice.expovariate(1 / 3_000))
        native = _id_at(when, dice)
        text = " ".join(dice.choice(_WORDS) for _ in range(14))
        url = f"https://twitter.com/i/web/status/{native}"
        yield {"like": {"tweetId": native, "fullText": text, "expandedUrl": url}}


def _id_at(when: datetime, dice: random.Random) -> str:
    milliseconds = int(when.timestamp() * 1000) - SNOWFLAKE_EPOCH_MS
    return str((milliseconds << 22) + dice.randrange(1 << 22))


def _iso(when: datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M:%S.000Z")
