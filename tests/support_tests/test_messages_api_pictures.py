"""The fake looks at pictures as closely as the API does."""

import base64
import io
import zlib

import httpx2
import pytest
from PIL import Image

from tests.support.messages_api import NEW_VERSION, MessagesApi, seen_size, visual_tokens
from tests.support.messages_api.building import image_block, picture, request, text_block, user

HEADERS = {"authorization": "Bearer sk-test", "anthropic-version": NEW_VERSION}
TINY = image_block(picture(1, 1))
BROKEN = "Could not process image"


@pytest.fixture(scope="module")
def api():
    with MessagesApi() as api:
        yield api


@pytest.fixture(scope="module")
def ask(api):
    with httpx2.Client(headers=HEADERS, timeout=60) as http:
        yield lambda *blocks, **more: http.post(
            f"{api.url}/v1/messages", json=request(user(*blocks), **more)
        )


def header_only(width, height):
    """A PNG that claims a size and has no pixels to show for it."""

    def chunk(name, data):
        crc = zlib.crc32(name + data).to_bytes(4, "big")
        return len(data).to_bytes(4, "big") + name + data + crc

    size = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    head = chunk(b"IHDR", size + bytes([8, 2, 0, 0, 0]))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


def bitmap():
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "BMP")
    return out.getvalue()


def source(**changes):
    block = image_block()
    return {**block, "source": {**block["source"], **changes}}


REFUSED = {
    "a JPEG called PNG": (image_block(picture(kind="jpeg")), "does not match the provided media"),
    "a PNG called WebP": (image_block(media_type="image/webp"), "does not match"),
    "an unknown type": (image_block(media_type="image/bmp"), "media_type: Input should be"),
    "a bitmap called PNG": (image_block(bitmap()), BROKEN),
    "words called PNG": (image_block(b"<svg/>"), BROKEN),
    "a JPEG cut in half": (
        image_block(picture(400, 300, "jpeg", "red")[:900], "image/jpeg"),
        BROKEN,
    ),
    "a PNG without pixels": (image_block(header_only(40, 40)), BROKEN),
    "a header cut short": (image_block(picture()[:12]), BROKEN),
    "no bytes": (image_block(b""), "cannot be empty"),
    "a data: prefix": (source(data="data:image/png;base64,AAAA"), "Invalid base64"),
    "broken base64": (source(data="AAA"), "Invalid base64"),
    "base64 in lines": (source(data=base64.encodebytes(picture()).decode()), "Invalid base64"),
    "base64 over 10 MB": (source(data="A" * 10_485_764), "10485764 bytes > 10485760 bytes"),
    "a stray source key": (source(name="a.png"), "base64.name: Extra inputs"),
    "an unknown source": ({"type": "image", "source": {"type": "path"}}, "Input tag 'path'"),
    "a file that is not there": (
        {"type": "image", "source": {"type": "file", "file_id": "file_1"}},
        "File not found",
    ),
    "an address that is none": (
        {"type": "image", "source": {"type": "url", "url": "file:///etc/passwd"}},
        "Only HTTP and HTTPS",
    ),
    "an unknown transformation": (image_block(transformations={"crop": 1}), "Extra inputs"),
    "an unknown oversize rule": (
        image_block(transformations={"oversized_image": "crop"}),
        "oversized_image",
    ),
}


@pytest.mark.parametrize(("block", "says"), REFUSED.values(), ids=REFUSED)
def test_a_picture_is_refused_when_it_is(ask, block, says):
    answer = ask(block, text_block())
    assert answer.status_code == 400
    assert says in answer.json()["error"]["message"]


@pytest.mark.parametrize("kind", ["png", "jpeg", "gif", "webp"])
def test_each_kind_is_taken_and_kept(ask, api, kind):
    data = picture(30, 20, kind)
    assert ask(image_block(data, f"image/{kind}")).status_code == 200
    sent = api.requests[-1].images
    assert [(one.media_type, one.data, one.size) for one in sent] == [
        (f"image/{kind}", data, (30, 20))
    ]


