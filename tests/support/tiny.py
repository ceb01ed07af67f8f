"""The smallest pictures and messages, without a picture library."""

import struct
import zlib

from visionapp.content import ImagePart, Message, TextPart

JPEG_START = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"


def png(width=120, height=80):
    def piece(kind, data):
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress((b"\0" + b"\xff\x80\x00" * width) * height)
    return (
        b"\x89PNG\r\n\x1a\n"
        + piece(b"IHDR", header)
        + piece(b"IDAT", pixels)
        + piece(b"IEND", b"")
    )


def user(words="What is it?", *pictures):
    images = tuple(ImagePart("image/png", 120, 80, data) for data in pictures)
    return Message("user", (*images, TextPart(words)))
