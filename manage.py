#!/usr/bin/env python
"""Runs Django's commands for Visionapp."""

import os
import signal
import sys

if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        # Python's own way to take a Ctrl-C may lose one that comes during an import.
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "visionapp.config.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as refusal:
        sys.exit(str(refusal))
