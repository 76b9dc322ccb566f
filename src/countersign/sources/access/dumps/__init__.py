"""Reads what an instance's admin, a platform's account page or a forensic tool dumps: CSV, JSON or JSON lines."""

from countersign.sources.access.dumps.sessions import sessions
from countersign.sources.access.dumps.timeline import looks_like_a_timeline, timeline

__all__ = ["looks_like_a_timeline", "sessions", "timeline"]
