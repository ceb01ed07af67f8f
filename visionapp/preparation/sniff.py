"""Tells the format of a file by its first bytes; its name and its sender are never asked."""

import re
from typing import Literal

from visionapp.preparation.values import Format

HEAD = 1024
"""How many bytes ``sniff`` and ``stranger`` want to see."""

MARKS: tuple[tuple[bytes, Format], ...] = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"II+\0", "TIFF"),
    (b"MM\0+", "TIFF"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG2000"),
    (b"\xff\x4f\xff\x51", "JPEG2000"),
    (b"%PDF-", "PDF"),
)

BMP_HEADERS = {12, 40, 52, 56, 64, 108, 124}
"""Sizes of the second header: the two letters at the start begin many a text as well."""

HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
AVIF_BRANDS = {b"avif", b"avis"}
EITHER_BRANDS = {b"mif1", b"msf1"}

LATE = re.compile(
    rb"(?:\xef\xbb\xbf|\xfe\xff|\xff\xfe)?(?:[\x00-\x20\x7f]|%(?!!)[^\r\n<]*[\r\n])*"
)
"""What may stand before a PDF, as readers have it: a byte order mark, blanks, comments; but no
PostScript, whose first line is a comment too."""

MOST_BEFORE = 64

ARCHIVES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
RAW_MARKS = (b"IIRO", b"IIRS", b"MMOR", b"IIU\0", b"FUJIFILMCCD-RAW", b"\0MRM", b"FOVb")
MATROSKA = b"\x1aE\xdf\xa3"
DRAWING = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:svg\b|(?:\?xml|!--|!DOCTYPE svg)[^\0]*?<svg\b)")

Stranger = Literal["drawing", "raw", "layers", "video", "office"]
"""A kind of file that people take for a picture, and that is not taken."""


def sniff(head: bytes) -> Format | None:
    """Return the format that these first bytes announce, or None. Says nothing about the rest."""
    for mark, kind in MARKS:
        if head.startswith(mark):
            return None if _is_canon_raw(head) else kind
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "WEBP"
    if head.startswith(b"BM") and int.from_bytes(head[14:18], "little") in BMP_HEADERS:
        return "BMP"
    return _by_brand(head) or ("PDF" if _is_late_pdf(head) else None)


def stranger(head: bytes) -> Stranger | None:
    """Return what else people try that these first bytes announce, or None."""
    if head.startswith(b"8BPS"):
        return "layers"
    if head.startswith(ARCHIVES):
        return "office"
    if head.startswith(RAW_MARKS) or _is_canon_raw(head) or head[4:11] == b"ftypcrx":
        return "raw"
    if head[4:8] == b"ftyp" or head.startswith(MATROSKA) or head[8:12] == b"AVI ":
        return "video"
    return "drawing" if DRAWING.match(head) else None


def _by_brand(head: bytes) -> Format | None:
    """Tell HEIF from AVIF, which share a container, by what it says it can be read as."""
    if head[4:8] != b"ftyp":
        return None
    box = head[: int.from_bytes(head[:4])]
    major, others = box[8:12], {box[at : at + 4] for at in range(16, len(box), 4)}
    if major in AVIF_BRANDS or (major in EITHER_BRANDS and others & AVIF_BRANDS):
        return "AVIF"
    if major in HEIC_BRANDS | EITHER_BRANDS or others & HEIC_BRANDS:
        return "HEIF"
    return None


def _is_late_pdf(head: bytes) -> bool:
    """Say whether a PDF begins a little later: asked last, of what is nothing else."""
    before, mark, _ = head.partition(b"%PDF-")
    is_blank = LATE.fullmatch(before) is not None and b"PK" not in before
    return bool(mark) and len(before) <= MOST_BEFORE and is_blank


def _is_canon_raw(head: bytes) -> bool:
    return head[:4] == b"II*\0" and head[8:10] == b"CR"
