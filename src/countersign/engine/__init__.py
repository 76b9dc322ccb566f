"""Runs the stages one after the other: reads files into one table, scores it, answers."""
