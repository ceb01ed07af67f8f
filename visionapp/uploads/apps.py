"""Uploads as a Django application."""

from django.apps import AppConfig


class UploadsConfig(AppConfig):
    """Owns uploads and prepared images."""

    name = "visionapp.uploads"
