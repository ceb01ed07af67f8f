"""What all tests share: a database that threads and processes can share, and people."""

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connections

from tests.support.environment import DATA
from tests.support.people import Person, a_person


def pytest_configure() -> None:
    """Let pages name static files without collecting them first."""
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES["staticfiles"]["BACKEND"] = plain
    settings.STATIC_ROOT.mkdir(exist_ok=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the browser's tests last: its driver then holds the event loop of its process."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings):
    """Keep SQLite's test database in a file: threads see one another's rows there."""
    database = connections["default"].settings_dict
    database["TEST"]["NAME"] = str(DATA / "test.sqlite3")


@pytest.fixture(scope="session", autouse=True)
def _queue() -> None:
    """Send to the embedded queue, as each of the app's processes does; nobody reads it here."""
    from visionapp.config.celery import app

    app.set_default()


@pytest.fixture
def owner(db) -> Person:
    """Somebody with an API token."""
    return a_person("owner")


@pytest.fixture
def stranger(db) -> Person:
    """Somebody else."""
    return a_person("stranger")


@pytest.fixture
def local_user(db) -> User:
    """The person of ``single`` mode, as whom the test client acts."""
    from visionapp.web.identity import local_person

    return local_person()
