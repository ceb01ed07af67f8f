"""Decodes, prepares, previews and measures pictures that nobody trusts.

The caller's process never loads Pillow: it looks at the first bytes and hands the open file to a
small server process, which forks one expendable, limited child for each picture::

    door       what the app calls: queue, verdicts, refusals
    launcher   starts the server process, and starts it again when it dies
    wire       the few bytes that pass between the two sides
    server     forks a child for each picture, and tells how it ended
    child      limits itself, then does the work below
    decode     opens within limits and loads one frame
    loaded     what they return
    pdf        draws one page
    gif, tiff  find the frames of a GIF, the pages of a TIFF
    jpeg2000   leaves out fine wavelets where the rest is enough
    endings    tells a file that is cut off from one that is damaged
    convert    size, orientation, colours, transparency
    encode     PNG for drawings, JPEG for photos
    legibility how high the smallest text is
    pixels     light, edges and main colours
    sniff      tells the format by the first bytes
    values     what comes out
    refusals   what can go wrong, in words
"""

from visionapp.preparation.door import examine, measure, prepare, preview, warm_up
from visionapp.preparation.sniff import HEAD, sniff
from visionapp.preparation.values import (
    ANIMATED,
    MEDIA_TYPES,
    ON_DARK,
    PAGES,
    READABLE,
    STRETCHED,
    WHOLE,
    Examined,
    Format,
    Measured,
    Prepared,
    View,
)

__all__ = [
    "ANIMATED",
    "HEAD",
    "MEDIA_TYPES",
    "ON_DARK",
    "PAGES",
    "READABLE",
    "STRETCHED",
    "WHOLE",
    "Examined",
    "Format",
    "Measured",
    "Prepared",
    "View",
    "examine",
    "measure",
    "prepare",
    "preview",
    "sniff",
    "warm_up",
]
