"""Writes a request as the parameters of the SDK's ``messages.create``."""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from visionapp.catalogue.cards import Card
from visionapp.claude.failures import InvalidRequest
from visionapp.claude.prompts import BEGIN_WITH, SYSTEM
from visionapp.claude.request import ReplyRequest
from visionapp.claude.text import storable
from visionapp.content import ImagePart, LeftOut, Message, Role, TextPart

Block = dict[str, Any]


def params(request: ReplyRequest, *, official: bool) -> dict[str, Any]:
    """Return what to send. Raises InvalidRequest where the history asks nothing.

    Only Anthropic's own API (``official``) is sent effort and caching: others may refuse them.
    Nothing is said of thinking and sampling: what is left out is valid for every model.
    """
    card = request.model
    sent: dict[str, Any] = {
        "model": card.id,
        "max_tokens": max(1, min(request.max_tokens, card.max_output)),
        "system": "\n\n".join(filter(None, [SYSTEM, storable(request.system).strip()])),
        "messages": [*_history(request.messages), *_beginning(request)],
    }
    _ask_to_begin(sent["messages"], request)
    if official:
        sent["cache_control"] = {"type": "ephemeral"}
        if request.effort in card.effort_levels:
            sent["output_config"] = {"effort": request.effort}
    return sent


def image_paths(sent: dict[str, Any]) -> list[str]:
    """Return what the API calls the images of a request, in order: ``messages.0.content.1``."""
    return [
        f"messages.{number}.content.{place}"
        for number, message in enumerate(sent["messages"])
        for place, block in enumerate(message["content"])
        if block["type"] == "image"
    ]


def given_beginning(card: Card, answer_prefix: str) -> str:
    """Return the words that are put into the model's mouth, which it will not say again itself."""
    # The API refuses a last message that ends in white space.
    return storable(answer_prefix).rstrip() if card.prefill else ""


@dataclass(slots=True)
class _Said:
    role: Role
    images: list[ImagePart | LeftOut]
    texts: list[str]

    def blocks(self) -> list[Block]:
        blocks = [block for image in self.images for block in _picture(image)]
        return blocks + [_words(text) for text in self.texts]


def _history(messages: Sequence[Message]) -> list[dict[str, Any]]:
    said = [said for said in _without_unanswered(messages) if said.images or said.texts]
    if not said or said[-1].role != "user":
        raise InvalidRequest("There is no question to answer; write one and ask again.")
    return [{"role": each.role, "content": each.blocks()} for each in said]


def _without_unanswered(messages: Sequence[Message]) -> list[_Said]:
    """Drop blank answers with their questions; the pictures of these go to the next question."""
    said: list[_Said] = []
    for position, message in enumerate(messages):
        heard = _heard(message)
        if heard.role == "assistant" and not heard.texts:
            is_last = all(later.role == "assistant" for later in messages[position:])
            if said and said[-1].role == "user" and not is_last:
                said[-1].texts.clear()
        elif said and said[-1].role == heard.role:
            said[-1].images += heard.images
            said[-1].texts += heard.texts
        elif heard.role == "user" or (said and said[-1].blocks()):
            said.append(heard)
    return said


def _heard(message: Message) -> _Said:
    texts = [storable(part.text) for part in message.parts if isinstance(part, TextPart)]
    images = [part for part in message.parts if isinstance(part, ImagePart | LeftOut)]
    # Only a question may carry pictures.
    images = images if message.role == "user" else []
    return _Said(message.role, images, [text for text in texts if text.strip()])


def _picture(image: ImagePart | LeftOut) -> Iterable[Block]:
    if isinstance(image, LeftOut):
        yield _words(image.text)
        return
    if label := storable(image.label).strip():
        yield _words(label)
    data = b64encode(image.data).decode("ascii")
    source = {"type": "base64", "media_type": image.media_type, "data": data}
    yield {"type": "image", "source": source}


def _words(text: str) -> Block:
    return {"type": "text", "text": text}


def _beginning(request: ReplyRequest) -> list[dict[str, Any]]:
    beginning = given_beginning(request.model, request.answer_prefix)
    return [{"role": "assistant", "content": [_words(beginning)]}] if beginning else []


def _ask_to_begin(messages: list[dict[str, Any]], request: ReplyRequest) -> None:
    prefix = storable(request.answer_prefix).strip()
    if prefix and not request.model.prefill:
        messages[-1]["content"].append(_words(BEGIN_WITH.format(prefix=prefix)))
