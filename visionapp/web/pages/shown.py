"""Models and pictures as templates show them: words, not codes."""

import json
from collections.abc import Sequence
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from visionapp.catalogue.budget import Tier
from visionapp.catalogue.cards import Card
from visionapp.conversations.asking import MAX_PICTURES
from visionapp.preparation import MEDIA_TYPES, READABLE
from visionapp.uploads.intake import MAX_BYTES
from visionapp.uploads.models import Picture
from visionapp.uploads.names import PAGED
from visionapp.uploads.renditions import stored_for
from visionapp.web import words
from visionapp.web.api import shapes
from visionapp.web.body_limit import UPLOAD_PATH
from visionapp.web.pictures import shows_original

ENDINGS = (
    *(".jpg", ".jpeg", ".jpe", ".jfif", ".mpo", ".png", ".apng", ".gif", ".webp", ".bmp", ".dib"),
    *(".heic", ".heif", ".hif", ".avif", ".tif", ".tiff", ".jp2", ".j2k", ".jpf", ".jpx", ".pdf"),
)
"""Of file names: of some of the formats, browsers know no type."""

LIMITS = {
    "upload_url": UPLOAD_PATH,
    "max_bytes": MAX_BYTES,
    "max_images": MAX_PICTURES,
    "accept": ",".join((*MEDIA_TYPES.values(), *ENDINGS)),
    "readable": READABLE,
    "paged": " ".join(sorted(PAGED)),
}


def model(card: Card) -> dict[str, Any]:
    """Return a model as the picker shows it."""
    price = ""
    if card.is_demo:
        price = "Free"
    elif card.prices:
        price = (
            f"{words.per_million(card.prices.input)} in, "
            f"{words.per_million(card.prices.output)} out per million tokens"
        )
    return {
        "id": card.id,
        "name": card.name,
        "price_words": price,
        "tier": card.tier,
        "input_price": card.prices.input if card.prices else "",
    }


def picker(offered: Sequence[Card], chosen: str = "") -> dict[str, Any]:
    """Return the models on offer and which one is chosen."""
    ids = {card.id for card in offered}
    return {
        "models": [model(card) for card in offered],
        "chosen_model": chosen if chosen in ids else offered[0].id,
        "limits": LIMITS,
    }


def tile(picture: Picture, tier: Tier) -> dict[str, Any]:
    """Return a picture with what models of a tier are sent of it, as far as that is there."""
    shape = {
        "id": picture.pk,
        "name": picture.name,
        "width": picture.width,
        "height": picture.height,
        "bytes": picture.upload.bytes,
        "warnings": words.picture_warnings(picture.warnings),
        "original_shows": shows_original(picture),
    }
    image = stored_for(picture, tier)
    if image is None:
        return shape
    return shape | {
        "tokens": image.tokens,
        "prepared_width": image.width,
        "prepared_height": image.height,
    }


def choice(picture: Picture, tier: Tier) -> dict[str, Any]:
    """Return a picture to be asked about, with the record that the API would give of it."""
    image = stored_for(picture, tier)
    if image is None:
        record = shapes.ListedImage.model_validate(shapes.listed_image(picture))
    else:
        record = shapes.Image.model_validate(shapes.image(picture, image))
    written = json.dumps(record.model_dump(), cls=DjangoJSONEncoder)
    return {"id": picture.pk, "name": picture.name, "record": written}
