"""The two documents of a bundle and what they are made of: what is there, and what is said about it."""

from typing import Annotated, Any, Final, Literal, TypeVar

import msgspec

from countersign.errors import EvidenceError
from countersign.evidence import canonical
from countersign.evidence.bundle.paths import TagFile

FORMAT = "countersign-bundle/1"
FAMILY = "countersign-bundle/"
PAYLOAD_TYPE: Final = "application/vnd.countersign.statement.v1+json"

Hash = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
FieldSalt = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{32}\Z")]
KeyId = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{8}\Z")]
Count = Annotated[int, msgspec.Meta(ge=0)]
Number = Annotated[int, msgspec.Meta(ge=1)]

Grade = Literal["A", "B", "C", "D"]
Shown = Literal["whole", "fields", "withheld", "erased"]


class _Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A document of exactly these fields."""


class Held(_Strict, frozen=True):
    """A leaf of the bundle; the salt is there where the body is, too."""

    leaf: Count
    salt: Hash | None


class ShownFields(_Strict, frozen=True):
    """Those fields of an `analysis` leaf that are shown, each as salt, name and value."""

    leaf: Count
    shown: tuple[tuple[FieldSalt, str, str], ...]


class StatementLeaf(_Strict, frozen=True):
    """The leaf whose body is the statement."""

    leaf: Count
    salt: Hash


class Contents(_Strict, frozen=True):
    """`data/bundle.json`: which leaves are here, and what opens them."""

    exhibits: tuple[Held, ...]
    fields: tuple[ShownFields, ...]
    format: str
    keys: tuple[Count, ...]
    origin: str
    size: Count
    statement: StatementLeaf


class Act(_Strict, frozen=True):
    """One step in the chain of custody: who did what, when, and the leaf that says so."""

    act: str
    at: str
    by: str
    leaf: Count


class Exhibit(_Strict, frozen=True):
    """What is said of one exhibit: what it is, where it came from, how, by whom and when it was obtained."""

    at: str
    by: str
    grade: Grade
    how: str
    leaf: Count
    media: str
    number: Number
    shown: Shown
    what: str
    where: str


class PlatformClaim(_Strict, frozen=True):
    """What a platform's own signature shows: that a record is, or is not, in the state that it signed."""

    collection: str
    did: str
    exhibit: Number | None
    kind: Literal["inclusion", "exclusion"]
    n: Number
    rkey: str


class Statement(_Strict, frozen=True):
    """What the bundle says, in words; signed, and in the log."""

    custody: tuple[Act, ...]
    exhibits: tuple[Exhibit, ...]
    files: dict[TagFile, Hash]
    made: str
    origin: str
    platform: tuple[PlatformClaim, ...]
    title: str
    tool: str
    v: Literal[1]


class Signature(_Strict, frozen=True):
    """One signature of an envelope; `keyid` is the key id of the log's key in hex."""

    keyid: KeyId
    sig: str


class Envelope(_Strict, frozen=True):
    """A DSSE envelope around a statement."""

    payload: str
    payloadType: Literal["application/vnd.countersign.statement.v1+json"]
    signatures: tuple[Signature]


class Digests(_Strict, frozen=True):
    """The body of an `analysis` leaf whose fields can be shown one by one."""

    digests: tuple[Hash, ...]
    kind: Literal["fields"]
    of: Count
    v: Literal[1]


Document = TypeVar("Document", Contents, Statement, Envelope, Digests)


def read_document(data: bytes, kind: type[Document]) -> Document:
    """Return a document of a bundle; EvidenceError (CS401, CS420) unless it is canonical JSON of exactly its fields."""
    return as_document(canonical.read_object(data), kind)


def as_document(value: dict[str, Any], kind: type[Document]) -> Document:
    """Return parsed JSON as a document; EvidenceError (CS420) unless it has exactly its fields."""
    try:
        return msgspec.convert(value, kind)
    except (msgspec.ValidationError, ValueError, OverflowError) as cause:
        raise EvidenceError(f"a document of the bundle is not as it must be: {cause}", code="CS420") from cause


def write_document(document: msgspec.Struct) -> bytes:
    """Return a document as canonical JSON."""
    return canonical.write(msgspec.to_builtins(document))


def pre_authentication(payload: bytes) -> bytes:
    """Return the bytes that a DSSE signature of a statement is over (DSSE protocol, PAE)."""
    kind = PAYLOAD_TYPE.encode("ascii")
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)
