"""A sealed stream opens whole or not at all."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rounds.kit import keys
from rounds.kit.backup import BackupRefused, crypt

pytestmark = pytest.mark.req("COMPL-09")
RING = keys.fresh()


def seal(path: Path, data: bytes, about: str = "here", ring: keys.KeyRing = RING) -> Path:
    with path.open("wb") as file:
        sealer = crypt.Sealer(file, ring, about)
        for at in range(0, len(data), 300_000):
            sealer.write(data[at : at + 300_000])
        sealer.finish()
    return path


def opened(path: Path, about: str = "here", ring: keys.KeyRing = RING) -> bytes:
    with crypt.Opener(path, ring, about) as file:
        return io.BufferedReader(file, 1 << 16).read()


def chunks(path: Path) -> tuple[bytes, list[bytes]]:
    """What stands before the chunks, and the chunks."""
    data = path.read_bytes()
    at = len(crypt.MAGIC) + 4 + struct.unpack(">I", data[8:12])[0]
    head, found = data[:at], []
    while at < len(data):
        size = 4 + struct.unpack(">I", data[at : at + 4])[0]
        found.append(data[at : at + size])
        at += size
    return head, found


@pytest.fixture
def noise() -> bytes:
    import random

    return random.Random(4).randbytes(3_500_000)  # does not deflate: several chunks


@given(data=st.binary(max_size=5000))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_what_was_sealed_opens(tmp_path, data):
    assert opened(seal(tmp_path / "one", data)) == data


def test_long_ones_open_and_much_of_nothing_needs_no_memory(tmp_path, noise):
    assert opened(seal(tmp_path / "one", noise)) == noise
    assert len(chunks(tmp_path / "one")[1]) == 4
    empty = seal(tmp_path / "two", bytes(64 << 20))
    assert empty.stat().st_size < 400_000
    with crypt.Opener(empty, RING, "here") as file:
        assert sum(len(part) for part in iter(lambda: file.read(1 << 20), b"")) == 64 << 20


@pytest.mark.parametrize("harm", ["cut", "last chunk gone", "reordered", "doubled", "added", "one bit", "header"])
def test_harm_is_found(tmp_path, noise, harm):
    path = seal(tmp_path / "one", noise)
    head, parts = chunks(path)
    match harm:
        case "cut":
            path.write_bytes(path.read_bytes()[:-10])
        case "last chunk gone":
            path.write_bytes(head + b"".join(parts[:-1]))
        case "reordered":
            path.write_bytes(head + parts[1] + parts[0] + b"".join(parts[2:]))
        case "doubled":
            path.write_bytes(head + parts[0] + parts[0] + b"".join(parts[1:]))
        case "added":
            path.write_bytes(path.read_bytes() + b"more")
        case "one bit":
            data = bytearray(path.read_bytes())
            data[len(data) // 2] ^= 1
            path.write_bytes(bytes(data))
        case "header":
            path.write_bytes(path.read_bytes().replace(b'"about": "here"', b'"about": "hexe"'))
    with pytest.raises(BackupRefused):
        opened(path)


def test_another_key_or_another_name_does_not_open(tmp_path):
    path = seal(tmp_path / "one", b"words")
    with pytest.raises(BackupRefused, match="altered"):
        opened(path, ring=keys.fresh())
    with pytest.raises(BackupRefused, match="exchanged"):
        opened(path, about="there")
    named = keys.with_backup(RING)
    assert opened(path, ring=named) == b"words", "a renewed ring opens what the old key sealed"
    with pytest.raises(BackupRefused, match="no backup key"):
        opened(path, ring=keys.without(named, "b1"))
    for secret in RING.backup.values():
        assert secret not in path.read_bytes()
