"""Makes what is handed over: exhibits with all that is needed to check them, without us and without our programs.

`tag_files`, then `statement`, whose bytes are sealed; then a checkpoint is signed and anchored; then `bag`; then
`write_zip` (pure) or `write_file` and `write_folder`. docs/reference/evidence-format.md, section 3.
"""

from countersign.evidence.bundle.archive import write_zip
from countersign.evidence.bundle.documents import Act, Exhibit, Grade, PlatformClaim, Shown, ShownFields
from countersign.evidence.bundle.fields import Fields, take_apart
from countersign.evidence.bundle.making import (
    Leaf,
    Parts,
    PlatformProof,
    Saying,
    Stamped,
    bag,
    statement,
    write_proof,
)
from countersign.evidence.bundle.paths import TagFile
from countersign.evidence.bundle.proposing import Proposed, write_policy
from countersign.evidence.bundle.tags import tag_files
from countersign.evidence.bundle.writing import folder_name, write_file, write_folder

__all__ = [
    "Act", "Exhibit", "Fields", "Grade", "Leaf", "Parts", "PlatformClaim", "PlatformProof", "Proposed", "Saying",
    "Shown", "ShownFields", "Stamped", "TagFile", "bag", "folder_name", "statement", "tag_files",
    "take_apart", "write_file", "write_folder", "write_policy", "write_proof", "write_zip",
]  # fmt: skip
