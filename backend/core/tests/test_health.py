"""`/healthz`, `/readyz` and `/metrics`."""

import pytest
from django.test import Client
from pytest_django import Settings

from core import heartbeat

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker() -> None:
    heartbeat.beat("one@test")


@pytest.mark.usefixtures("worker")
def test_it_works(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    answer = client.get("/readyz")
    assert answer.status_code == 200, answer.json()
    assert answer.json()["checks"] == {"database": "ok", "redis": "ok", "worker": "ok", "disk": "ok"}


def test_no_worker_is_named(client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Retry-After"] == "5"
    assert list(answer.json()["errors"]) == ["worker"]


def test_a_stopped_worker_is_forgotten_at_once() -> None:
    heartbeat.beat("one@test")
    heartbeat.beat("two@test")
    heartbeat.stop("one@test")
    assert heartbeat.workers() == ["two@test"]


@pytest.mark.usefixtures("worker")
def test_redis_away_is_named(client: Client, settings: Settings) -> None:
    settings.REDIS_PAGES_URL = "unix:///nonexistent/redis.sock"
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert list(answer.json()["errors"]) == ["redis"]
    assert "nonexistent" not in answer.content.decode(), "addresses are for the log"


@pytest.mark.usefixtures("worker")
def test_a_full_disk_is_named(client: Client, settings: Settings) -> None:
    settings.MIN_FREE_SPACE = 10**18
    assert list(client.get("/readyz").json()["errors"]) == ["disk"]


def test_metrics_are_for_this_machine(client: Client) -> None:
    client.get("/healthz")
    answer = client.get("/metrics")
    assert answer.status_code == 200
    text = answer.content.decode()
    assert 'quayside_requests_total{method="GET",status="200"}' in text
    assert "quayside_queue_age_seconds" in text
    assert client.get("/metrics", REMOTE_ADDR="192.0.2.1").status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 404


def test_metrics_with_a_token(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = "the scraper's own"
    assert client.get("/metrics").status_code == 404
    right = {"Authorization": "Bearer the scraper's own"}
    assert client.get("/metrics", headers=right, REMOTE_ADDR="192.0.2.1").status_code == 200
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404
