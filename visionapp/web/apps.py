"""The web layer as a Django application: it owns the API tokens."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Pages, API and tokens."""

    name = "visionapp.web"
