"""Pictures that are something else as well: a page, a program, an archive.

Every payload says ``SECRET``, so that it can be looked for in what was made of the picture.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

from PIL import Image
from pillow_heif import from_pillow

from tests.support.hostile import pieces
from tests.support.hostile.documents import CATALOG, pdf, sheet, stream, with_picture
from tests.support.hostile.pieces import Entry, box, chunk, segment
from tests.support.hostile.sound import SIZE, sound
from tests.support.pictures import encoded, photo, srgb_profile

MARK = b"SECRET"


def archive() -> bytes:
    """Return a ZIP: one is read from its end, and so may stand behind anything."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("SECRET.txt", b"SECRET")
    return out.getvalue()


PAYLOADS = {
    "html": b"<!DOCTYPE html><html><body onload=\"alert('SECRET')\"></body></html>",
    "script": b"*/=1;alert('SECRET');/*",
    "php": b"<?php system($_GET['SECRET']); ?>",
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(\"SECRET\")'/>",
    "zip": archive(),
    "pdf": pdf(sheet(drawing=b"", o1=CATALOG[:-2] + b"/OpenAction<</S/JavaScript/JS(SECRET)>>>>")),
    "shell": b"\n#!/bin/sh\necho SECRET\n",
}

PLAIN = {
    "JPEG": "jpeg",
    "PNG": "png",
    "GIF": "gif",
    "WEBP": "webp lossless",
    "HEIF": "heic",
    "AVIF": "avif",
    "TIFF": "tiff lzw",
    "BMP": "bmp",
    "JPEG2000": "jp2",
    "PDF": "pdf",
}
"""The sound kind of each format that payloads are put behind and before."""

Hide = Callable[[bytes], bytes]


def _exif(payload: bytes) -> bytes:
    exif = Image.Exif()
    exif[0x010E] = payload.decode("latin-1")
    exif[0x9286] = payload
    return exif.tobytes()


def _profile(payload: bytes) -> bytes:
    """Return a sound profile with the payload behind what is used of it."""
    whole = srgb_profile() + payload
    return struct.pack(">I", len(whole)) + whole[4:]


def _png(*before_data: bytes, after_data: bytes = b"") -> bytes:
    whole = sound("png")
    (_, head), *_, (end, _) = pieces.chunks_of(whole)
    return whole[:head] + b"".join(before_data) + whole[head:end] + after_data + whole[end:]


def _gif(block: bytes) -> bytes:
    whole = sound("gif")
    at = 13 + 3 * 2 ** ((whole[10] & 7) + 1)
    return whole[:at] + block + whole[at:]


def _in_blocks(data: bytes) -> bytes:
    parts = (data[at : at + 255] for at in range(0, len(data), 255))
    return b"".join(bytes([len(part)]) + part for part in parts) + b"\0"


def _gif_as_script(payload: bytes) -> bytes:
    """Return a GIF of 10,799 columns: then its width reads as the start of a comment."""
    frame = pieces.gif_frame()
    words = b"!\xfe" + _in_blocks(payload)
    return pieces.gif(int.from_bytes(b"/*", "little"), 1, frame, words)


def _webp(name: bytes) -> Hide:
    def hide(payload: bytes) -> bytes:
        still = sound("webp lossless")
        size = len(still) + len(payload) + len(payload) % 2
        return (
            b"RIFF" + struct.pack("<I", size) + still[8:]
            + name + struct.pack("<I", len(payload)) + payload + bytes(len(payload) % 2)
        )  # fmt: skip

    return hide


def _heic(payload: bytes) -> bytes:
    out = io.BytesIO()
    file = from_pillow(photo(*SIZE))
    file.save(out, quality=60, exif=_exif(payload), xmp=payload, icc_profile=_profile(payload))
    return out.getvalue()


def _boxed(name: str, mark: bytes) -> Hide:
    return lambda payload: sound(name) + box(mark, payload)


def _segment(marker: int, start: bytes = b"") -> Hide:
    return lambda payload: pieces.after_start(sound("jpeg"), segment(marker, start + payload))


def _tiff(tag: int) -> Hide:
    return lambda payload: encoded(photo(*SIZE), "TIFF", tiffinfo={tag: payload})


def _tiff_gap(payload: bytes) -> bytes:
    body = bytes(range(0, 192, 32)) + payload + bytes(len(payload) % 2)
    return pieces.tiff(
        8 + len(body), body + pieces.directory(pieces.tiff_page(3, 2, Entry(279, 4, 1, 6)))
    )


def _bmp_gap(payload: bytes) -> bytes:
    whole = sound("bmp")
    start = 54 + len(payload)
    return whole[:10] + struct.pack("<I", start) + whole[14:54] + payload + whole[54:]


def _jp2(name: bytes) -> Hide:
    def hide(payload: bytes) -> bytes:
        whole = sound("jp2")
        at = whole.index(b"jp2c") - 4
        return whole[:at] + box(name, bytes(16) + payload) + whole[at:]

    return hide


def _j2k_comment(payload: bytes) -> bytes:
    whole = sound("j2k")
    at = whole.index(b"\xff\x90")
    return whole[:at] + segment(0x64, b"\0\1" + payload) + whole[at:]


def _pdf_parts(payload: bytes) -> bytes:
    catalog = CATALOG[:-2] + b"/Metadata 7 0 R>>"
    objects = with_picture(*SIZE, photo(*SIZE).tobytes())
    return pdf(objects | {1: catalog, 7: stream(payload, packed=False)})


HIDDEN: dict[str, Hide] = {
    "jpeg comment": _segment(0xFE),
    "jpeg xmp": _segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0"),
    "jpeg photoshop": _segment(0xED, b"Photoshop 3.0\0"),
    "jpeg exif": lambda p: pieces.after_start(sound("jpeg"), segment(0xE1, _exif(p))),
    "jpeg profile": lambda p: pieces.after_start(
        sound("jpeg"), segment(0xE2, b"ICC_PROFILE\0\1\1" + _profile(p))
    ),
    "png words": lambda p: _png(chunk(b"tEXt", b"Comment\0" + p)),
    "png words after its data": lambda p: _png(after_data=chunk(b"tEXt", b"Comment\0" + p)),
    "png words of the world": lambda p: _png(chunk(b"iTXt", b"XML\0\0\0\0\0" + p)),
    "png exif": lambda p: _png(chunk(b"eXIf", _exif(p)[6:])),
    "png profile": lambda p: _png(chunk(b"iCCP", b"p\0\0" + zlib.compress(_profile(p), 0))),
    "png private": lambda p: _png(chunk(b"scRt", p)),
    "gif comment": lambda p: _gif(b"!\xfe" + _in_blocks(p)),
    "gif xmp": lambda p: _gif(b"!\xff\x0bXMP DataXMP" + _in_blocks(p)),
    "gif that is a script": _gif_as_script,
    "webp exif": _webp(b"EXIF"),
    "webp xmp": _webp(b"XMP "),
    "webp private": _webp(b"SCRT"),
    "heic metadata": _heic,
    "heic box": _boxed("heic", b"free"),
    "avif box": _boxed("avif", b"uuid"),
    "tiff description": _tiff(270),
    "tiff xmp": _tiff(700),
    "tiff profile": _tiff(34675),
    "tiff gap": _tiff_gap,
    "bmp gap": _bmp_gap,
    "jpeg 2000 xml": _jp2(b"xml "),
    "jpeg 2000 uuid": _jp2(b"uuid"),
    "jpeg 2000 comment": _j2k_comment,
    "pdf parts": _pdf_parts,
}
"""Where else payloads are hidden, inside of pictures: a builder for each place."""
