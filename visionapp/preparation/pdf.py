"""Draws one page of a PDF: a page has no pixels before somebody asks for them."""

from itertools import islice
from math import sqrt
from typing import IO

import pypdfium2 as pdfium
from PIL import Image
from pypdfium2 import raw

from visionapp.catalogue.budget import Box
from visionapp.preparation.loaded import MOST_PIXELS, Fit, Loaded, Rejected, Size, wanted_box
from visionapp.preparation.values import LONGEST_SIDE, MOST_FRAMES, View

DOTS = 300 / 72
"""Pixels a point: a page counts as large as when it is well printed, or as we can take."""

FINER = 2
"""How many times finer a scanned page is drawn, to be shrunk as photos are: PDFium's own shrinking
of a picture costs 6 dB."""
FIRST = 64
"""Things on a page among which a picture is looked for: a scan is one, with words behind it."""

PROTECTED = {raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY}


def load(file: IO[bytes], view: View, fit: Fit) -> Loaded:
    """Draw the view at just the size that ``fit`` wants, and no other page; raises Rejected."""
    with _opened(file) as document:
        document.init_forms()
        count = _pages(document)
        if view.frame >= count:
            raise Rejected("frame_missing")
        page = document[view.frame]
        size = _natural_size(*page.get_size())
        box = wanted_box(view, size)
        across, down = box[2] - box[0], box[3] - box[1]
        width, height = fit(across, down)
        finer = FINER if _is_scanned(page) else 1
        image = _drawn(page, size, box, (width * finer, height * finer))
    return Loaded(
        image=image,
        size=(across, down),
        extent=image.size,
        orientation=1,
        profile=b"",
        box=(0, 0, across, down),
        count=lambda: count,
    )


def _opened(file: IO[bytes]) -> pdfium.PdfDocument:
    file.seek(0)
    try:
        return pdfium.PdfDocument(file.read())
    except pdfium.PdfiumError as refused:
        if refused.err_code in PROTECTED:
            raise Rejected("password") from refused
        raise


def _pages(document: pdfium.PdfDocument) -> int:
    """Return how many pages people can choose from: a file may claim more than it holds.

    Goes back from the end in strides that double, so that one broken page among sound ones hides
    none before it, and then finds the last that opens: some twenty pages at most.
    """
    claimed = min(len(document), MOST_FRAMES)
    missing, stride = claimed, 1
    while (sound := claimed - stride) > 0 and not _opens(document, sound):
        missing, stride = sound, stride * 2
    sound = max(sound, 0)
    while missing - sound > 1:
        middle = (sound + missing) // 2
        if _opens(document, middle):
            sound = middle
        else:
            missing = middle
    return min(sound + 1, claimed)


def _opens(document: pdfium.PdfDocument, number: int) -> bool:
    """Look for the page without reading what is drawn on it, which can take seconds."""
    return bool(raw.FPDF_GetPageSizeByIndexF(document.raw, number, raw.FS_SIZEF()))


def _natural_size(width: float, height: float) -> Size:
    """Return the pixels of a page that has so many points."""
    limit = sqrt(MOST_PIXELS["PDF"] / (width * height))
    scale = min(DOTS, LONGEST_SIDE / max(width, height), limit)
    return max(1, int(width * scale)), max(1, int(height * scale))


def _is_scanned(page: pdfium.PdfPage) -> bool:
    first = islice(page.get_objects(max_depth=2), FIRST)
    return any(each.type == raw.FPDF_PAGEOBJ_IMAGE for each in first)


def _drawn(page: pdfium.PdfPage, natural: Size, box: Box, size: Size) -> Image.Image:
    """Return the box of the page, on white, with notes and filled-in forms, at this size."""
    across, down = size[0] / (box[2] - box[0]), size[1] / (box[3] - box[1])
    place = (round(-box[0] * across), round(-box[1] * down))
    whole = (round(natural[0] * across), round(natural[1] * down))
    bitmap = pdfium.PdfBitmap.new_native(*size, raw.FPDFBitmap_BGRx, rev_byteorder=True)
    bitmap.fill_rect((255, 255, 255, 255), 0, 0, *size)
    arguments = (bitmap, page, *place, *whole, 0, raw.FPDF_ANNOT | raw.FPDF_REVERSE_BYTE_ORDER)
    raw.FPDF_RenderPageBitmap(*arguments)
    if page.formenv:
        raw.FPDF_FFLDraw(page.formenv, *arguments)
    image: Image.Image = bitmap.to_pil()
    return image.convert("RGB")
