"""Sets Django and Celery up; a process's entry point imports this before any model."""

import os

import django

from visionapp.config.celery import app

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "visionapp.config.settings")
django.setup()
app.set_default()
