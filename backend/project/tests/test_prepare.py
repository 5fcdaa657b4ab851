"""Before anything serves: the administrator is there, and no dead worker counts as alive."""

import socket

import pytest
from django.core.exceptions import ValidationError
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from core import heartbeat
from project import prepare

pytestmark = pytest.mark.django_db


def test_it_works(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("ADMIN_USERNAME", "keeper")
    monkeypatch.delenv("ADMIN_PASSWORD", raising=False)
    prepare.make_administrator()
    user = User.objects.get()
    assert (user.username, user.is_staff, user.is_superuser) == ("keeper", True, True)
    password = capsys.readouterr().out.split("password: ")[1].split()[0]
    assert user.check_password(password)


def test_a_given_password_is_not_shown(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("ADMIN_PASSWORD", "of my own")
    prepare.make_administrator()
    assert User.objects.get().check_password("of my own")
    assert capsys.readouterr().out == ""


def test_an_account_that_exists_is_never_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    User.objects.create_user("Admin", password="before")
    monkeypatch.setenv("ADMIN_USERNAME", "admin")
    monkeypatch.setenv("ADMIN_PASSWORD", "after")
    prepare.make_administrator()
    user = User.objects.get()
    assert user.check_password("before")
    assert not user.is_superuser


def test_a_name_that_no_account_may_have(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADMIN_USERNAME", "two words")
    with pytest.raises(ValidationError):
        prepare.make_administrator()
    assert not User.objects.exists()


def test_a_dead_worker_does_not_count() -> None:
    heartbeat.beat(f"celery@{socket.gethostname()}")
    heartbeat.beat("celery@another")
    prepare.forget_worker()
    assert heartbeat.workers() == ["celery@another"]


def test_nothing_is_left_to_migrate(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_max_num_queries(3):
        prepare.migrate()
