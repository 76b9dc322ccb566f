"""Shows one field of a record and keeps the rest back, so that one like can be proved without the others."""

import hashlib
from collections.abc import Collection, Mapping, Sequence

import msgspec

from countersign.errors import EvidenceError
from countersign.evidence import canonical
from countersign.evidence.bundle.documents import Digests, ShownFields, write_document

SALT_BYTES = 16
"""Enough that nobody can guess a value and test it by its digest."""


class Fields(msgspec.Struct, frozen=True, kw_only=True):
    """A record taken apart: each field with a salt of its own, so that each can be shown alone.

    `body` is the body of the `analysis` entry that binds them; the rest is kept as secret as the record.
    """

    salted: tuple[tuple[str, str, str], ...]
    body: bytes

    def show(self, leaf: int, names: Collection[str]) -> ShownFields:
        """Return what is handed over to show these fields, where `leaf` is that of the `analysis` entry."""
        shown = tuple(field for field in self.salted if field[1] in names)
        if len(shown) != len(set(names)):
            raise EvidenceError("a field is to be shown that the record does not have", code="CS424")
        return ShownFields(leaf=leaf, shown=shown)


def take_apart(of: int, record: Mapping[str, str], salts: Sequence[bytes]) -> Fields:
    """Return the fields of a record, the leaf of which is `of`; one salt of 16 random bytes for each field.

    >>> take_apart(7, {"actor": "ana"}, [bytes(16)]).show(8, ["actor"]).shown
    (('00000000000000000000000000000000', 'actor', 'ana'),)
    """
    if len(salts) != len(record) or any(len(salt) != SALT_BYTES for salt in salts):
        raise EvidenceError(f"each field has a salt of {SALT_BYTES} bytes", code="CS424")
    salted = tuple((salt.hex(), name, value) for salt, (name, value) in zip(salts, record.items(), strict=True))
    digests = sorted(digest(*field) for field in salted)
    return Fields(salted=salted, body=write_document(Digests(digests=tuple(digests), kind="fields", of=of, v=1)))


def digest(salt: str, name: str, value: str) -> str:
    """Return what stands for a field in the log: SHA-256 of its canonical JSON, hex."""
    return hashlib.sha256(canonical.write([salt, name, value])).hexdigest()
