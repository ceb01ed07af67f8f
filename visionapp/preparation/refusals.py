"""Why a picture is not taken: a stable code and a sentence that says what to do."""

from visionapp.errors import Invalid, TooLarge, Unavailable


class Empty(Invalid):
    code = "image.empty"
    message = "This file is empty. Save the picture again and add the new file."


class UnsupportedType(Invalid):
    code = "image.unsupported_type"
    message = (
        "This file is not a JPEG, PNG, GIF or WebP picture. "
        "Save it as one of these and add it again."
    )


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


class Busy(Unavailable):
    code = "image.busy"
    message = "Too many pictures are being read right now. Add this one again in a moment."
