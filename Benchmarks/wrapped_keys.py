"""Prints wrapped keys of random spaces as rows for COPY: space, master, wrapped key. Runs where `cryptography` is installed.

Usage: wrapped_keys.py KEY_FOLDER COUNT. The format is Vault's (Sources/Vault/Keys/WrappedKey.swift).
"""

import base64
import os
import struct
import sys
import uuid
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FORMAT = b"\x01"


def main() -> None:
    folder, count = Path(sys.argv[1]), int(sys.argv[2])
    name = (folder / "current").read_text().split()[2]
    master = AESGCM(base64.b64decode((folder / f"master-{name}.key").read_text().split()[3]))
    for _ in range(count):
        space, key = uuid.uuid4(), uuid.uuid4()
        nonce = os.urandom(12)
        bound = _fields(b"ohjaustila wrapped key", FORMAT, b"space", space.bytes, key.bytes, name.encode())
        box = nonce + master.encrypt(nonce, os.urandom(32), bound)
        wrapped = FORMAT + key.bytes + bytes([len(name)]) + name.encode() + box
        sys.stdout.write(f"{space}\t{name}\t\\\\x{wrapped.hex()}\n")


def _fields(*fields: bytes) -> bytes:
    return b"".join(struct.pack(">I", len(field)) + field for field in fields)


main()
