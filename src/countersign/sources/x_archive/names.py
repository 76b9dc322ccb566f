"""The name under which this source is known, and the platform it reads."""

from typing import Final

SOURCE: Final = "x-archive"
PLATFORM: Final = "x"
