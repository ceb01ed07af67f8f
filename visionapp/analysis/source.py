"""The worker's one client of the Messages API, made on first use."""

from functools import cache

from django.conf import settings

from visionapp import preparation
from visionapp.claude.client import Claude


@cache
def claude() -> Claude:
    """Return the client that the settings ask for: Claude, another server, or the demo model."""
    return Claude.from_environment(
        api_key=settings.ANTHROPIC_API_KEY,
        base_url=settings.ANTHROPIC_BASE_URL,
        measure=preparation.measure,
    )
