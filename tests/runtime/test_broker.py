"""The broker we bring: private, on loopback, and what it was told survives a crash when it is durable."""

import stat
from pathlib import Path

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from pole.runtime.broker import Broker
from pole.runtime.problems import MissingPrerequisite


@pytest.fixture
def broker(tmp_path):
    broker = Broker(tmp_path / "broker")
    broker.start()
    yield broker
    broker.stop()


def test_it_refuses_whoever_has_no_password(broker):
    with (
        redis.Redis(port=broker.port, retry=Retry(NoBackoff(), 0)) as stranger,
        pytest.raises(redis.AuthenticationError),
    ):
        stranger.ping()


def test_the_password_is_in_no_argument_and_in_no_readable_file(broker):
    password = (broker.data_dir / "password").read_text()
    assert password not in Path(f"/proc/{broker.process.pid}/cmdline").read_text()
    assert not stat.S_IMODE((broker.data_dir / "password").stat().st_mode) & 0o077


def test_what_it_acknowledged_before_a_crash_is_there_after(broker):
    with redis.Redis.from_url(broker.url) as client:
        client.set("hint", "1")
    address = broker.url
    broker.kill()
    assert not broker.running
    broker.start()
    assert broker.url == address
    with redis.Redis.from_url(broker.url) as client:
        assert client.get("hint") == b"1"


def test_a_second_start_finds_the_data_of_the_first(broker):
    with redis.Redis.from_url(broker.url) as client:
        client.set("hint", "1")
    broker.stop()
    again = Broker(broker.data_dir)
    again.start()
    try:
        with redis.Redis.from_url(again.url) as client:
            assert client.get("hint") == b"1"
    finally:
        again.stop()


def test_one_that_is_not_durable_forgets(tmp_path):
    broker = Broker(tmp_path / "broker", durable=False)
    broker.start()
    with redis.Redis.from_url(broker.url) as client:
        client.set("hint", "1")
    broker.kill()
    broker.start()
    try:
        with redis.Redis.from_url(broker.url) as client:
            assert client.get("hint") is None
    finally:
        broker.stop()


def test_a_missing_broker_gets_one_sentence_that_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingPrerequisite, match="apt-get install redis-server") as caught:
        Broker(tmp_path / "broker", source="system").start()
    assert "\n" not in str(caught.value)
