"""The thirteen sections of a report, each a function from the case to what stands in it."""
