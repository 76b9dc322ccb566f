"""Reads actions from anywhere: flat JSON lines, CSV or Parquet with documented columns."""

from countersign.sources.actions.reader import source

__all__ = ["source"]
