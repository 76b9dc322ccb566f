"""Reads calendars (iCalendar, RFC 5545): who was on duty when, and who declared to be where."""

from countersign.sources.access.calendar.lines import looks_like_a_calendar
from countersign.sources.access.calendar.roster import roster, travel

__all__ = ["looks_like_a_calendar", "roster", "travel"]
