"""One small picture of each kind that is taken, every row of it different from the others."""

import functools
import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

from PIL import Image
from pillow_heif import HeifFile, from_pillow

from tests.support.hostile import documents, pieces
from tests.support.hostile.grids import heic_grid
from tests.support.pictures import encoded, photo, srgb_profile

SIZE = (32, 24)

PASSES = (
    (0, 0, 8, 8),
    (4, 0, 8, 8),
    (0, 4, 4, 8),
    (2, 0, 4, 4),
    (0, 2, 2, 4),
    (1, 0, 2, 2),
    (0, 1, 1, 2),
)
"""Of an interlaced PNG: the first column and row of each, and the steps to the next."""


@functools.cache
def sound(name: str) -> bytes:
    """Return the file of one of ``NAMES``."""
    return BUILDERS[name]()


def _still(kind: str, mode: str = "RGB", **options: Any) -> Callable[[], bytes]:
    return lambda: encoded(photo(*SIZE).convert(mode), kind, **options)


def _moving(kind: str, **options: Any) -> Callable[[], bytes]:
    def build() -> bytes:
        first = photo(*SIZE)
        others = [first.rotate(180), first.transpose(Image.Transpose.FLIP_LEFT_RIGHT)]
        return encoded(first, kind, save_all=True, append_images=others, **options)

    return build


def _deep() -> bytes:
    row = range(0, 65536, 65536 // SIZE[0])
    rows = b"".join(
        struct.pack(f">B{SIZE[0]}H", 0, *((x + 997 * y) % 65536 for x in row))
        for y in range(SIZE[1])
    )
    return pieces.png(*SIZE, pieces.chunk(b"IDAT", zlib.compress(rows)), depth=16, colour=0)


def _cut_in_chunks() -> bytes:
    """Return a PNG with a profile, words and data in many chunks."""
    whole = _still("PNG")()
    body = next(
        whole[start + 8 : end - 4]
        for start, end in pieces.chunks_of(whole)
        if whole[start + 4 : start + 8] == b"IDAT"
    )
    data = [pieces.chunk(b"IDAT", body[at : at + 400]) for at in range(0, len(body), 400)]
    profile = b"p\0\0" + zlib.compress(srgb_profile())
    words = pieces.chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"Sales of 2024 "))
    return pieces.png(*SIZE, pieces.chunk(b"iCCP", profile), words, *data)


def _with_all_metadata() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Camera"
    profile = srgb_profile()
    return encoded(photo(*SIZE), "JPEG", exif=exif, icc_profile=profile, comment=b"Sales")


def _heic(count: int) -> Callable[[], bytes]:
    def build() -> bytes:
        file: HeifFile = from_pillow(photo(*SIZE))
        for angle in range(1, count):
            file.add_from_pillow(photo(*SIZE).rotate(180 * angle))
        return _saved(file)

    return build


def _saved(file: HeifFile) -> bytes:
    out = io.BytesIO()
    file.save(out, quality=60)
    return out.getvalue()


def _run_lengths() -> bytes:
    """Return a BMP with a palette and runs, as Pillow reads and does not write."""
    width, height = SIZE
    rows = b"".join(
        b"".join(bytes((4, (x * 3 + y * 7) % 256)) for x in range(0, width, 4)) + b"\0\0"
        for y in range(height)
    )
    palette = b"".join(bytes((n, 255 - n, n * 7 % 256, 0)) for n in range(256))
    data = rows + b"\0\1"
    start = 14 + 40 + len(palette)
    info = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 8, 1, len(data), 0, 0, 256, 0)
    return b"BM" + struct.pack("<IHHI", start + len(data), 0, 0, start) + info + palette + data


def _interlaced() -> bytes:
    """Return a grey PNG in seven passes, as Pillow reads and does not write."""
    width, height = SIZE
    rows = b"".join(
        b"\0" + bytes((x * 3 + y * 7) % 256 for x in range(left, width, across))
        for left, top, across, down in PASSES
        for y in range(top, height, down)
    )
    whole = pieces.png(*SIZE, pieces.chunk(b"IDAT", zlib.compress(rows)), colour=0)
    return pieces.mended(whole[:28] + b"\1" + whole[29:])


def _pages() -> bytes:
    first, *others = (photo(*SIZE).resize((16, 12)).rotate(turn) for turn in (0, 90, 180))
    return encoded(first, "TIFF", save_all=True, append_images=others, compression="tiff_lzw")


def _document(write: Callable[[documents.Objects], bytes]) -> Callable[[], bytes]:
    return lambda: write(documents.with_picture(*SIZE, photo(*SIZE).tobytes()))


BUILDERS: dict[str, Callable[[], bytes]] = {
    "jpeg": _still("JPEG"),
    "jpeg with restarts": _still("JPEG", restart_marker_blocks=1),
    "jpeg progressive": _still("JPEG", progressive=True),
    "jpeg with metadata": _with_all_metadata,
    "jpeg cmyk": _still("JPEG", "CMYK"),
    "mpo": _moving("MPO"),
    "png": _still("PNG"),
    "png in chunks": _cut_in_chunks,
    "png 16 bit": _deep,
    "png palette": _still("PNG", "P"),
    "png interlaced": _interlaced,
    "apng": _moving("PNG"),
    "gif": _still("GIF"),
    "gif animated": _moving("GIF"),
    "webp lossy": _still("WEBP"),
    "webp lossless": _still("WEBP", lossless=True),
    "webp animated": _moving("WEBP"),
    "heic": _heic(1),
    "heic of two": _heic(2),
    "heic in tiles": lambda: heic_grid(sound("heic"), 2, 2),
    "avif": _still("AVIF"),
    "avif animated": _moving("AVIF"),
    "tiff lzw": _still("TIFF", compression="tiff_lzw"),
    "tiff cmyk": _still("TIFF", "CMYK", compression="tiff_adobe_deflate"),
    "tiff jpeg": _still("TIFF", compression="jpeg"),
    "tiff in strips": _still("TIFF", compression="packbits", tiffinfo={278: 4}),
    "tiff pages": _pages,
    "bmp": _still("BMP"),
    "bmp runs": _run_lengths,
    "jp2": _still("JPEG2000", quality_mode="rates", quality_layers=[4]),
    "jp2 in tiles": _still(
        "JPEG2000", tile_size=(16, 16), quality_mode="rates", quality_layers=[8]
    ),
    "j2k": _still("JPEG2000", no_jp2=True, quality_mode="rates", quality_layers=[4]),
    "pdf": _document(documents.pdf),
    "pdf packed": _document(documents.packed_pdf),
}
NAMES = tuple(BUILDERS)
