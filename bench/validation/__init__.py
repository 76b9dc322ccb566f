"""Holds examinations to what was true: each on real accounts, its own later actions against other accounts'."""
