"""What every STIX bundle of ours holds: how far it may be passed on, and what our own properties mean."""

from collections.abc import Mapping
from typing import Any

from countersign.report.document import Report
from countersign.report.exports.saying import tlp

TLP_EXTENSION = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
"""OASIS' extension for TLP 2.0 (FIRST, 2022); the ids and dates of its five markings are fixed for everybody."""
TLP: Mapping[str, str] = {
    "clear": "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
    "amber+strict": "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
}

OURS = "extension-definition--0a3c0f7e-58d5-5c0f-9d0a-6f6d9a7e51c2"
MAKER = "identity--3f0f4c0e-3c3b-5a36-8a6e-2f4f5f0f8f11"
SINCE = "2026-11-28T00:00:00.000Z"
SCHEMA = (
    "Properties of an observed-data or incident object, each left out where it is not known. number: of the action; "
    "verb; bits: weight of evidence that somebody else than the account's own habit did it, in powers of two; "
    "usual_bits: the account's median; shares: the bits by signal, which sum to bits; exhibit, leaf, digest: the "
    "number in the report, the leaf of the evidence log, and the salted SHA-256 there; ..._withheld: the salted "
    "SHA-256 of what this reader may not see."
)


def marking(report: Report) -> str:
    """Return the id of the marking that all objects of a report bear."""
    return TLP[tlp(report)]


def constants(report: Report) -> tuple[dict[str, Any], ...]:
    """Return the marking, and the extension with who made it: the same objects in every bundle."""
    level = tlp(report)
    always = {"spec_version": "2.1", "created": SINCE, "modified": SINCE}
    return (
        {
            "type": "marking-definition", "spec_version": "2.1", "id": TLP[level], "name": f"TLP:{level.upper()}",
            "created": "2022-10-01T00:00:00.000Z",
            "extensions": {TLP_EXTENSION: {"extension_type": "property-extension", "tlp_2_0": level}},
        },
        {"type": "identity", "id": MAKER, **always, "name": "Countersign", "identity_class": "system"},
        {
            "type": "extension-definition", "id": OURS, **always, "created_by_ref": MAKER,
            "name": "Countersign: surprise and evidence", "version": "1.0.0", "schema": SCHEMA,
            "extension_types": ["property-extension"],
        },
    )  # fmt: skip
