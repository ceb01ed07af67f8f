"""The relay as a Django application: its log is a table."""

from django.apps import AppConfig


class RelayConfig(AppConfig):
    """Owns the table of log entries."""

    name = "visionapp.relay"
    default_auto_field = "django.db.models.BigAutoField"
