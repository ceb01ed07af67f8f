#!/usr/bin/env python
"""Runs Django's commands for Visionapp."""

import os
import sys

if __name__ == "__main__":
    from django.core.management import execute_from_command_line

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "visionapp.config.settings")
    execute_from_command_line(sys.argv)
