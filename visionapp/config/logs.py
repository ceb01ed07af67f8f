"""Logging: one line an event, and never a key, a picture or a prompt in it."""

import logging
import re
from typing import Any

_SECRETS = re.compile(
    r"(sk-ant-[\w-]{4})[\w-]+|((?:authorization|x-api-key|cookie)['\"]?\s*[:=]\s*)\S+(?:\s\S+)?",
    re.IGNORECASE,
)


class Redact(logging.Filter):
    """Blots out API keys and credential headers, and keeps a record on one line."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record's message; every record passes."""
        said = record.getMessage()
        clean = _SECRETS.sub(lambda hit: f"{hit[1] or hit[2]}…", said)
        record.msg, record.args = clean.replace("\r", "\\r").replace("\n", "\\n"), ()
        return True


CONFIG: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"redact": {"()": Redact}},
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["redact"],
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
        "django.request": {"level": "ERROR"},
        "django.security": {"level": "ERROR"},
    },
}
