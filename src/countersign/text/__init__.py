"""Shows foreign text, numbers and times to people without lying to them or attacking their terminal."""

from countersign.text.escape import code_span, csv_cell, json_ascii
from countersign.text.layout import cut, hanging, pad, width, wrapped
from countersign.text.links import domain
from countersign.text.names import handle_remark
from countersign.text.times import clock, day, duration, interval, moment, period, place, utc, when
from countersign.text.visible import visible
from countersign.text.words import bits, count, counted, listed, nearest, size

__all__ = [
    "bits", "clock", "code_span", "count", "counted", "csv_cell", "cut", "day", "domain", "duration",
    "handle_remark", "hanging", "interval", "json_ascii", "listed", "moment", "nearest", "pad", "period", "place",
    "size", "utc", "visible", "when", "width", "wrapped",
]  # fmt: skip
