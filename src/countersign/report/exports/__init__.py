"""The case for other programs' files: each format says what the record has, to whom it may be said, and no more."""