def test_base64_of_exactly_10_mb_is_not_refused_for_its_size(ask):
    answer = ask(source(data="A" * 10_485_760))
    assert answer.json()["error"]["message"] == BROKEN


def test_sides_over_8000_pixels_are_named(ask):
    fits, tall = image_block(picture(8000, 1)), image_block(picture(1, 8001))
    assert ask(fits).status_code == 200
    error = ask(fits, tall, text_block()).json()["error"]
    assert error["details"] == {
        "error_code": "image_dimensions_too_large",
        "max_side_length_pixels": 8000,
        "paths": ["messages.0.content.1"],
    }


def test_a_decompression_bomb_is_too_large_before_it_is_decoded(ask):
    error = ask(image_block(header_only(60_000, 60_000))).json()["error"]
    assert error["details"]["error_code"] == "image_dimensions_too_large"


def test_over_20_pictures_each_side_may_have_2000_pixels(ask):
    wide = image_block(picture(2001, 1))
    assert ask(wide, *[TINY] * 19).status_code == 200
    error = ask(wide, *[TINY] * 19, wide).json()["error"]
    assert error["details"]["max_side_length_pixels"] == 2000
    assert error["details"]["paths"] == ["messages.0.content.0", "messages.0.content.20"]
    assert "many-image requests: 2000 pixels" in error["message"]


@pytest.mark.parametrize(("model", "most"), [("claude-haiku-4-5", 100), ("claude-opus-5-5", 600)])
def test_pictures_are_counted(ask, model, most):
    assert ask(*[TINY] * most, model=model).status_code == 200
    answer = ask(*[TINY] * (most + 1), model=model)
    assert answer.status_code == 400
    assert f"{most + 1} > {most} maximum" in answer.json()["error"]["message"]


def test_a_picture_may_ask_not_to_be_scaled_down(ask):
    strict = {"transformations": {"oversized_image": "error"}}
    large = image_block(picture(1920, 1080), **strict)
    assert ask(large).status_code == 200
    error = ask(large, model="claude-sonnet-4-6").json()["error"]
    assert "1920x1080" in error["message"]
    assert "1456x819" in error["message"]


@pytest.mark.parametrize(
    ("size", "standard", "high"),
    [
        ((200, 200), (200, 200, 64), (200, 200, 64)),
        ((1280, 720), (1280, 720, 1196), (1280, 720, 1196)),
        ((1920, 1080), (1456, 819, 1560), (1920, 1080, 2691)),
        ((2000, 1500), (1270, 952, 1564), (2000, 1500, 3888)),
        ((3840, 2160), (1456, 819, 1560), (2576, 1449, 4784)),
        ((4032, 3024), (1270, 952, 1564), (2212, 1659, 4740)),
        ((1075, 1520), (924, 1307, 1551), (1075, 1520, 2145)),
        ((1170, 2532), (725, 1568, 1456), (1170, 2532, 3822)),
    ],
)
def test_a_model_sees_as_much_as_its_tier_allows(size, standard, high):
    for tier, expected in (("standard", standard), ("high", high)):
        seen = seen_size(*size, tier)
        assert (*seen, visual_tokens(*seen)) == expected


def test_pictures_in_tool_results_count_too(api):
    use = {"type": "tool_use", "id": "t1", "name": "crop", "input": {}}
    result = {"type": "tool_result", "tool_use_id": "t1", "content": [text_block(), TINY]}
    tools = [{"name": "crop", "input_schema": {"type": "object"}}]
    turns = [user(), {"role": "assistant", "content": [use]}, user(result)]
    body = request(*turns, tools=tools)
    answer = httpx2.post(f"{api.url}/v1/messages", json=body, headers=HEADERS)
    assert answer.status_code == 200
    assert [one.path for one in api.requests[-1].images] == ["messages.2.content.0.content.1"]
