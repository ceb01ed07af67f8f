"""Settings as a process of its own reads them, and the commands that people type."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
REQUIRED = {
    "VISIONAPP_ACCOUNTS": "required",
    "VISIONAPP_SECRET_KEY": "a-key-of-more-than-fifty-characters-0123456789-abcdefghijk",
    "VISIONAPP_ALLOWED_HOSTS": "vision.example",
}


def manage(*words: str, data: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run manage.py in an environment that names nothing else of ours."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-W", "error", "manage.py", *words],
        cwd=ROOT,
        env=kept | {"VISIONAPP_DATA": str(data)} | variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def settings_of(data: Path, *names: str, **variables: str) -> dict:
    code = (
        "import json; from django.conf import settings;"
        f"print(json.dumps({{name: getattr(settings, name) for name in {names!r}}}))"
    )
    done = manage("shell", "-v", "0", "-c", code, data=data, **variables)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_checks_of_a_server_with_sign_in_find_nothing(tmp_path):
    done = manage("check", "--deploy", "--fail-level", "WARNING", data=tmp_path, **REQUIRED)

    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_where_everybody_signs_in_cookies_travel_over_tls_alone(tmp_path):
    names = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "CSRF_TRUSTED_ORIGINS", "DEBUG")

    assert settings_of(tmp_path, *names, **REQUIRED) == {
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "CSRF_TRUSTED_ORIGINS": ["https://vision.example"],
        "DEBUG": False,
    }


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"VISIONAPP_ACCOUNTS": "required"}, "VISIONAPP_SECRET_KEY must be set"),
        ({**REQUIRED, "VISIONAPP_ALLOWED_HOSTS": ""}, "must list the host names"),
        ({"VISIONAPP_ACCOUNTS": "maybe"}, "neither 'single' nor 'required'"),
        ({"ANTHROPIC_BASE_URL": "gateway"}, "is not an http:// or https:// address"),
        ({"DATABASE_URL": "banana"}, "DATABASE_URL is not a postgres://"),
        ({"VISIONAPP_STORAGE_URL": "s3://bucket"}, "keeps pictures as files"),
    ],
)
def test_a_configuration_that_makes_no_sense_starts_nothing(tmp_path, variables, sentence):
    done = manage("check", data=tmp_path, **variables)

    assert done.returncode != 0
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1, "one sentence, no traceback"


def test_a_key_or_another_server_ends_the_demo(tmp_path):
    assert settings_of(tmp_path, "DEMO") == {"DEMO": True}
    assert settings_of(tmp_path, "DEMO", ANTHROPIC_API_KEY="sk-ant-x") == {"DEMO": False}
    assert settings_of(tmp_path, "DEMO", ANTHROPIC_BASE_URL="http://h") == {"DEMO": False}


def test_what_is_stored_is_readable_for_its_owner_alone(tmp_path):
    data = tmp_path / "data"
    data.mkdir(mode=0o755)
    assert manage("migrate", "-v", "0", data=data).returncode == 0

    modes = {path.name: path.stat().st_mode & 0o077 for path in data.rglob("*")}

    assert "visionapp.sqlite3" in modes
    assert set(modes.values()) == {0}, modes
