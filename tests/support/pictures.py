"""Builders of pictures, sound and hostile; each returns the bytes of a file unless it says so."""

import io
import random
import struct
import zlib
from typing import Any

from PIL import Image, ImageCms, ImageDraw

ORIENTATION = 0x0112
GPS = 0x8825
CORNERS = ((255, 0, 0), (0, 160, 0), (0, 0, 255), (255, 220, 0))
"""Colours of ``quadrants``: top left, top right, bottom left, bottom right."""


def encoded(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def decoded(data: bytes) -> Image.Image:
    """Return the picture, loaded."""
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def quadrants(width: int = 120, height: int = 80) -> Image.Image:
    """Return a picture with a colour of its own in each quarter."""
    image = Image.new("RGB", (width, height))
    halves = (width // 2, height // 2)
    for index, colour in enumerate(CORNERS):
        left, top = (index % 2) * halves[0], (index // 2) * halves[1]
        image.paste(colour, (left, top, left + halves[0], top + halves[1]))
    return image


def noise(width: int, height: int, mode: str = "RGB", seed: int = 1) -> Image.Image:
    """Return random pixels: nothing compresses less."""
    size = width * height * len(Image.new(mode, (1, 1)).tobytes())
    draw_from = random.Random(seed)
    return Image.frombytes(mode, (width, height), draw_from.randbytes(size))


def photo(width: int = 640, height: int = 480) -> Image.Image:
    """Return something as smooth and as grainy as a photograph."""
    grain = noise(width // 4, height // 4).resize((width, height), Image.Resampling.BICUBIC)
    light = Image.linear_gradient("L").resize((width, height))
    return Image.blend(Image.merge("RGB", (light, light.rotate(180), light)), grain, 0.2)


def chart(width: int = 1200, height: int = 800) -> Image.Image:
    """Return bars, lines and labels on white."""
    image = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(image)
    for index in range(10):
        left = 60 + index * (width - 80) // 10
        top = height - 60 - (index * 37 % 11) * (height - 120) // 11
        draw.rectangle((left, top, left + 40, height - 60), fill=CORNERS[index % 4])
        draw.text((left, height - 50), f"Q{index} 20{index}", fill="black")
    draw.line((50, 20, 50, height - 60, width - 20, height - 60), fill="black", width=2)
    return image


def jpeg_held(orientation: int, image: Image.Image | None = None) -> bytes:
    """Return a JPEG with this EXIF orientation."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    return encoded(image or quadrants(), "JPEG", quality=95, subsampling=0, exif=exif)


def jpeg_with_secrets() -> bytes:
    """Return a JPEG whose metadata names a place, a camera and a person."""
    exif = Image.Exif()
    exif[0x010F] = "SECRETCAMERA"
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[2] = (51.0, 28.0, 38.0)
    return encoded(photo(), "JPEG", exif=exif, comment=b"SECRETCOMMENT", xmp=b"<x>SECRETXMP</x>")


def animation(kind: str, frames: int = 3) -> bytes:
    """Return an animated GIF, WebP or PNG whose first frame is red and whose others are not."""
    colours = [(255, 0, 0)] + [(0, 0, 40 * n) for n in range(1, frames)]
    pictures = [Image.new("RGB", (60, 40), colour) for colour in colours]
    options = {"lossless": True} if kind == "WEBP" else {}
    return encoded(
        pictures[0], kind, save_all=True, append_images=pictures[1:], duration=100, **options
    )


def camera_pair() -> bytes:
    """Return an MPO: two JPEGs in one file, the first red, as some cameras write."""
    return encoded(
        Image.new("RGB", (60, 40), (255, 0, 0)),
        "MPO",
        save_all=True,
        append_images=[Image.new("RGB", (60, 40), (0, 0, 255))],
    )


def header_of_png(width: int, height: int) -> bytes:
    """Return a PNG that promises this size and holds nothing of it."""
    size = struct.pack("!IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", size), (b"IDAT", zlib.compress(b"")), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks)


def red_for_blue_profile() -> bytes:
    """Return an ICC profile in which what is stored as red means blue."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = profile.replace(b"rXYZ", b"none").replace(b"bXYZ", b"rXYZ").replace(b"none", b"bXYZ")
    assert swapped != profile
    return swapped


def srgb_profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def _chunk(name: bytes, body: bytes) -> bytes:
    check = zlib.crc32(name + body)
    return struct.pack("!I", len(body)) + name + body + struct.pack("!I", check)
