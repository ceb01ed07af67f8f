"""Decodes, prepares, previews and measures pictures that nobody trusts.

The caller's process never loads Pillow: it looks at the first bytes and hands the open file to a
small server process, which forks one expendable, limited child for each picture::

    door       what the app calls: queue, verdicts, refusals
    launcher   starts the server process, and starts it again when it dies
    wire       the few bytes that pass between the two sides
    server     forks a child for each picture, and tells how it ended
    child      limits itself, then does the work below
    decode     opens within limits and loads the first frame
    convert    size, orientation, colours, transparency
    encode     PNG for drawings, JPEG for photos
    pixels     light, edges and main colours
    sniff      tells the format by the first bytes
    values     what comes out
    refusals   what can go wrong, in words
"""

from visionapp.preparation.door import examine, measure, prepare, warm_up
from visionapp.preparation.sniff import sniff
from visionapp.preparation.values import (
    ANIMATED,
    MEDIA_TYPES,
    Examined,
    Format,
    Measured,
    Prepared,
)

__all__ = [
    "ANIMATED",
    "MEDIA_TYPES",
    "Examined",
    "Format",
    "Measured",
    "Prepared",
    "examine",
    "measure",
    "prepare",
    "sniff",
    "warm_up",
]
