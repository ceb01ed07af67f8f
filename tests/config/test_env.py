"""The environment: what each variable may be, and the sentence that refuses what it may not."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from visionapp.config import env

KEY = "k" * 32


@pytest.fixture
def given(monkeypatch):
    """Set variables, all others of ours being unset."""
    for name in [name for name in os.environ if name.startswith(("VISIONAPP_", "REDIS_"))]:
        monkeypatch.delenv(name)

    def give(**variables: str) -> None:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)

    return give


def test_blanks_around_a_value_do_not_count(given):
    given(VISIONAPP_X="  value \n")

    assert env.text("VISIONAPP_X") == "value"
    assert env.text("VISIONAPP_Y") == ""


@pytest.mark.parametrize(
    ("raw", "mode"), [("", "single"), ("single", "single"), ("required",) * 2]
)
def test_people_are_one_or_sign_in(given, raw, mode):
    given(VISIONAPP_ACCOUNTS=raw)

    assert env.accounts() == mode


@pytest.mark.parametrize("raw", ["yes", "Required", "none", "0"])
def test_any_other_word_for_people_is_refused(given, raw):
    given(VISIONAPP_ACCOUNTS=raw)

    with pytest.raises(ImproperlyConfigured, match="is neither 'single' nor 'required'"):
        env.accounts()


def test_the_data_folder_is_made_for_its_owner_alone(given, tmp_path):
    given(VISIONAPP_DATA=str(tmp_path / "deep" / "data"))

    folder = env.data_folder(tmp_path)

    assert folder == tmp_path / "deep" / "data"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_without_a_word_the_data_is_kept_beside_the_code(given, tmp_path):
    assert env.data_folder(tmp_path) == tmp_path / "var"


def test_a_data_folder_that_is_a_file_is_refused(given, tmp_path):
    (tmp_path / "file").write_text("")
    given(VISIONAPP_DATA=str(tmp_path / "file"))

    with pytest.raises(ImproperlyConfigured, match=r"VISIONAPP_DATA=.* cannot be made a folder"):
        env.data_folder(tmp_path)


def test_a_data_folder_that_cannot_be_written_is_refused(given, tmp_path, monkeypatch):
    monkeypatch.setattr(env.os, "access", lambda *_: False)

    with pytest.raises(ImproperlyConfigured, match="is not writable"):
        env.data_folder(tmp_path)


def test_the_secret_key_is_made_once_for_its_owner_alone(given, tmp_path):
    made = env.secret_key(tmp_path, "single")

    assert len(made) >= 50
    assert env.secret_key(tmp_path, "single") == made
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_processes_that_start_at_once_agree_on_the_secret_key(given, tmp_path):
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: env.secret_key(tmp_path, "single"), range(32)))

    assert len(keys) == 1


def test_two_installations_have_different_keys(given, tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        folder.mkdir()

    assert env.secret_key(one, "single") != env.secret_key(two, "single")


def test_a_secret_key_that_is_given_is_used_and_not_stored(given, tmp_path):
    given(VISIONAPP_SECRET_KEY=KEY)

    assert env.secret_key(tmp_path, "required") == KEY
    assert not list(tmp_path.iterdir())


def test_a_short_secret_key_is_refused(given, tmp_path):
    given(VISIONAPP_SECRET_KEY="short")

    with pytest.raises(ImproperlyConfigured, match="at least 32 characters") as refusal:
        env.secret_key(tmp_path, "single")
    assert "'short'" not in str(refusal.value)


def test_where_everybody_signs_in_no_key_is_made_up(given, tmp_path):
    with pytest.raises(ImproperlyConfigured, match="VISIONAPP_SECRET_KEY must be set"):
        env.secret_key(tmp_path, "required")
    assert not list(tmp_path.iterdir())


def test_a_key_that_was_never_written_is_made_anew(given, tmp_path):
    (tmp_path / "secret_key").touch()

    made = env.secret_key(tmp_path, "single")

    assert len(made) >= 50
    assert env.secret_key(tmp_path, "single") == made


def test_a_stored_key_that_is_none_is_refused(given, tmp_path):
    (tmp_path / "secret_key").write_text("short\n")

    with pytest.raises(ImproperlyConfigured, match="holds no key"):
        env.secret_key(tmp_path, "single")


@pytest.mark.parametrize("raw", ["", "localhost", "127.0.0.1, ::1"])
def test_without_sign_in_only_this_machine_is_served(given, raw):
    given(VISIONAPP_ALLOWED_HOSTS=raw)

    assert env.allowed_hosts("single") == ["localhost", "127.0.0.1", "[::1]"]


@pytest.mark.parametrize("raw", ["vision.example", "localhost,10.0.0.5", "*", "0.0.0.0"])
def test_without_sign_in_other_names_are_refused(given, raw):
    given(VISIONAPP_ALLOWED_HOSTS=raw)

    with pytest.raises(ImproperlyConfigured, match="needs VISIONAPP_ACCOUNTS=required"):
        env.allowed_hosts("single")


def test_with_sign_in_the_names_that_are_given_are_served(given):
    given(VISIONAPP_ALLOWED_HOSTS=" vision.example , www.vision.example,")

    assert env.allowed_hosts("required") == ["vision.example", "www.vision.example"]


@pytest.mark.parametrize("raw", ["", " , ", "*", "vision.example,*"])
def test_with_sign_in_the_names_must_be_told(given, raw):
    given(VISIONAPP_ALLOWED_HOSTS=raw)

    with pytest.raises(ImproperlyConfigured, match="must list the host names"):
        env.allowed_hosts("required")


@pytest.mark.parametrize("raw", ["", "http://127.0.0.1:11434", "https://gateway.example/v1"])
def test_another_server_may_be_named_by_its_address(given, raw):
    given(ANTHROPIC_BASE_URL=raw)

    assert env.web_url("ANTHROPIC_BASE_URL") == raw


@pytest.mark.parametrize("raw", ["gateway.example", "ftp://gateway.example", "http://", "http:/x"])
def test_what_is_no_web_address_is_refused(given, raw):
    given(ANTHROPIC_BASE_URL=raw)

    with pytest.raises(ImproperlyConfigured, match="is not an http:// or https:// address"):
        env.web_url("ANTHROPIC_BASE_URL")


def test_a_broker_of_its_own_counts_more_than_redis(given):
    given(REDIS_URL="redis://localhost/0", VISIONAPP_BROKER_URL="amqp://localhost//")

    assert env.broker_url() == "amqp://localhost//"


def test_redis_is_the_broker_when_nothing_else_is_named(given):
    given(REDIS_URL="redis://localhost/0")

    assert env.broker_url() == "redis://localhost/0"


def test_without_a_word_the_queue_is_the_embedded_one(given):
    assert env.broker_url() == ""


@pytest.mark.parametrize("name", ["REDIS_URL", "VISIONAPP_BROKER_URL"])
def test_a_broker_that_is_none_is_refused(given, name):
    given(**{name: "http://localhost"})

    with pytest.raises(ImproperlyConfigured, match=f"{name} is not a redis://"):
        env.broker_url()


def test_pictures_cannot_be_kept_elsewhere_yet(given):
    env.refuse_storage_url()
    given(VISIONAPP_STORAGE_URL="s3://bucket")

    with pytest.raises(ImproperlyConfigured, match="VISIONAPP_STORAGE_URL"):
        env.refuse_storage_url()


def test_a_refusal_never_repeats_a_password(given):
    given(VISIONAPP_BROKER_URL="mysql://user:hunter2@db/0")

    with pytest.raises(ImproperlyConfigured) as refusal:
        env.broker_url()
    assert "hunter2" not in str(refusal.value)


def test_the_tests_have_a_folder_of_their_own():
    assert Path(os.environ["VISIONAPP_DATA"]).name.startswith("visionapp-tests-")
