"""PDFs that loop, promise too much, or want to do something."""

import zlib
from collections.abc import Callable

from tests.support.formats import protected_pdf
from tests.support.hostile.bombs import COMPLEX, CUT, DAMAGED, MUCH, SHOWN, Bomb, packed
from tests.support.hostile.documents import (
    CATALOG,
    PAGE,
    Objects,
    packed_pdf,
    pdf,
    sheet,
    stream,
    with_picture,
)
from tests.support.hostile.sound import SIZE

MISSING, PASSWORD = "image.frame_missing", "image.password"


def of(**others: bytes) -> Callable[[], bytes]:
    """Return a builder of a sheet with these objects."""
    return lambda: pdf(sheet(drawing=b"1 0 0 rg 4 4 12 8 re f", **others))


def drawing(words: bytes, **others: bytes) -> Callable[[], bytes]:
    return lambda: pdf(sheet(drawing=words, **others))


def doing(port: int) -> dict[str, bytes]:
    """Return PDFs that want to call this port, or run a program, as soon as they are seen."""
    place = b"http://127.0.0.1:%d/" % port
    actions = {
        "a script": b"<</S/JavaScript/JS(app.launchURL\\('%b'\\); this.submitForm\\('%b'\\);)>>"
        % (place, place),
        "a program": b"<</S/Launch/F(/bin/sh)/Win<</F(cmd.exe)/P(/c start %b)>>>>" % place,
        "a link": b"<</S/URI/URI(%b)>>" % place,
        "a form": b"<</S/SubmitForm/F<</FS/URL/F(%b)>>/Fields[]>>" % place,
        "another file": b"<</S/GoToR/F<</FS/URL/F(%b)>>/D[0/Fit]>>" % place,
        "data": b"<</S/ImportData/F<</FS/URL/F(%b)>>>>" % place,
    }
    return {name: _at_once(action) for name, action in actions.items()}


def _at_once(action: bytes) -> bytes:
    every = b"<</O %b/C %b/WC %b/DP %b>>" % ((action,) * 4)
    catalog = CATALOG[:-2] + b"/OpenAction %b/AA %b/Names<</JavaScript<</Names[(a)%b]>>>>>>"
    page = PAGE[:-2] + b"/AA %b/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 48 32]/A %b>>]>>"
    return of(o1=catalog % (action, every, action), o3=page % (every, action))()


def attached() -> bytes:
    catalog = CATALOG[:-2] + b"/Names<</EmbeddedFiles<</Names[(a.exe)6 0 R]>>>>>>"
    spec = b"<</Type/Filespec/F(a.exe)/EF<</F 7 0 R>>>>"
    return of(o1=catalog, o6=spec, o7=stream(b"MZ" + bytes(1000)))()


def elsewhere() -> bytes:
    """Return a PDF whose words and picture are to be read from other files."""
    outside = b"<</F(/etc/passwd)/Length 0>>stream\n\nendstream"
    return of(o4=outside)()


def nested(depth: int) -> bytes:
    """Return a PDF with forms in forms, each of which draws the next twice."""
    objects = sheet(drawing=b"/F6 Do", resources=b"/XObject<</F6 6 0 R>>")
    for number in range(6, 6 + depth):
        following = b"/Resources<</XObject<</F%d %d 0 R>>>>" % (number + 1, number + 1)
        entries = b"/Type/XObject/Subtype/Form/BBox[0 0 48 32]" + following
        objects[number] = stream(b"/F%d Do " % (number + 1) * 2, entries)
    box = b"/Type/XObject/Subtype/Form/BBox[0 0 48 32]"
    objects[6 + depth] = stream(b"1 0 0 rg 4 4 12 8 re f", box)
    return pdf(objects)


def deep_tree(depth: int) -> bytes:
    objects = sheet(drawing=b"1 0 0 rg 4 4 12 8 re f")
    for number in range(6, 6 + depth):
        objects[number] = b"<</Type/Pages/Count 1/Kids[%d 0 R]>>" % (number + 1)
    objects[2] = b"<</Type/Pages/Count 1/Kids[6 0 R]>>"
    objects[6 + depth] = PAGE
    return pdf(objects)


def many_pages(count: int) -> bytes:
    kids = b"3 0 R " * count
    return of(o2=b"<</Type/Pages/Count %d/Kids[%b]>>" % (count, kids))()


def table_loop() -> bytes:
    whole = pdf(sheet())
    at = whole.rindex(b"xref\n0")
    return whole.replace(b"/Root 1 0 R", b"/Root 1 0 R/Prev %d" % at)


def objects_of_itself() -> bytes:
    """Return a PDF whose packed objects lie in a stream that lies in itself."""
    objects: Objects = sheet()
    return packed_pdf(objects | {6: b"<</Extends 7 0 R/Length 7 0 R>>"})


def packed_bomb() -> bytes:
    return packed_pdf(sheet() | {6: b"(%b)" % (b"A" * MUCH)})


