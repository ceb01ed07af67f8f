"""Builders of files that hold several pictures, or of formats that Pillow alone does not write."""

import io
import struct
from collections.abc import Sequence
from typing import Any

import pillow_heif
from PIL import Image

from tests.support.pictures import ORIENTATION, encoded, quadrants

Colour = tuple[int, int, int]
PAGE_COLOURS: tuple[Colour, ...] = ((255, 0, 0), (0, 160, 0), (0, 0, 255), (255, 220, 0))
"""Of the pages of a document, in turn."""

LETTER = (612, 792)
"""Points of a page, 72 an inch."""

FRAMED = ("GIF", "WEBP", "PNG", "AVIF", "TIFF", "HEIF", "PDF")
"""Formats whose files can hold several pictures."""


def held(orientation: int) -> Image.Exif:
    """Return EXIF data that names this orientation."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    return exif


def heif(
    *images: Image.Image, main: int = 0, orientation: int | None = None, **options: Any
) -> bytes:
    """Return a HEIC; orientation is said twice, in its own way and in EXIF, as phones do."""
    file = pillow_heif.HeifFile()
    for image in images:
        file.add_from_pillow(image)
    if orientation is not None:
        options["exif"] = held(orientation).tobytes()
    buffer = io.BytesIO()
    file.save(buffer, quality=90, primary_index=main, **options)
    return buffer.getvalue()


def frames(kind: str, colours: Sequence[Colour] = PAGE_COLOURS, size: Any = (240, 200)) -> bytes:
    """Return a file of this format with a picture of each colour."""
    if kind == "PDF":
        return pdf([painted(colour, size) for colour in colours], size)
    images = [Image.new("RGB", size, colour) for colour in colours]
    if kind == "HEIF":
        return heif(*images)
    options = {"lossless": True} if kind == "WEBP" else {}
    return encoded(images[0], kind, save_all=True, append_images=images[1:], **options)


def held_quadrants(kind: str, orientation: int) -> bytes:
    """Return ``quadrants`` that a viewer turns, said in the way of the format."""
    image = quadrants(480, 320)
    if kind == "HEIF":
        return heif(image, orientation=orientation)
    if kind == "TIFF":
        return encoded(image, kind, tiffinfo={ORIENTATION: orientation})
    return encoded(image, kind, exif=held(orientation))


def painted(colour: Colour, size: tuple[int, int] = LETTER) -> bytes:
    """Return what draws a page full of this colour."""
    red, green, blue = (part / 255 for part in colour)
    return f"{red:.4f} {green:.4f} {blue:.4f} rg 0 0 {size[0]} {size[1]} re f\n".encode()


def written(text: str, size: float = 12) -> bytes:
    """Return what writes black text in the middle of a page."""
    return f"0 g BT /F1 {size} Tf 72 400 Td ({text}) Tj ET".encode()


def drawn_quadrants(width: int, height: int) -> bytes:
    """Return what draws the four colours of ``quadrants`` on a page so large."""
    half = (width / 2, height / 2)
    places = ((0, half[1]), half, (0, 0), (half[0], 0))
    corners = ((255, 0, 0), (0, 160, 0), (0, 0, 255), (255, 220, 0))
    return b"\n".join(
        b"%.4f %.4f %.4f rg %f %f %f %f re f" % (*(part / 255 for part in colour), *place, *half)
        for colour, place in zip(corners, places, strict=True)
    )


def pdf(
    pages: Sequence[bytes],
    size: tuple[float, float] = LETTER,
    page: bytes = b"",
    catalog: bytes = b"",
    trailer: bytes = b"",
    more: Sequence[bytes] = (),
) -> bytes:
    """Return a PDF whose pages draw this; the rest goes into its dictionaries, or after them.

    The first object of ``more`` has the number ``2 * len(pages) + 3``.
    """
    kids = b" ".join(b"%d 0 R" % (3 + 2 * number) for number in range(len(pages)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R%s>>" % catalog,
        b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(pages), kids),
    ]
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    for number, drawing in enumerate(pages):
        objects += [
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %f %f]/Contents %d 0 R"
            b"/Resources<</Font<</F1 %s>>/XObject<</Im %d 0 R>>>>%s>>"
            % (*size, 4 + 2 * number, font, 3 + 2 * len(pages), page),
            stream(drawing),
        ]
    return _with_table([*objects, *more], trailer)


def stream(data: bytes, dictionary: bytes = b"") -> bytes:
    """Return a PDF object that holds this data."""
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(data), dictionary, data)


def protected_pdf() -> bytes:
    """Return a PDF that asks for a password, which nobody knows."""
    return pdf(
        [painted((255, 0, 0))],
        trailer=b"/ID[<00><00>]/Encrypt<</Filter/Standard/V 1/R 2/P -4/O(%s)/U(%s)>>"
        % (b"o" * 32, b"u" * 32),
    )


def _with_table(objects: Sequence[bytes], trailer: bytes) -> bytes:
    out = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R%s>>\n"
        b"startxref\n%d\n%%%%EOF\n"
        % (len(objects) + 1, table, len(objects) + 1, trailer, len(out))
    )


def tiff_directory(entries: Sequence[tuple[int, int, int, int]], following: int = 0) -> bytes:
    """Return a directory with these entries of tag, type, count and value."""
    packed = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return struct.pack("<H", len(entries)) + packed + struct.pack("<I", following)
