"""Finds the key of a store: in a file beside it, or where the configuration says (variable, file, keyring)."""

import base64
import binascii
import os
import secrets
import stat
from importlib import import_module
from pathlib import Path

from countersign.config import Secret
from countersign.errors import StoreError
from countersign.store.cipher import KEY_BYTES
from countersign.store.placing import place

_HINT = "a store and its key are moved and backed up, both or neither; without the key nobody can read it, we neither"
_USER = "store"
"""The user name under which a keyring's service holds the key."""


def store_key(store: str | Path, secret: Secret | None = None) -> bytes:
    """Return the key of a store: from the place that the configuration names, else from the file NAME.key beside it.

    Only the file beside a store that does not exist yet is made by us.
    """
    if secret is None:
        return _beside(Path(store))
    if secret.env is not None:
        return _in_environment(secret.env)
    return _in_file(Path(secret.file)) if secret.file is not None else _in_keyring(str(secret.keyring))


def key_file(store: str | Path) -> Path:
    """Return where a store's key lies if nothing else is said.

    >>> key_file("/srv/countersign.db").name
    'countersign.db.key'
    """
    return Path(f"{store}.key")


def encoded(key: bytes) -> str:
    """Return a key as it is written in a file, a variable or a keyring (base64).

    >>> encoded(b"k" * 32)
    'a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s='
    """
    return base64.b64encode(key).decode("ascii")


def _beside(store: Path) -> bytes:
    path = key_file(store)
    if not os.path.lexists(path):
        if os.path.lexists(store):
            raise _no_key("the key of this store is missing", path)
        place(path, f"{encoded(secrets.token_bytes(KEY_BYTES))}\n".encode())
    return _in_file(path)


def _in_file(path: Path) -> bytes:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(descriptor, "rb") as file:
            mode = os.fstat(descriptor).st_mode
            text = file.read(1024) if stat.S_ISREG(mode) else b""
    except OSError as cause:
        raise _no_key(f"the key cannot be read ({cause.strerror})", path) from cause
    if stat.S_IMODE(mode) & 0o077:
        raise _no_key("others may read the key of this store", path, hint=f"chmod 600 {path}")
    return _decoded(text.decode("ascii", "replace"), path)


def _in_environment(name: str) -> bytes:
    if name not in os.environ:
        raise _no_key("the key of this store is not in the environment", name, hint=f"set {name}")
    return _decoded(os.environ[name], name)


def _in_keyring(service: str) -> bytes:
    try:
        keyring = import_module("keyring")  # optional: only those who keep their key there need it
    except ImportError as cause:
        hint = "install it, or name a file or an environment variable"
        raise _no_key("the key is to come from the keyring, but `keyring` is not installed", service, hint) from cause
    text = keyring.get_password(service, _USER)
    if text is None:
        raise _no_key("the keyring holds no key for this store", service)
    return _decoded(text, service)


def _decoded(text: str, where: str | Path) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise _no_key(f"this is not a store's key ({KEY_BYTES} bytes in base64)", where)
    return key


def _no_key(what: str, where: str | Path, hint: str = _HINT) -> StoreError:
    return StoreError(what, hint=hint, where=str(where), code="CS204")
