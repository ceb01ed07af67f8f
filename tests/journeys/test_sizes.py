"""The page works out by itself what each model is sent, and must come to what is really sent."""

import random

import pytest

from visionapp.catalogue.budget import TIERS, sent_size, visual_tokens
from visionapp.catalogue.tiles import tiles

pytestmark = pytest.mark.browser

EDGES = [
    *((1, 1), (1, 20_000), (20_000, 1), (30_000, 30), (30, 30_000), (60, 40), (199, 200)),
    *((200, 200), (1568, 1568), (2000, 2000), (2576, 2576), (4032, 3024), (3024, 4032)),
    *((1092, 1092), (1093, 1092), (900, 8000), (8000, 900), (3000, 1000), (12_000, 9000)),
]
WORKED_OUT = """async ([sizes, tiers]) => {
  const modules = performance.getEntriesByType("resource").map(({ name }) => name);
  const load = (name) => import(modules.find((url) => url.includes(`/js/${name}.`)));
  const [{ sentSize, visualTokens }, { cut }] = await Promise.all(["budget", "cutting"].map(load));
  return sizes.flatMap(([width, height]) => tiers.map((tier) => {
    const sent = sentSize(width, height, tier);
    return [width, height, tier, sent, visualTokens(...sent), cut(width, height, tier)];
  }));
}"""


def test_the_page_works_out_the_same_pixels_tokens_and_parts_as_the_server(demo, quiet_page):
    draw = random.Random(1)
    drawn = [[round(10 ** draw.uniform(0, 4.4)) for _ in range(2)] for _ in range(800)]
    sizes = [*map(list, EDGES), *drawn]
    quiet_page.goto(demo.url)

    found = quiet_page.evaluate(WORKED_OUT, [sizes, list(TIERS)])

    expected = []
    for width, height in sizes:
        for tier in TIERS:
            sent = sent_size(width, height, tier)
            boxes = [list(box) for box in tiles(width, height, tier)]
            expected.append([width, height, tier, list(sent), visual_tokens(*sent), boxes])
    assert found == expected
