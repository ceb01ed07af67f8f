"""Conversations as a Django application."""

from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    """Owns conversations, turns and the list of models on offer."""

    name = "visionapp.conversations"