def packed_again(times: int) -> bytes:
    """Return a PDF whose drawing is compressed again and again, to next to nothing."""
    data = packed(MUCH, b" ")
    for _ in range(times):
        data = zlib.compress(data, 9)
    how = b"/FlateDecode" * (times + 1)
    return of(o4=b"<</Length %d/Filter[%b]>>stream\n%b\nendstream" % (len(data), how, data))()


def box(left: int, bottom: int, right: int, top: int, more: bytes = b"") -> dict[str, bytes]:
    new = b"[%d %d %d %d]" % (left, bottom, right, top)
    return {"o3": PAGE.replace(b"[0 0 48 32]", new)[:-2] + more + b">>"}


def giant_picture(width: int, height: int) -> Objects:
    """Return a page with a bilevel picture that really has all its pixels."""
    data = packed(width * height // 8, b"\0")
    size = b"/Width %d/Height %d/Length %d" % (width, height, len(data))
    picture = (
        b"<</Type/XObject/Subtype/Image/ColorSpace/DeviceGray/BitsPerComponent 1"
        b"/Filter/FlateDecode%b>>stream\n%b\nendstream" % (size, data)
    )
    return with_picture(1, 1, b"") | {6: picture}


def masked_by_itself() -> Objects:
    objects = with_picture(*SIZE, bytes(SIZE[0] * SIZE[1] * 3))
    return objects | {6: objects[6].replace(b"/Width", b"/SMask 6 0 R/Mask 6 0 R/Width")}


GIANT = 14_400 * 72
TILING = b"/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 1 1]"
SHADING = (
    b"<</ShadingType 1/ColorSpace/DeviceRGB/Domain[0 1000000 0 1000000]/Function"
    b"<</FunctionType 4/Domain[0 1e6 0 1e6]/Range[0 1 0 1 0 1]/Length 0>>>>"
)

BOMBS = {
    "page tree in circles": Bomb(
        of(o2=b"<</Type/Pages/Count 1/Kids[2 0 R]>>"), {MISSING, DAMAGED}
    ),
    "page that is its own parent": Bomb(
        of(o3=PAGE.replace(b"2 0 R", b"3 0 R").replace(b"/MediaBox[0 0 48 32]", b"")),
        {SHOWN, DAMAGED},
    ),
    "page tree 1,000 deep": Bomb(lambda: deep_tree(1000), {SHOWN, MISSING, DAMAGED}),
    "page tree 100,000 deep": Bomb(lambda: deep_tree(100_000), {SHOWN, MISSING, DAMAGED}),
    "a million pages, in words": Bomb(
        of(o2=b"<</Type/Pages/Count 1000000/Kids[3 0 R]>>"), {SHOWN, DAMAGED}
    ),
    "4 thousand million pages, in words": Bomb(
        of(o2=b"<</Type/Pages/Count 4294967295/Kids[3 0 R]>>"), {SHOWN, MISSING, DAMAGED}
    ),
    "fewer pages than none": Bomb(
        of(o2=b"<</Type/Pages/Count -5/Kids[3 0 R]>>"), {SHOWN, MISSING, DAMAGED}
    ),
    "no pages": Bomb(of(o2=b"<</Type/Pages/Count 0/Kids[]>>"), {MISSING, DAMAGED}),
    "200,000 times one page": Bomb(lambda: many_pages(200_000), {SHOWN}),
    "page of 14,400 inches": Bomb(of(**box(0, 0, GIANT, GIANT)), {SHOWN}),
    "page larger than numbers": Bomb(of(**box(0, 0, 10**40, 10**40)), {SHOWN, DAMAGED}),
    "page thin as a hair": Bomb(of(**box(0, 0, 1, 10**9)), {SHOWN, DAMAGED}),
    "page of nothing": Bomb(of(**box(0, 0, 0, 0)), {SHOWN, DAMAGED}),
    "page inside out": Bomb(of(**box(48, 32, 0, 0)), {SHOWN}),
    "page with units without end": Bomb(
        of(**box(0, 0, 48, 32, b"/UserUnit 1e30")), {SHOWN, DAMAGED}
    ),
    "table in circles": Bomb(table_loop, {SHOWN, DAMAGED}),
    "objects in themselves": Bomb(objects_of_itself, {SHOWN, DAMAGED}),
    "objects that grow": Bomb(packed_bomb, {SHOWN, DAMAGED, COMPLEX}),
    "drawing that grows": Bomb(lambda: packed_again(0), {SHOWN, DAMAGED, COMPLEX}),
    "drawing that grows four times": Bomb(lambda: packed_again(3), {SHOWN, DAMAGED, COMPLEX}),
    "drawing that is its own length": Bomb(
        of(o4=b"<</Length 4 0 R>>stream\n1 0 0 rg\nendstream"), {SHOWN, DAMAGED}
    ),
    "a million strokes": Bomb(
        drawing(b"0 0 m 48 32 l 3 9 l 40 1 l 7 30 l S " * 1_000_000),
        {COMPLEX, DAMAGED},
        is_endless=True,
    ),
    "a path of a million points": Bomb(
        drawing(b"0 0 m " + b"48 32 l 0 31 l 48 1 l " * 300_000 + b"f*"), {SHOWN, COMPLEX}
    ),
    "a dash of no length": Bomb(
        drawing(b"[0.00001 0.00001] 0 d 9 w 0 0 m 48 32 l S"), {SHOWN, COMPLEX}
    ),
    "states without end": Bomb(drawing(b"q " * 3_000_000), {SHOWN, COMPLEX, DAMAGED}),
    "letters as large as the moon": Bomb(
        drawing(b"BT /F 1e30 Tf (Sales) Tj ET"), {SHOWN, DAMAGED}
    ),
    "forms in themselves": Bomb(
        drawing(
            b"/I Do",
            o5=b"<</XObject<</I 6 0 R>>>>",
            o6=stream(
                b"/I Do /I Do",
                b"/Type/XObject/Subtype/Form/BBox[0 0 48 32]/Resources<</XObject<</I 6 0 R>>>>",
            ),
        ),
        {COMPLEX, DAMAGED},
        is_endless=True,
    ),
    "forms in forms, a thousand million": Bomb(
        lambda: nested(30), {COMPLEX, DAMAGED}, is_endless=True
    ),
    "forms in forms, 10,000 deep": Bomb(
        lambda: nested(10_000), {COMPLEX, DAMAGED}, is_endless=True
    ),
    "pattern of itself": Bomb(
        drawing(
            b"/Pattern cs /P scn 0 0 48 32 re f",
            o5=b"<</Pattern<</P 6 0 R>>>>",
            o6=stream(
                b"/Pattern cs /P scn 0 0 1 1 re f",
                TILING + b"/XStep 1/YStep 1/Resources<</Pattern<</P 6 0 R>>>>",
            ),
        ),
        {SHOWN, COMPLEX},
    ),
    "pattern of crumbs": Bomb(
        drawing(
            b"/Pattern cs /P scn 0 0 48 32 re f",
            o5=b"<</Pattern<</P 6 0 R>>>>",
            o6=stream(b"0 0 1 1 re f", TILING + b"/XStep 0.00001/YStep 0.00001/Resources<<>>"),
        ),
        {COMPLEX, DAMAGED},
        is_endless=True,
    ),
    "letters drawn by themselves": Bomb(
        drawing(
            b"BT /F 9 Tf (aaaa) Tj ET",
            o5=b"<</Font<</F 6 0 R>>>>",
            o6=b"<</Type/Font/Subtype/Type3/FontBBox[0 0 1 1]/FontMatrix[1 0 0 1 0 0]/FirstChar 97"
            b"/LastChar 97/Widths[1]/Encoding<</Differences[97/a]>>/CharProcs<</a 7 0 R>>"
            b"/Resources<</Font<</F 6 0 R>>>>>>",
            o7=stream(b"1 0 d0 BT /F 9 Tf (aaaa) Tj ET"),
        ),
        {SHOWN, COMPLEX},
    ),
    "colours without end": Bomb(
        drawing(b"/S sh", o5=b"<</Shading<</S %b>>>>" % SHADING), {SHOWN, COMPLEX, DAMAGED}
    ),
    "picture of 3.6 gigapixels, in words": Bomb(
        lambda: pdf(with_picture(60_000, 60_000, bytes(1000))), {SHOWN, COMPLEX, DAMAGED}
    ),
    "picture of 64 megapixels": Bomb(lambda: pdf(giant_picture(8000, 8000)), {SHOWN, COMPLEX}),
    "picture of 400 megapixels": Bomb(
        lambda: pdf(giant_picture(20_000, 20_000)), {SHOWN, COMPLEX, DAMAGED}
    ),
    "picture that masks itself": Bomb(lambda: pdf(masked_by_itself()), {SHOWN, COMPLEX, DAMAGED}),
    "attachment": Bomb(attached, {SHOWN}),
    "words of another file": Bomb(elsewhere, {SHOWN, DAMAGED}),
    "password": Bomb(protected_pdf, {PASSWORD}),
    "protection that is unknown": Bomb(
        lambda: pdf(sheet(), b"/Encrypt<</Filter/Unheard/V 99>>/ID[<00><00>]"),
        {PASSWORD, DAMAGED},
    ),
    "nothing but a head and an end": Bomb(
        lambda: b"%PDF-1.7\nstartxref\n0\n%%EOF", {DAMAGED, CUT}
    ),
    "brackets without end": Bomb(
        of(o3=b"<</Type/Page/Parent 2 0 R/MediaBox" + b"[" * 1_000_000 + b">>"),
        {SHOWN, DAMAGED, COMPLEX},
    ),
}
