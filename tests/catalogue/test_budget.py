"""Image budgets: the sizes and tokens that Anthropic documents."""

import random

import pytest

from visionapp.catalogue.budget import TIERS, seen_size, sent_size, visual_tokens

DOCUMENTED = [
    ((200, 200), (200, 200), (200, 200)),
    ((1000, 1000), (1000, 1000), (1000, 1000)),
    ((1280, 720), (1280, 720), (1280, 720)),
    ((1920, 1080), (1456, 819), (1920, 1080)),
    ((2000, 1500), (1270, 952), (2000, 1500)),
    ((3840, 2160), (1456, 819), (2576, 1449)),
    ((4032, 3024), (1270, 952), (2212, 1659)),
    ((1075, 1520), (924, 1307), (1075, 1520)),
    ((1170, 2532), (725, 1568), (1170, 2532)),
]


@pytest.mark.parametrize(("sent", "standard", "high"), DOCUMENTED)
def test_a_picture_is_seen_in_the_documented_size(sent, standard, high):
    assert seen_size(*sent, "standard") == standard
    assert seen_size(*sent, "high") == high


@pytest.mark.parametrize(
    ("size", "tokens"), [((200, 200), 64), ((1456, 819), 1560), ((2576, 1449), 4784), ((1, 1), 1)]
)
def test_a_patch_of_28_pixels_is_a_token(size, tokens):
    assert visual_tokens(*size) == tokens


def scanned(width, height, tier):
    """The documented algorithm: try every side from the largest on."""
    edge, budget = TIERS[tier]
    if max(width, height) <= edge and visual_tokens(width, height) <= budget:
        return width, height
    ratio = max(width, height) / min(width, height)
    for long in range(min(max(width, height), edge), 0, -1):
        short = max(1, round(long / ratio))
        if visual_tokens(long, short) <= budget:
            return (long, short) if width >= height else (short, long)
    return None


@pytest.mark.parametrize("tier", TIERS)
def test_the_quick_search_finds_what_the_documented_one_finds(tier):
    chance = random.Random(28)
    sizes = [(chance.randint(1, 9000), chance.randint(1, 9000)) for _ in range(400)]
    sizes += [(1, 9000), (9000, 1), (8000, 8000), (1568, 1568), (2577, 28)]
    for size in sizes:
        assert seen_size(*size, tier) == scanned(*size, tier), size


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ((1920, 1080), (1920, 1080)),
        ((2000, 1500), (2000, 1500)),
        ((2001, 1500), (2000, 1499)),
        ((4032, 3024), (2000, 1500)),
        ((3840, 2160), (2000, 1125)),
        ((900, 5000), (360, 2000)),
    ],
)
def test_among_many_pictures_none_is_longer_than_2000_pixels(sent, seen):
    assert seen_size(*sent, "many") == seen
    assert seen_size(*reversed(sent), "many") == tuple(reversed(seen))


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("size", [(200, 200), (1280, 720), (4032, 3024), (200, 9000)])
def test_what_is_not_small_is_sent_as_it_is_seen(size, tier):
    assert sent_size(*size, tier) == seen_size(*size, tier)


@pytest.mark.parametrize(
    ("size", "sent"),
    [
        ((199, 300), (398, 600)),
        ((100, 100), (200, 200)),
        ((99, 100), (297, 300)),
        ((64, 48), (320, 240)),
        ((16, 16), (128, 128)),
        ((1, 1), (8, 8)),
    ],
)
def test_a_small_picture_is_enlarged_by_a_whole_factor_of_at_most_8(size, sent):
    assert sent_size(*size, "standard") == sent
    assert sent_size(*reversed(size), "standard") == tuple(reversed(sent))


def test_a_small_picture_is_enlarged_only_as_far_as_the_model_sees_all_of_it():
    assert sent_size(60, 600, "standard") == (120, 1200)
    assert sent_size(60, 600, "many") == (180, 1800)
    assert sent_size(60, 600, "high") == (240, 2400)
    assert sent_size(60, 1300, "high") == (60, 1300)
    assert sent_size(60, 9000, "high") == seen_size(60, 9000, "high")


@pytest.mark.parametrize("tier", TIERS)
def test_nothing_is_sent_that_would_not_be_seen(tier):
    chance = random.Random(200)
    for _ in range(400):
        size = (int(2 ** chance.uniform(0, 13)), int(2 ** chance.uniform(0, 13)))
        sent = sent_size(*size, tier)
        assert seen_size(*sent, tier) == sent, size
