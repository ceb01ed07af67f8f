"""What Claude sees: what a chosen model is sent of a picture, and what could be sent instead."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from visionapp.catalogue.budget import sent_size, visual_tokens
from visionapp.catalogue.cards import Card
from visionapp.catalogue.tiles import tiles
from visionapp.conversations import offers
from visionapp.conversations.asking import MAX_PICTURES
from visionapp.preparation import ON_DARK, READABLE, STRETCHED, View
from visionapp.uploads.models import Picture, PreparedImage
from visionapp.uploads.names import file_name, frame_word, part_name
from visionapp.uploads.renditions import prepared_for
from visionapp.web import access, forms
from visionapp.web.identity import MemberRequest
from visionapp.web.pictures import bytes_there
from visionapp.web.policy import members_only
from visionapp.web.words import picture_warnings, prepared_warnings

FORMATS = {"image/png": "PNG, lossless", "image/jpeg": "JPEG, high quality"}


@members_only
@require_safe
def seen(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Show what the model in question is sent of a picture; made now if it was not asked yet."""
    picture = access.picture_of(request.user.pk, pk)
    card = offers.chosen(forms.text(request.GET, "model"))
    with bytes_there():
        image = prepared_for(picture, card.tier)
    return render(request, "_seen.html", _facts(picture, image, card) | _choices(picture))


def _facts(picture: Picture, image: PreparedImage, card: Card) -> dict[str, Any]:
    """Return what the template says of the picture as it is sent."""
    return {
        "picture": picture,
        "image": image,
        "model": card,
        "readable": READABLE,
        "input_price": card.prices.input if card.prices else "",
        "percent": round(100 * _scale(picture, image)),
        "is_full_size": _scale(picture, image) == 1,
        "format": FORMATS.get(image.media_type, image.media_type),
        "too_small": image.text_height is not None and image.text_height < READABLE,
        "warnings": prepared_warnings(picture, image),
        "done": list(_done(picture, image)),
        "parts": _parts(picture, image, card),
    }


def _scale(picture: Picture, image: PreparedImage) -> float:
    """Return the scale of the longer side: a short one may stay at a pixel whatever happens."""
    return max(image.width, image.height) / max(picture.width, picture.height)


def _done(picture: Picture, image: PreparedImage) -> Iterator[str]:
    """Say what of the file is sent, and what was done to it."""
    upload = picture.upload
    if upload.frames > 1:
        word = frame_word(upload.format)
        yield f"{word.capitalize()} {picture.frame + 1} of {upload.frames}."
    if picture.region:
        left, top = picture.region[:2]
        yield f"Cut out of the whole, {left:,} px from its left and {top:,} px from its top."
    if _scale(picture, image) < 1:
        yield "Shrunk to the largest size that this model sees."
    elif _scale(picture, image) == 1:
        yield "Not shrunk: every pixel is sent."
    yield from picture_warnings(code for code in picture.warnings if code in (ON_DARK, STRETCHED))
    yield "Held upright, in standard colours (sRGB)."
    yield "Location, device and all other metadata are left out."


def _parts(picture: Picture, image: PreparedImage, card: Card) -> dict[str, Any] | None:
    """Return the overlapping parts that show more than the whole does; None without any."""
    boxes = tiles(picture.width, picture.height, card.tier)
    if not boxes:
        return None
    left, top, right, bottom = boxes[0]
    width, height = right - left, bottom - top
    sent = sent_size(width, height, card.tier)
    text = image.text_height and image.text_height / _scale(picture, image)
    return {
        "boxes": [
            {"left": box[0], "top": box[1], "width": box[2] - box[0], "height": box[3] - box[1]}
            for box in boxes
        ],
        "width": width,
        "height": height,
        "tokens": visual_tokens(*sent) * len(boxes),
        "unshrunk": max(sent) >= max(width, height),
        "percent": round(100 * max(sent) / max(width, height)),
        "readable": text is None or text * max(sent) / max(width, height) >= READABLE,
    }


def _choices(picture: Picture) -> dict[str, Any]:
    """Return what the parts and pages are called that can be chosen."""
    upload = picture.upload
    return {
        "part_name": part_name(picture.name, upload, View(picture.frame, (0, 0, 1, 1))),
        "file_name": file_name(picture.name),
        "frame_word": frame_word(upload.format),
        "most": MAX_PICTURES,
        "next_from": 0,
    }
