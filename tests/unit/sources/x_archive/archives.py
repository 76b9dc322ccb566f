"""Makes small X archives of invented accounts for the tests, and reads them."""

import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from countersign.activity import Activity, NotUnderstood, Parsed, Remark
from countersign.sources.x_archive import source
from countersign.sources.x_archive.times import SNOWFLAKE_EPOCH_MS

OWNER = "4200000001"
GENERATED = "2026-03-06T13:15:31.187Z"
T = TypeVar("T", bound=Parsed)


def js(name: str, records: Sequence[Any], *, part: int = 0) -> str:
    """Return records as a file of the archive."""
    return f"window.YTD.{name}.part{part} = " + json.dumps(records, indent=2, ensure_ascii=False)


def manifest(**counts: int) -> str:
    """Return a manifest that promises so many rows of some files (`deleted_tweets` for `deleted-tweets`)."""
    files = {
        name: {"files": [{"fileName": f"data/{name.replace('_', '-')}.js", "count": str(count)}]}
        for name, count in counts.items()
    }
    config = {
        "userInfo": {"accountId": OWNER, "userName": "EmbVeldora", "displayName": "Embassy of Veldora"},
        "archiveInfo": {"generationDate": GENERATED, "isPartialArchive": False},
        "dataTypes": files,
    }
    return "window.__THAR_CONFIG = " + json.dumps(config, indent=2)


def packed(path: Path, files: Mapping[str, str | bytes], *, bare: bool = False) -> str:
    """Write an archive; without `bare` it has a manifest. Returns its path."""
    whole = files if bare else {"data/manifest.js": manifest(), **files}
    with zipfile.ZipFile(path, "w") as box:
        for name, content in whole.items():
            box.writestr(name, content)
    return str(path)


def read(ref: str) -> list[Parsed]:
    """Return all that is read of an archive."""
    return [value for received in source.open(ref) for value in source.parse(received)]


def only(kind: type[T], values: Sequence[Parsed]) -> list[T]:
    """Return the values of one type."""
    return [value for value in values if isinstance(value, kind)]


def actions(ref: str) -> list[Activity]:
    """Return the actions of an archive, after making sure that all of it was understood."""
    values = read(ref)
    assert only(NotUnderstood, values) == []
    return only(Activity, values)


def remarks(ref: str) -> list[str]:
    """Return the remarks on an archive."""
    return [remark.text for remark in only(Remark, read(ref))]


def tweet(native_id: str = "1690395372546301952", text: str = "thank you", **more: Any) -> dict[str, Any]:
    """Return a post as the archive holds it."""
    base = {
        "id_str": native_id,
        "id": native_id,
        "created_at": "Sat Aug 12 16:10:37 +0000 2023",
        "full_text": text,
        "lang": "en",
        "source": '<a href="https://mobile.twitter.com" rel="nofollow">Twitter Web App</a>',
        "entities": {"hashtags": [], "symbols": [], "user_mentions": [], "urls": []},
    }
    return {"tweet": {**base, **more}}


def one(path: Path, **more: Any) -> Activity:
    """Return the only action of an archive that holds the only post `tweet(**more)`."""
    (found,) = actions(packed(path, {"data/tweets.js": js("tweets", [tweet(**more)])}))
    return found


def id_at(ms: int) -> str:
    """Return an id that X could have given out at a time (milliseconds since 1970)."""
    return str((ms - SNOWFLAKE_EPOCH_MS) << 22)
