"""The environment: what each variable may be, and the sentence that refuses what it may not."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from visionapp.config import env, sqlite

KEY = "k" * 32


@pytest.fixture
def given(monkeypatch):
    """Set variables, all others of ours being unset."""
    for name in [
        name
        for name in os.environ
        if name.startswith(("VISIONAPP_", "REDIS_", "DATABASE_", "ANTHROPIC_"))
    ]:
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


@pytest.mark.parametrize(
    "raw", ["gateway.example", "ftp://gateway.example", "http://", "http:/x", "http://["]
)
def test_what_is_no_web_address_is_refused(given, raw):
    given(ANTHROPIC_BASE_URL=raw)

    with pytest.raises(ImproperlyConfigured, match="is not an http:// or https:// address"):
        env.web_url("ANTHROPIC_BASE_URL")


def test_a_broker_of_its_own_counts_more_than_redis(given):
    given(REDIS_URL="redis://localhost/0", VISIONAPP_BROKER_URL="amqp://localhost//")

    assert env.broker_url() == "amqp://localhost//"


@pytest.fixture
def with_packages(monkeypatch):
    """All packages are installed that an address may need."""
    monkeypatch.setattr(env, "find_spec", lambda _: True)


def test_redis_is_the_broker_when_nothing_else_is_named(given, with_packages):
    given(REDIS_URL="redis://localhost/0")

    assert env.broker_url() == "redis://localhost/0"


def test_without_a_word_the_queue_is_the_embedded_one(given):
    assert env.broker_url() == ""


@pytest.mark.parametrize("name", ["REDIS_URL", "VISIONAPP_BROKER_URL"])
def test_a_broker_that_is_none_is_refused(given, name):
    given(**{name: "http://localhost"})

    with pytest.raises(ImproperlyConfigured, match=f"{name} is not a redis://"):
        env.broker_url()


@pytest.mark.parametrize("raw", ["redis://localhost/0", "rediss://localhost/0"])
def test_redis_without_its_package_is_refused_with_what_to_install(given, monkeypatch, raw):
    monkeypatch.setattr(env, "find_spec", lambda _: None)
    given(REDIS_URL=raw)

    with pytest.raises(ImproperlyConfigured, match=r"REDIS_URL needs .*pip install 'redis'"):
        env.broker_url()


def test_without_a_word_the_database_is_a_file_in_the_data(given, tmp_path):
    described = env.database(tmp_path)

    assert described["NAME"] == tmp_path / "visionapp.sqlite3"
    assert described["OPTIONS"] == sqlite.OPTIONS


def test_another_file_of_sqlite_is_opened_in_the_same_way(given, tmp_path):
    given(DATABASE_URL=f"sqlite:///{tmp_path}/my%20file.db")

    assert env.database(Path("/nowhere")) == {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": tmp_path / "my file.db",
        "OPTIONS": sqlite.OPTIONS,
    }


@pytest.mark.parametrize("raw", ["sqlite://", "sqlite:///x.db", "sqlite://:memory:", "sqlite:"])
def test_a_database_that_processes_cannot_share_is_refused(given, tmp_path, raw):
    given(DATABASE_URL=raw)

    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL"):
        env.database(tmp_path)


@pytest.mark.parametrize("ending", ["", "-wal", "-shm"])
def test_a_database_that_others_could_read_becomes_private(given, tmp_path, ending):
    file = tmp_path / f"visionapp.sqlite3{ending}"
    file.touch(mode=0o644)
    file.chmod(0o644)

    env.database(tmp_path)

    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_postgres_is_described_as_django_wants_it(given, with_packages, tmp_path):
    given(DATABASE_URL="postgres://user:pass@db:5433/name")

    described = env.database(tmp_path)

    assert described["ENGINE"] == "django.db.backends.postgresql"
    assert (described["HOST"], described["PORT"], described["NAME"]) == ("db", 5433, "name")


def test_postgres_without_its_package_is_refused_with_what_to_install(
    given, monkeypatch, tmp_path
):
    monkeypatch.setattr(env, "find_spec", lambda _: None)
    given(DATABASE_URL="postgres://db/name")

    with pytest.raises(ImproperlyConfigured, match=r"pip install 'psycopg\[binary\]'"):
        env.database(tmp_path)


def test_postgres_without_a_name_is_refused(given, with_packages, tmp_path):
    given(DATABASE_URL="postgres://db")

    with pytest.raises(ImproperlyConfigured, match="names no database"):
        env.database(tmp_path)


@pytest.mark.parametrize(
    "raw", ["banana", "mysql://u:hunter2@db/n", "postgres://u:hunter2@db:x/n"]
)
def test_what_is_no_database_is_refused_without_its_password(given, tmp_path, raw):
    given(DATABASE_URL=raw)

    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL is not a postgres://") as refusal:
        env.database(tmp_path)
    assert "hunter2" not in str(refusal.value)


def test_a_key_is_used_as_it_is(given):
    given(ANTHROPIC_API_KEY=" sk-ant-x ")

    assert env.api_key() == "sk-ant-x"


@pytest.mark.parametrize("raw", ["sk-ant-…", "sk-ant\nx"])
def test_a_key_that_no_header_can_carry_is_refused(given, raw):
    given(ANTHROPIC_API_KEY=raw)

    with pytest.raises(ImproperlyConfigured, match="Copy it again"):
        env.api_key()


def test_pictures_cannot_be_kept_elsewhere_yet(given):
    env.refuse_storage_url()
    given(VISIONAPP_STORAGE_URL="s3://bucket")

    with pytest.raises(ImproperlyConfigured, match="VISIONAPP_STORAGE_URL"):
        env.refuse_storage_url()


@pytest.mark.parametrize(
    ("raw", "limit"),
    [
        ("", 10 * 2**30),
        ("10 GB", 10 * 2**30),
        ("500 MB", 500 * 2**20),
        ("500mb", 500 * 2**20),
        ("1.5 TB", 3 * 2**39),
        ("none", None),
        ("None", None),
    ],
)
def test_a_persons_share_of_the_disk_is_a_size_or_none(given, raw, limit):
    given(VISIONAPP_STORAGE_LIMIT=raw)

    assert env.storage_limit() == limit


@pytest.mark.parametrize(
    "raw", ["0 GB", "0.0001 MB", "-1 GB", "10", "GB", "10 GiB", "10 kB", "1e3 GB", "much", "٣ GB"]
)
def test_a_share_that_makes_no_sense_is_refused_with_examples(given, raw):
    given(VISIONAPP_STORAGE_LIMIT=raw)

    with pytest.raises(ImproperlyConfigured) as refusal:
        env.storage_limit()
    assert str(refusal.value) == (
        f"VISIONAPP_STORAGE_LIMIT={raw!r} is neither a size such as '500 MB' or '10 GB' "
        "nor 'none'."
    )


@pytest.mark.parametrize("raw", ["mysql://user:hunter2@db/0", "http://user:hunter2@db:x"])
def test_a_refusal_never_repeats_a_password(given, raw):
    given(VISIONAPP_BROKER_URL=raw, ANTHROPIC_BASE_URL=raw.replace("http:", "ftp:"))

    for read in (env.broker_url, lambda: env.web_url("ANTHROPIC_BASE_URL")):
        with pytest.raises(ImproperlyConfigured) as refusal:
            read()
        assert "hunter2" not in str(refusal.value)


def test_the_tests_have_a_folder_of_their_own():
    assert Path(os.environ["VISIONAPP_DATA"]).name.startswith("visionapp-tests-")
