"""The letter box takes real SMTP, shows without running anything, and misbehaves on request."""

import json
import smtplib
import sys
import urllib.error
import urllib.request
from email.message import EmailMessage
from pathlib import Path

import pytest

from pole.runtime.mailcatcher.codes import totp
from pole.runtime.processes import Process, accepts, free_port

ROOT = Path(__file__).resolve().parents[2]
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


class Box:
    """The catcher in a process of its own, as the stack runs it."""

    def __init__(self, folder):
        self.folder, self.smtp, self.http = folder, free_port(), free_port()
        self.process = Process(
            "mail",
            [
                *(sys.executable, "-m", "pole.runtime.mailcatcher"),
                *("--smtp-port", str(self.smtp), "--http-port", str(self.http)),
                *("--folder", str(folder / "mail"), "--accounts", str(folder / "accounts.json")),
            ],
            log=folder / "mail.log",
            ready=lambda: accepts(self.smtp) and accepts(self.http),
            cwd=ROOT,
        )

    def send(self, message_id="<one@pole.example>", html="<p>Bonjour</p>", text="Quelque chose vous attend."):
        message = EmailMessage()
        message["From"], message["To"] = "pole@pole.example", "carla@police.example"
        message["Subject"], message["Message-ID"] = "Une chose vous attend — à lire", message_id
        message.set_content(text)
        message.add_alternative(html, subtype="html")
        with smtplib.SMTP("127.0.0.1", self.smtp, timeout=1) as client:
            client.send_message(message)

    def ask(self, path, order=None, **headers):
        data = None if order is None else json.dumps(order).encode()
        if order is not None:
            headers.setdefault("Content-Type", "application/json")
        request = urllib.request.Request(f"http://127.0.0.1:{self.http}{path}", data=data, headers=headers)
        return urllib.request.urlopen(request, timeout=5)

    def state(self):
        with self.ask("/messages.json") as reply:
            return json.load(reply)

    def read(self, path):
        with self.ask(path) as reply:
            return reply.read().decode()


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    box = Box(tmp_path_factory.mktemp("box"))
    box.process.start()
    yield box
    box.process.stop()


@pytest.fixture
def box(running):
    running.ask("/mood", {"mood": "accept"}).close()
    running.ask("/clear", {}).close()
    return running


def test_a_message_is_kept_as_sent(box):
    box.send()
    [message] = box.state()["messages"]
    assert message["to"] == ["carla@police.example"]
    assert message["subject"] == "Une chose vous attend — à lire"
    assert message["message_id"] == "<one@pole.example>"
    assert message["text"].strip() == "Quelque chose vous attend."


@pytest.mark.parametrize(
    ("mood", "error", "kept"),
    [
        pytest.param("451", smtplib.SMTPDataError, 0, id="refused for now"),
        pytest.param("550", smtplib.SMTPDataError, 0, id="refused for good"),
        pytest.param("hang", smtplib.SMTPServerDisconnected, 0, id="hangs before taking it"),
        pytest.param("take-then-hang", smtplib.SMTPServerDisconnected, 1, id="takes it, never says so"),
        pytest.param("take-then-drop", smtplib.SMTPServerDisconnected, 1, id="takes it, drops the line"),
    ],
)
def test_a_mood_lasts_for_the_messages_it_was_asked_for(box, mood, error, kept):
    box.ask("/mood", {"mood": mood, "times": 1}).close()
    with pytest.raises(error):
        box.send()
    assert len(box.state()["messages"]) == kept
    box.send()
    state = box.state()
    assert state["offered"] == {"<one@pole.example>": 2}
    assert state["taken"] == {"<one@pole.example>": kept + 1}


def test_an_unknown_mood_is_refused_with_the_known_ones(box):
    with pytest.raises(urllib.error.HTTPError) as caught:
        box.ask("/mood", {"mood": "cheerful"})
    assert caught.value.code == 400
    assert "take-then-drop" in caught.value.read().decode()


def test_nothing_in_a_message_can_run(box):
    box.send(html="<script>alert(1)</script><p>Bonjour</p>", text="<script>alert(2)</script>")
    assert "<script>" not in box.read("/messages/1")
    with box.ask("/messages/1/html") as reply:
        policy = reply.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox ")
    assert "default-src 'none'" in policy
    assert "allow-scripts" not in policy


def test_links_in_the_text_can_be_followed(box):
    box.send(text="Voir http://127.0.0.1:8000/s/x/?a=1&b=2.")
    assert '<a href="http://127.0.0.1:8000/s/x/?a=1&amp;b=2"' in box.read("/messages/1")


def test_the_codes_are_those_of_rfc_6238():
    for at, expected in ((59, "287082"), (1111111109, "081804"), (20000000000, "353130")):
        assert totp(RFC_SECRET, at) == expected


def test_the_page_of_codes_says_that_it_exists_in_the_demonstration_only(box):
    assert "Aucun compte" in box.read("/codes")
    account = {"email": "ana@vic.example", "name": "Ana", "service": "VIC", "role": "x", "secret": RFC_SECRET}
    (box.folder / "accounts.json").write_text(json.dumps([account]))
    page = box.read("/codes")
    assert "n’existent que dans la démonstration" in page
    assert "ana@vic.example" in page
    assert list(json.loads(box.read("/codes.json"))) == ["ana@vic.example"]


def test_a_foreign_name_that_leads_here_sees_neither_codes_nor_messages(box):
    for path in ("/", "/codes", "/codes.json", "/messages.json"):
        with pytest.raises(urllib.error.HTTPError) as caught:
            box.ask(path, Host="elsewhere.example")
        assert caught.value.code == 421


def test_a_form_of_another_site_changes_nothing(box):
    with pytest.raises(urllib.error.HTTPError) as caught:
        box.ask("/clear", {}, **{"Content-Type": "text/plain"})
    assert caught.value.code == 415


def test_a_second_start_finds_the_messages_of_the_first(tmp_path):
    first = Box(tmp_path)
    first.process.start()
    first.send()
    first.process.stop()
    second = Box(tmp_path)
    second.process.start()
    try:
        second.send("<two@pole.example>")
        assert [message["number"] for message in second.state()["messages"]] == [1, 2]
    finally:
        second.process.stop()
