"""``/models`` and ``/presets``: what there is to choose from."""

from typing import Any

from ninja import Router

from visionapp.catalogue.presets import Preset, presets
from visionapp.conversations import offers
from visionapp.web.api import shapes
from visionapp.web.identity import MemberRequest

router = Router(tags=["choices"])


@router.get("/models", response=list[shapes.ModelShape])
def list_models(request: MemberRequest) -> list[dict[str, Any]]:
    """Return the model cards, the default first."""
    del request
    cards = offers.offered()
    return [shapes.model(card, default=card is cards[0]) for card in cards]


@router.get("/presets", response=list[shapes.PresetShape])
def list_presets(request: MemberRequest) -> tuple[Preset, ...]:
    """Return the presets."""
    del request
    return presets()
