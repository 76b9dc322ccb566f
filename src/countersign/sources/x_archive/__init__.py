"""Reads the data archive that X gives an account's owner (2019 to 2026 forms): what was done, and who had access.

One zip, or several parts of one archive joined with `os.pathsep`. `archive` opens it, `parts` finds its files,
`rows` cuts them into records, and one module for each subject says what a record means: `tweets`, `likes`,
`relations`, `changes`, `access`, `presence`, `identity`. Source: shared notes, formats section 1.
"""

from countersign.sources.x_archive.archive import XArchive

source = XArchive()

__all__ = ["XArchive", "source"]
