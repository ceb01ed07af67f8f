"""``create_token``, and what ``serve`` refuses to begin."""

import errno
import fcntl
import socket

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError

from tests.support.installation import free_port
from tests.support.people import Api
from visionapp.config.management.commands import serve


def test_a_token_is_the_last_word_and_works(db, capsys):
    call_command("create_token", user="anybody")

    said = capsys.readouterr().out
    assert Api(said.split()[-1]).get("models").status_code == 200
    assert "local" in said


def test_where_everybody_signs_in_the_token_is_that_persons(owner, required, capsys):
    call_command("create_token", user="owner", name="laptop")

    said = capsys.readouterr().out
    assert Api(said.split()[-1]).get("models").status_code == 200
    assert owner.user.apitoken_set.filter(name="laptop").exists()


def test_a_token_for_somebody_who_is_not_there_is_refused(db, required):
    with pytest.raises(CommandError, match="There is no person called 'nobody'"):
        call_command("create_token", user="nobody")


def test_a_token_needs_to_be_somebodys(db):
    with pytest.raises(CommandError, match="--user"):
        call_command("create_token")


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "vision.example", "::", ""])
def test_without_sign_in_only_this_machine_is_served(host):
    with pytest.raises(CommandError, match="VISIONAPP_ACCOUNTS=required"):
        call_command("serve", host=host)


def test_a_second_server_on_the_same_data_is_refused(settings, tmp_path, monkeypatch):
    monkeypatch.setattr(serve, "PATIENCE", 0)
    settings.DATA = tmp_path
    with (tmp_path / "serve.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)

        with pytest.raises(CommandError, match="Visionapp already runs with the data in"):
            call_command("serve")


def test_a_port_that_is_taken_is_refused_with_what_to_do(settings, tmp_path, monkeypatch):
    monkeypatch.setattr(serve, "PATIENCE", 0)
    settings.DATA = tmp_path
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(CommandError, match=f"127.0.0.1:{port} cannot be used .*PORT="):
            call_command("serve", port=port)


@pytest.mark.parametrize("port", ["abc", "99999", "0", "-1", "", "8000.0", 65536])
def test_what_is_no_port_is_refused(port):
    with pytest.raises(CommandError, match="is not a port: a number from 1 to 65535"):
        call_command("serve", port=port)


class TakenSocket:
    """Every address of IPv6 is taken, also on a machine that has none."""

    def __init__(self, family):
        assert family == socket.AF_INET6

    def __enter__(self):
        return self

    def __exit__(self, *_failure):
        pass

    def setsockopt(self, *_option):
        pass

    def bind(self, address):
        assert address == ("::1", 8000)
        raise OSError(errno.EADDRINUSE, "taken")


@pytest.mark.parametrize("host", ["::1", "[::1]"])
def test_an_address_of_ipv6_is_told_as_browsers_want_it(host, settings, tmp_path, monkeypatch):
    monkeypatch.setattr(serve, "PATIENCE", 0)
    monkeypatch.setattr(serve.socket, "socket", TakenSocket)
    settings.DATA = tmp_path

    with pytest.raises(CommandError, match=r"http://\[::1\]:8000 cannot be used \(taken\)"):
        call_command("serve", host=host, port=8000)


@pytest.mark.parametrize(
    ("failure", "sentence"),
    [
        (OperationalError("unable to open"), "The database cannot be used: unable to open."),
        (OSError(28, "No space left"), "The data folder cannot be written: .*No space left"),
    ],
)
def test_a_start_that_fails_says_why(failure, sentence, settings, tmp_path, monkeypatch):
    def fail():
        raise failure

    settings.DATA = tmp_path
    monkeypatch.setattr(serve, "_prepare", fail)

    with pytest.raises(CommandError, match=sentence):
        call_command("serve", port=free_port())
