"""``create_token``, and what ``serve`` refuses to begin."""

import fcntl
import socket

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

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
        call_command("serve", host=host, port=0)


def test_a_second_server_on_the_same_data_is_refused(settings, tmp_path, monkeypatch):
    monkeypatch.setattr(serve, "PATIENCE", 0)
    settings.DATA = tmp_path
    with (tmp_path / "serve.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)

        with pytest.raises(CommandError, match="Visionapp already runs with the data in"):
            call_command("serve", port=0)


def test_a_port_that_is_taken_is_refused_with_what_to_do(settings, tmp_path, monkeypatch):
    monkeypatch.setattr(serve, "PATIENCE", 0)
    settings.DATA = tmp_path
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(CommandError, match=f"127.0.0.1:{port} cannot be used .*PORT="):
            call_command("serve", port=port)
