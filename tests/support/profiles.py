"""Builds small ICC profiles by their specification, and tells which colours they mean.

Both by textbook formulas and without littlecms, so that tests can compare what that made of them.
"""

import struct
from collections.abc import Callable, Sequence

Triple = tuple[float, float, float]
Matrix = tuple[Triple, Triple, Triple]

D50: Triple = (0.9642, 1.0, 0.8249)

P3_TO_D50: Matrix = (
    (0.51512, 0.29198, 0.15710),
    (0.24120, 0.69225, 0.06657),
    (-0.00105, 0.04189, 0.78407),
)
"""Display P3's primaries as its published profile has them, adapted to D50."""

D50_TO_SRGB: Matrix = (
    (3.1338561, -1.6168667, -0.4906146),
    (-0.9787684, 1.9161415, 0.0334540),
    (0.0719453, -0.2289914, 1.4052427),
)
"""From Bruce Lindbloom's tables (Bradford)."""


def grey_profile(gamma: float) -> bytes:
    """Return a profile for grey whose light is the value to this power."""
    return _profile(b"mntr", b"GRAY", b"XYZ ", {b"wtpt": _xyz(D50), b"kTRC": _curve(gamma)})


def rgb_profile(to_d50: Matrix, gamma: float) -> bytes:
    """Return a profile for RGB with these primaries, as columns, and this power."""
    columns = list(zip(*to_d50, strict=True))
    tags = {b"wtpt": _xyz(D50)}
    for name, column in zip((b"r", b"g", b"b"), columns, strict=True):
        tags[name + b"XYZ"] = _xyz(column)
        tags[name + b"TRC"] = _curve(gamma)
    return _profile(b"mntr", b"RGB ", b"XYZ ", tags)


def cmyk_profile(lab_of: Callable[[Sequence[int]], Triple]) -> bytes:
    """Return a profile for four inks; the function tells the L*a*b* of inks that are 0 or 1."""
    grid = bytearray()
    for corner in range(16):
        inks = [corner >> shift & 1 for shift in (3, 2, 1, 0)]
        lightness, a, b = lab_of(inks)
        grid += bytes((round(lightness * 2.55), round(a) + 128, round(b) + 128))
    straight = bytes(range(256))
    identity = b"".join(_fixed(value) for value in (1, 0, 0, 0, 1, 0, 0, 0, 1))
    table = b"mft1" + bytes(4) + bytes((4, 3, 2, 0)) + identity
    table += straight * 4 + bytes(grid) + straight * 3
    return _profile(b"prtr", b"CMYK", b"Lab ", {b"wtpt": _xyz(D50), b"A2B0": table})


def srgb_of_lab(lightness: float, a: float, b: float) -> tuple[int, int, int]:
    """Return the sRGB colour of CIE L*a*b* under D50."""
    middle = (lightness + 16) / 116
    shares = (_unfolded(middle + a / 500), _unfolded(middle), _unfolded(middle - b / 200))
    return srgb_of_xyz((shares[0] * D50[0], shares[1] * D50[1], shares[2] * D50[2]))


def srgb_of_xyz(xyz: Triple) -> tuple[int, int, int]:
    """Return the sRGB colour of CIE XYZ under D50."""
    red, green, blue = (srgb_of_light(part) for part in times(D50_TO_SRGB, xyz))
    return red, green, blue


def srgb_of_light(light: float) -> int:
    """Return the sRGB number of a share of all light."""
    light = min(1.0, max(0.0, light))
    folded = 12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055
    return round(folded * 255)


def times(matrix: Matrix, vector: Triple) -> Triple:
    one, two, three = (
        sum(part * other for part, other in zip(row, vector, strict=True)) for row in matrix
    )
    return one, two, three


def _unfolded(value: float) -> float:
    return value**3 if value > 6 / 29 else 3 * (6 / 29) ** 2 * (value - 4 / 29)


def _fixed(value: float) -> bytes:
    return struct.pack(">i", round(value * 65_536))


def _xyz(values: Sequence[float]) -> bytes:
    return b"XYZ " + bytes(4) + b"".join(map(_fixed, values))


def _curve(gamma: float) -> bytes:
    return b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256)) + bytes(2)


def _profile(kind: bytes, space: bytes, connection: bytes, tags: dict[bytes, bytes]) -> bytes:
    tags = {b"desc": b"desc" + bytes(4) + struct.pack(">I", 5) + b"test\0" + bytes(79), **tags}
    directory, body = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for name, data in tags.items():
        directory += struct.pack(">4sII", name, start + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    head = struct.pack(
        ">I4sI4s4s4s12s4s4sI8sQI12s",
        start + len(body),
        b"",
        0x02100000,
        kind,
        space,
        connection,
        struct.pack(">6H", 2026, 1, 1, 0, 0, 0),
        b"acsp",
        b"",
        0,
        b"",
        0,
        0,
        b"".join(map(_fixed, D50)),
    )
    return head.ljust(128, b"\0") + directory + body
