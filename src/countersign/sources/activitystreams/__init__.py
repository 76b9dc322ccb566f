"""Reads and writes ActivityStreams 2.0, one thing a line: the form in which actions travel from tool to tool.

`write` keeps every field, so that what is read again equals what was written; what other tools write is read too.
Source: ActivityStreams 2.0 Core and Vocabulary (W3C, 23 May 2017); shared notes, formats section 5.
"""

from countersign.sources.activitystreams.lines import ActivityStreams
from countersign.sources.activitystreams.writing import write

source = ActivityStreams()

__all__ = ["ActivityStreams", "source", "write"]
