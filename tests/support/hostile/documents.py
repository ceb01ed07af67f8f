"""Writes PDFs object by object, so that any of them can be wrong."""

import zlib
from collections.abc import Mapping, Sequence

Objects = dict[int, bytes]

PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 48 32]/Resources 5 0 R/Contents 4 0 R>>"
FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
PAGES = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
DRAWING = (
    b"1 0 0 rg 4 4 12 8 re f q 40 0 0 24 6 4 cm /I Do Q 0 0 0 rg BT /F 9 Tf 4 20 Td (Sales) Tj ET"
)


def stream(data: bytes, entries: bytes = b"", *, packed: bool = True) -> bytes:
    """Return a stream object, compressed unless told not to."""
    body = zlib.compress(data) if packed else data
    how = b"/Filter/FlateDecode" if packed else b""
    return b"<<%b%b/Length %d>>stream\n%b\nendstream" % (entries, how, len(body), body)


def image(width: int, height: int, data: bytes) -> bytes:
    """Return an RGB picture object; the numbers need not be true."""
    size = b"/Width %d/Height %d" % (width, height)
    return stream(
        data, b"/Type/XObject/Subtype/Image/ColorSpace/DeviceRGB/BitsPerComponent 8" + size
    )


def pdf(objects: Mapping[int, bytes], trailer: bytes = b"") -> bytes:
    """Return a PDF of these numbered objects, of which 1 is the catalogue."""
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    return bytes(out) + _table(places, len(out), trailer)


def sheet(drawing: bytes = DRAWING, resources: bytes = b"", **others: bytes) -> Objects:
    """Return the objects of one page; ``o6=...`` and so on add more, or replace what is there."""
    objects = {
        1: CATALOG,
        2: PAGES,
        3: PAGE,
        4: stream(drawing),
        5: b"<</Font<</F %b>>%b>>" % (FONT, resources),
    }
    return objects | {int(name[1:]): body for name, body in others.items()}


def with_picture(width: int, height: int, data: bytes) -> Objects:
    """Return the objects of a page with words, a box and a picture."""
    return sheet(resources=b"/XObject<</I 6 0 R>>", o6=image(width, height, data))


def packed_pdf(objects: Mapping[int, bytes]) -> bytes:
    """Return a PDF whose plain objects lie together in a compressed one, as newer programs do."""
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    inner = {n: body for n, body in objects.items() if b"stream\n" not in body}
    holder = max(objects) + 1
    rows = {0: (0, 0, 65535)}
    for number, body in [*objects.items(), (holder, _holder(inner))]:
        if number in inner:
            rows[number] = (2, holder, list(inner).index(number))
        else:
            rows[number] = (1, len(out), 0)
            out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    return bytes(out) + _index(rows, holder + 1, len(out))


def _holder(inner: Mapping[int, bytes]) -> bytes:
    places, bodies = [], b""
    for number, body in inner.items():
        places.append(b"%d %d" % (number, len(bodies)))
        bodies += body + b" "
    first = b" ".join(places) + b" "
    return stream(first + bodies, b"/Type/ObjStm/N %d/First %d" % (len(inner), len(first)))


def _table(places: Mapping[int, int], start: int, trailer: bytes) -> bytes:
    rows = [b"0000000000 65535 f \n"]
    for number in range(1, max(places) + 1):
        at = places.get(number)
        rows.append(b"0000000000 65535 f \n" if at is None else b"%010d 00000 n \n" % at)
    size = len(rows)
    return (
        b"xref\n0 %d\n" % size
        + b"".join(rows)
        + b"trailer<</Size %d/Root 1 0 R%b>>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, start)
    )


def _index(rows: dict[int, Sequence[int]], own: int, start: int) -> bytes:
    rows[own] = (1, start, 0)
    table = b"".join(
        bytes([kind]) + first.to_bytes(4) + second.to_bytes(2)
        for _, (kind, first, second) in sorted(rows.items())
    )
    body = stream(table, b"/Type/XRef/W[1 4 2]/Root 1 0 R/Size %d" % len(rows))
    return b"%d 0 obj\n%b\nendobj\nstartxref\n%d\n%%%%EOF\n" % (own, body, start)
