"""Kept, and provably unchanged: the log, its checkpoints, and what is handed over to people who do not trust us."""
