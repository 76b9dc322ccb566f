"""Reads actions from anywhere: flat JSON lines, CSV or Parquet with documented columns."""

from countersign.sources.actions.reader import ActionsSource

source = ActionsSource()
