"""The configuration as a Django application: commands that serve and work, system checks."""

from django.apps import AppConfig


class InstallationConfig(AppConfig):
    """Registers the checks."""

    name = "visionapp.config"

    def ready(self) -> None:
        """Import the checks, which register themselves."""
        from visionapp.config import checks

        self.checks = checks
