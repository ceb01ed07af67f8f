"""Logging: one line an event, and never a key, a picture or a prompt in it."""

import logging
import re
from typing import Any

_SECRETS = re.compile(
    r"(sk-ant-[\w-]{4}|vis_[\w-]{4}(?=[\w-]{30}))[\w-]+"
    r"|((?:authorization|x-api-key)['\"]?\s*[:=]\s*)\S+(?:\s\S+)?"
    r"|(cookie['\"]?\s*[:=]\s*['\"]?)[^'\"\r\n]+",
    re.IGNORECASE,
)


class OneLine(logging.Formatter):
    """Blots out keys, tokens and credential headers, and keeps an event on one line.

    Works on the finished text, so that the traceback of a failure is covered as well.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        clean = _SECRETS.sub(lambda hit: f"{hit[1] or hit[2] or hit[3]}…", super().format(record))
        return clean.replace("\r", "\\r").replace("\n", "\\n")


class MistakesOnly(logging.Filter):
    """Lets 500 with its traceback through; a refusal, also one with 503, has its own line."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether something went wrong here."""
        return record.exc_info is not None and getattr(record, "status_code", 500) == 500


CONFIG: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"mistakes": {"()": MistakesOnly}},
    "formatters": {
        "line": {"()": OneLine, "fmt": "%(asctime)s %(levelname)s %(name)s %(message)s"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "line",
        },
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "visionapp": {"level": "INFO"},
        # At DEBUG these write prompts and whole pictures; nothing may turn that on.
        "anthropic": {"level": "WARNING"},
        "httpx2": {"level": "WARNING"},
        "httpcore2": {"level": "WARNING"},
        # One line for a refused request is the application's own; Django's would be a second.
        "django.request": {"level": "ERROR", "filters": ["mistakes"]},
        "django.security": {"level": "CRITICAL"},
    },
}
