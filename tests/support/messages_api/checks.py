"""One request, from raw bytes to something that may be answered; all refusals begin here.

What this fake does not know (server tools, containers, Files, betas) it refuses, where the real
API might not.
"""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from tests.support.messages_api import params
from tests.support.messages_api.blocks import Walk
from tests.support.messages_api.errors import ApiError, invalid
from tests.support.messages_api.fields import Json
from tests.support.messages_api.history import check_messages
from tests.support.messages_api.models import BY_NAME, OLD_VERSION, VERSIONS, Model
from tests.support.messages_api.pictures import SentImage, check_together
from tests.support.messages_api.usage import Prompt

MOST_BODY = 32 * 1024 * 1024
SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that passed every check."""

    model: Model
    body: Json
    images: tuple[SentImage, ...]
    prompt: Prompt

    @property
    def stream(self) -> bool:
        return bool(self.body.get("stream"))


def check_headers(headers: Mapping[str, str], refused_keys: Collection[str]) -> tuple[str, str]:
    """The key and the API version; a bearer token or ``x-api-key`` will do."""
    bearer = headers.get("authorization", "")
    scheme, _, token = bearer.partition(" ")
    key = token.strip() if scheme.lower() == "bearer" else ""
    key = key or headers.get("x-api-key", "").strip()
    if not key:
        raise ApiError(401, "x-api-key header is required")
    if key in refused_keys:
        raise ApiError(401, "Invalid bearer token" if bearer else "invalid x-api-key")
    version = headers.get("anthropic-version", "")
    if not version:
        raise invalid("anthropic-version: header is required")
    if version not in VERSIONS:
        raise invalid(f'anthropic-version: "{version}" is not a valid version')
    return key, version


def parsed(raw: bytes) -> Any:
    try:
        body = json.loads(raw, parse_constant=no_constant)
        if SURROGATE.search(raw):
            json.dumps(body, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise invalid(f"The request body is not valid JSON: {error}") from error
    return body


def no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def model_named(name: str) -> Model:
    model = BY_NAME.get(name)
    if model is None or model.lifecycle == "retired":
        raise ApiError(404, f"model: {name}")
    return model


def check_request(sent: object, version: str, owner: str, *, counting: bool = False) -> Asked:
    """Raise the `ApiError` that the API would answer, or say what is asked.

    ``counting`` is for count_tokens, which takes fewer keys and reads only image headers.
    """
    asking = params.ASKING_OLD if version == OLD_VERSION else params.ASKING
    body = (params.COUNTING if counting else asking).check(sent, "")
    model = model_named(body["model"])
    if not counting:
        params.check_max_tokens(body, model)
    params.check_sampling(body, model, version)
    params.check_thinking(body, model)
    params.check_output(body, model)
    params.check_choice(body, model)
    params.check_rest(body)
    images = walked(body, Walk(model, version, decode=not counting))
    prompt = Prompt(model, body, {image.path: image for image in images}, owner)
    if prompt.tokens > model.context:
        raise invalid(f"prompt is too long: {prompt.tokens} tokens > {model.context} maximum")
    return Asked(model, body, images, prompt)


def walked(body: Json, walk: Walk) -> tuple[SentImage, ...]:
    params.check_tools(body, walk)
    params.check_system(body, walk)
    check_messages(body, walk)
    walk.cache_control(body.get("cache_control"), "cache_control")
    check_together(walk.images, walk.model)
    if walk.citations and params.output_format(body):
        raise invalid("output_config.format: citations cannot be used with structured outputs")
    return tuple(walk.images)
