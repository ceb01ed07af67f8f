"""Why a picture is not taken: a stable code and a sentence that says what to do."""

from visionapp.errors import Invalid, TooLarge, Unavailable
from visionapp.preparation.sniff import Stranger

KINDS = "JPEG, PNG, GIF, WebP, HEIC, AVIF, TIFF, BMP, JPEG 2000 or PDF"


class Empty(Invalid):
    code = "image.empty"
    message = "This file is empty. Save the picture again and add the new file."


class UnsupportedType(Invalid):
    code = "image.unsupported_type"
    message = f"This file is not a {KINDS} file. Save it as one of these and add it again."


STRANGERS: dict[Stranger, str] = {
    "drawing": (
        "SVG is a drawing program's file, which can hold programs and links. "
        "Export it as PNG or PDF and add that."
    ),
    "layers": ("This is a Photoshop file with its layers. Export it as PNG or JPEG and add that."),
    "raw": (
        "This is a camera's raw file, not yet a picture. Export it as JPEG or TIFF and add that."
    ),
    "video": "This is a video. Take a still picture from it and add that.",
    "office": (
        "This is an office document or an archive. Export the page that you need as PDF, "
        "or take the picture out, and add that."
    ),
}
"""What is said, with the code of ``UnsupportedType``, of kinds that people try."""


class Unreadable(Invalid):
    code = "image.unreadable"
    message = (
        "This picture is damaged and cannot be read. "
        "Open it in a picture program, save it again and add the new file."
    )


class Truncated(Invalid):
    code = "image.truncated"
    message = (
        "This picture is cut off before its end. Copy or download it again, and add the new file."
    )


class TooManyPixels(TooLarge):
    code = "image.too_many_pixels"
    message = (
        "This picture has too many pixels: at most 64 megapixels (a JPEG 200) and 30,000 pixels "
        "a side are read. Make it smaller, or cut out the part you need, and add that."
    )


class TooComplex(Invalid):
    code = "image.too_complex"
    message = (
        "This picture takes too much time or memory to read. "
        "Save it as an ordinary JPEG or PNG, or make it smaller, and add it again."
    )


class FrameMissing(Invalid):
    code = "image.frame_missing"
    message = "This file has no such page or frame. Add one of those that it has."


class BoxOutside(Invalid):
    code = "image.box_outside"
    message = "This region is not inside the picture. Draw it again and add that."


class PasswordNeeded(Invalid):
    code = "image.password"
    message = "This PDF is protected by a password. Save a copy of it without one and add that."


class Busy(Unavailable):
    code = "image.busy"
    message = "Too many pictures are being read right now. Add this one again in a moment."
