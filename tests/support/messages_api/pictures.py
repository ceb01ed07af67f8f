"""Image blocks: what is refused, and how large a picture is in the model's eyes."""

import base64
import binascii
import hashlib
import io
from collections import OrderedDict
from dataclasses import dataclass
from math import ceil
from threading import Lock

from PIL import Image

from tests.support.messages_api.errors import ApiError, invalid
from tests.support.messages_api.fields import TEXT, Json, Shape, one_of
from tests.support.messages_api.models import TIERS, Model

MEDIA_TYPES = ("image/jpeg", "image/png", "image/gif", "image/webp")
FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
MOST_BASE64 = 10 * 1024 * 1024
LONGEST_SIDE = 8000
MANY_IMAGES, LONGEST_SIDE_OF_MANY = 20, 2000
UNSEEN_TOKENS = 1568  # stands in for images by URL, which nobody fetches here
UNREADABLE = "Could not process image"

SOURCES = {
    "base64": Shape({"type": TEXT, "media_type": TEXT, "data": TEXT}),
    "url": Shape({"type": TEXT, "url": TEXT}),
    "file": Shape({"type": TEXT, "file_id": TEXT}),
}


@dataclass(frozen=True, slots=True)
class SentImage:
    """One picture of a request; ``path`` is its block, such as ``messages.0.content.1``."""

    path: str
    media_type: str
    data: bytes
    width: int
    height: int
    url: str = ""

    @property
    def size(self) -> tuple[int, int]:
        return self.width, self.height


class PictureMemory:
    """Remembers what decoding found, as the pictures of a thread come again with each turn."""

    def __init__(self, most: int = 512) -> None:
        self._most = most
        self._lock = Lock()
        self._found: OrderedDict[bytes, str] = OrderedDict()

    def fault_of(self, data: bytes) -> str:
        """Why these bytes cannot be decoded, or nothing when they can."""
        key = hashlib.sha256(data).digest()
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
                return self._found[key]
        fault = decoding_fault(data)
        with self._lock:
            self._found[key] = fault
            if len(self._found) > self._most:
                self._found.popitem(last=False)
        return fault


MEMORY = PictureMemory()


def check_source(source: Json, path: str, *, decode: bool) -> SentImage:
    """Read one image source; ``decode`` is off for counting, which trusts the header."""
    kind = source.get("type")
    if not isinstance(kind, str) or kind not in SOURCES:
        raise invalid(f"{path}.image.source.type: Input tag {kind!r} is not one of the sources")
    place = f"{path}.image.source.{kind}"
    SOURCES[kind].check(source, place)
    if kind == "url":
        return sent_by_url(source["url"], path, place)
    if kind == "file":
        raise invalid(f"{place}.file_id: File not found: {source['file_id']}")
    one_of(source["media_type"], MEDIA_TYPES, f"{place}.media_type")
    data = decoded(source["data"], place)
    width, height = header_size(data, source["media_type"], place, path)
    if decode and max(width, height) <= LONGEST_SIDE and (fault := MEMORY.fault_of(data)):
        raise invalid(fault)
    return SentImage(path, source["media_type"], data, width, height)


def sent_by_url(url: str, path: str, place: str) -> SentImage:
    if not url.startswith(("https://", "http://")):
        raise invalid(f"{place}.url: Only HTTP and HTTPS URLs are supported")
    return SentImage(path, "", b"", 0, 0, url)


def decoded(text: str, place: str) -> bytes:
    if len(text) > MOST_BASE64:
        raise invalid(
            f"{place}: image exceeds 10 MB maximum: {len(text)} bytes > {MOST_BASE64} bytes"
        )
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise invalid(f"{place}.data: Invalid base64 data") from error
    if not data:
        raise invalid(f"{place}.data: image cannot be empty")
    return data


def media_type_of(data: bytes) -> str:
    """The type that the first bytes give away, or nothing."""
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    return "image/webp" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else ""


def header_size(data: bytes, media_type: str, place: str, path: str) -> tuple[int, int]:
    found = media_type_of(data)
    if not found:
        raise invalid(UNREADABLE)
    if found != media_type:
        raise invalid(f"{place}.data: Image does not match the provided media type {media_type}")
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            return image.size
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        # Pillow's own limit is above 8000 x 8000, so one side is longer than that.
        raise sides_too_long([path], LONGEST_SIDE) from None
    except (OSError, SyntaxError, ValueError) as error:
        raise invalid(UNREADABLE) from error


def decoding_fault(data: bytes) -> str:
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            image.load()
    except (OSError, SyntaxError, ValueError, EOFError):
        return UNREADABLE
    return ""


def sides_too_long(paths: list[str], most: int) -> ApiError:
    many = " for many-image requests" if most == LONGEST_SIDE_OF_MANY else ""
    return invalid(
        f"{paths[0]}.image.source.base64.data: At least one of the image dimensions exceed "
        f"max allowed size{many}: {most} pixels",
        error_code="image_dimensions_too_large",
        max_side_length_pixels=most,
        paths=paths,
    )


def check_together(images: list[SentImage], model: Model) -> None:
    """The rules on all pictures of a request, those in tool results included."""
    if len(images) > model.max_images:
        raise invalid(f"Too many images: {len(images)} > {model.max_images} maximum")
    most = LONGEST_SIDE_OF_MANY if len(images) > MANY_IMAGES else LONGEST_SIDE
    if too_long := [image.path for image in images if max(image.size) > most]:
        raise sides_too_long(too_long, most)


def check_oversize(image: SentImage, model: Model) -> None:
    """For images that ask not to be scaled down silently."""
    if image.size != (seen := seen_size(*image.size, model.tier)):
        raise invalid(
            f"{image.path}.image: image of {image.width}x{image.height} pixels exceeds the "
            f"maximum image size of {model.id}; the largest that fits is {seen[0]}x{seen[1]}"
        )


def visual_tokens(width: int, height: int) -> int:
    return ceil(width / 28) * ceil(height / 28)


def seen_size(width: int, height: int, tier: str) -> tuple[int, int]:
    """Pixels that the model sees: the largest size, aspect kept, within the tier's limits."""
    edge, budget = TIERS[tier]
    long, short = max(width, height), min(width, height)
    for side in range(min(long, edge), 0, -1):
        other = short if side == long else max(1, round(side * short / long))
        if visual_tokens(side, other) <= budget:
            return (side, other) if width >= height else (other, side)
    return 1, 1


def image_tokens(image: SentImage, model: Model) -> int:
    if image.url:
        return UNSEEN_TOKENS
    return visual_tokens(*seen_size(*image.size, model.tier))
