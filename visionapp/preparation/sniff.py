"""Tells the format of a picture by its first bytes; its name and its sender are never asked."""

from visionapp.preparation.values import Format

HEAD = 16
"""How many bytes ``sniff`` wants to see."""


def sniff(head: bytes) -> Format | None:
    """Return the format that these first bytes announce, or None. Says nothing about the rest."""
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "WEBP"
    return None
