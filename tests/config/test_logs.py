"""Logs: one line an event, and never a key in it."""

import io
import logging

import pytest

from visionapp.config.logs import CONFIG, OneLine
from visionapp.web.models import issue_token


@pytest.fixture
def written():
    """Log to a string as the app logs to its standard error."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(OneLine(CONFIG["formatters"]["line"]["fmt"]))
    logger = logging.getLogger("visionapp.tests.logs")
    logger.propagate = False
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield logger, out.getvalue
    logger.removeHandler(handler)


SECRETS = [
    "sk-ant-api03-AbCdEf-0123456789_xyz",
    "Authorization: Bearer vis_0123456789abcdef",
    "'x-api-key': 'sk-ant-api03-AbCdEf0123456789'",
    "x-api-key=whatever-it-is",
    "Cookie: sessionid=abcdef; csrftoken=ghijkl",
    "Set-Cookie: a=abcdef; b=ghijkl; c=abcdef",
]


@pytest.mark.parametrize("secret", SECRETS)
def test_a_key_is_blotted_out(written, secret):
    logger, out = written

    logger.info("It said %s there", secret)

    line = out()
    assert "It said" in line
    for part in ("0123456789", "whatever", "abcdef", "ghijkl"):
        assert part not in line


def test_an_api_token_of_ours_is_blotted_out_wherever_it_stands(written, owner):
    logger, out = written
    secret = issue_token(owner_id=owner.id, name="x")

    logger.info("token %s", secret)

    assert secret[8:] not in out()


def test_words_that_are_no_secret_are_kept(written):
    logger, out = written

    logger.warning("Turn %s waits for the sweep: %s", 7, "queue away")

    assert out().endswith("WARNING visionapp.tests.logs Turn 7 waits for the sweep: queue away\n")


def test_an_event_is_one_line_whatever_it_quotes(written):
    logger, out = written

    logger.info("name %s", "a\r\nFAKE 2026 ERROR root all is lost\nb")

    assert out().count("\n") == 1
    assert "\\r\\nFAKE" in out()


def test_a_failure_is_told_with_its_place_and_without_its_secrets(written):
    logger, out = written

    try:
        int("key sk-ant-api03-AbCdEf0123456789\nsecond line")
    except ValueError:
        logger.exception("It broke")

    assert "It broke" in out()
    assert "test_logs.py" in out()
    assert "0123456789" not in out()
    assert out().count("\n") == 1


def test_what_would_write_prompts_and_pictures_is_quiet():
    for name in ("anthropic", "httpx2", "httpcore2"):
        assert CONFIG["loggers"][name]["level"] == "WARNING"
    assert "DEBUG" not in str(CONFIG)
    assert CONFIG["formatters"][CONFIG["handlers"]["stderr"]["formatter"]]["()"] is OneLine
