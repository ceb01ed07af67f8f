"""Wiring: settings, environment, urls, ASGI, Celery, checks and logs."""
