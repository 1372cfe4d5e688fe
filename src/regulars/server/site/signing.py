"""Signatures of the demo, as a finger draws them on the pad of a phone."""

from __future__ import annotations

from itertools import product
from math import cos, sin
from struct import pack
from zlib import compress, crc32

WIDE, HIGH = 600, 240  # the pad that people sign on


def drawn(seed: str) -> bytes:
    """A signature as a finger draws one on the phone: a PNG of 600 by 240, of one bit."""
    dots = bytearray(WIDE // 8 * HIGH)
    slow, fast = 1 + _throw(f"slow/{seed}", 3), 5 + _throw(f"fast/{seed}", 6)
    high, lean = 30 + _throw(f"high/{seed}", 40), _throw(f"lean/{seed}", 60) - 30
    for n in range(4_000):
        part = n / 4_000
        x = 60 + 470 * part + 18 * cos(part * fast * 9)
        y = 120 + lean * part + high * sin(part * fast * 6) * cos(part * slow * 3)
        for across, down in product(range(-1, 3), repeat=2):
            column, row = int(x) + across, int(y) + down
            dots[row * (WIDE // 8) + column // 8] |= 128 >> column % 8
    lines = (dots[at : at + WIDE // 8] for at in range(0, len(dots), WIDE // 8))
    ink = compress(b"".join(b"\0" + bytes(255 - byte for byte in line) for line in lines), 9)
    head = pack(">IIBBBBB", WIDE, HIGH, 1, 0, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", ink), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        pack(">I", len(data)) + name + data + pack(">I", crc32(name + data))
        for name, data in parts
    )


def _throw(words: str, sides: int) -> int:
    return crc32(f"treats/{words}".encode()) % max(1, sides)
