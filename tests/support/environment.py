"""Gives the tests a data folder of their own, before Django's settings are read.

Loaded by pytest with ``-p`` (pyproject.toml), so that a plain ``pytest`` never touches ``var/``.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

DATA = Path(tempfile.mkdtemp(prefix="visionapp-tests-"))
FOREIGN = ("ANTHROPIC_", "VISIONAPP_", "DATABASE_URL", "REDIS_URL")

for name in [name for name in os.environ if name.startswith(FOREIGN)]:
    del os.environ[name]
os.environ["VISIONAPP_DATA"] = str(DATA)
atexit.register(shutil.rmtree, DATA, ignore_errors=True)
