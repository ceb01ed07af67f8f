"""A chart and an answer about it, for the picture in README."""

from PIL import Image, ImageDraw, ImageFont

QUARTERS = {"Q1": (41, 35), "Q2": (48, 38), "Q3": (57, 36), "Q4": (66, 41)}
NORTH, SOUTH, INK, GRID = "#0f6b6b", "#e0a458", "#3a3a38", "#e6e4df"

QUESTION = "Read every number into a table. Which region grew faster?"
ANSWER = """The chart shows quarterly sales of two regions in 2025, in thousands of units.

| Quarter | North | South | Difference |
|---|--:|--:|--:|
| Q1 | 41 | 35 | 6 |
| Q2 | 48 | 38 | 10 |
| Q3 | 57 | 36 | 21 |
| Q4 | 66 | 41 | **25** |

**North grew faster.** It rose in every quarter, by 61 % over the year; South rose by 17 % and
fell once, in the third quarter.

- The axis starts at zero, so the bars' heights can be compared.
- The values are printed above the bars; none had to be estimated.
"""


def sales_chart() -> Image.Image:
    """Return a chart of grouped bars, 1600 x 1000 pixels."""
    image = Image.new("RGB", (1600, 1000), "white")
    draw = ImageDraw.Draw(image)
    title, label = ImageFont.load_default(46), ImageFont.load_default(30)
    draw.text((120, 60), "Sales by quarter, 2025", INK, title)
    draw.text((120, 122), "thousand units", "#77756f", label)
    for tick in range(0, 81, 20):
        height = 860 - tick * 8
        draw.line((120, height, 1520, height), GRID, 2)
        draw.text((104, height), str(tick), "#77756f", label, anchor="rm")
    for place, (quarter, values) in enumerate(QUARTERS.items()):
        left = 190 + place * 345
        for offset, value, colour in zip((0, 115), values, (NORTH, SOUTH), strict=True):
            box = (left + offset, 860 - value * 8, left + offset + 105, 859)
            draw.rectangle(box, colour)
            draw.text((box[0] + 52, box[1] - 10), str(value), INK, label, anchor="mb")
        draw.text((left + 110, 890), quarter, INK, label, anchor="mt")
    for place, (name, colour) in enumerate((("North", NORTH), ("South", SOUTH))):
        draw.rectangle((1130 + place * 190, 76, 1156 + place * 190, 102), colour)
        draw.text((1170 + place * 190, 89), name, INK, label, anchor="lm")
    return image
