"""One story through the real pipeline: case, reading, alert, worker, e-mail, acknowledgement; over HTTP and SMTP."""

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.request import urlopen

from desk.demonstration.services import PASSWORD, Account
from desk.demonstration.visitor import StoryBroken, Visitor

MAIL_WITHIN = 30  # seconds

ANSWERS = {
    "A2": "current",
    "A6": "current",
    "A10": "recent",
    "B11": "current",
    "E10": "current",
    "E1": "recent",
}
SECRETS = ["Noor", "Vandermeersch", "Elias", "Maréchal"]
"""Names of the story's case: none may stand in the e-mail."""


class Story:
    """Plays the steps in order; each is timed, and raises StoryBroken when it did not happen."""

    def __init__(self, *, web: str, mail: str, accounts: list[Account], tell: Callable[[str], None]) -> None:
        self.web, self.mail, self.tell = web, mail, tell
        self.accounts = {account.email: account for account in accounts}

    def play(self) -> None:
        """Play it whole.

        Raises:
            StoryBroken: at the first step that did not happen.
        """
        began = time.monotonic()
        ana, carla = Visitor(self.web), Visitor(self.web)
        with self._step("Ana signs in at the victim service, with a second factor"):
            self._sign_in(ana, "ana@clairiere.example")
        with self._step("opens a case"):
            self._open_case(ana)
        with self._step("reads it with the grid, her answers saved as she gives them"):
            self._read(ana)
        with self._step("sees what it would do, before anything leaves"):
            ana.go(ana.address.replace("/lectures/", "/alertes/lecture/") + "apercu/")
            self._expect(ana, "Zone de police de l’Aval")
        before = {message["number"] for message in self._messages("permanence@zone-aval.example")}
        with self._step("finalises: the protocol orders red alerts to the police and the partner"):
            pressed_at = time.monotonic()
            ana.send("/finaliser/")
            alerts = [link for link in ana.page.links if re.search(r"/envoyees/[0-9a-f-]{36}/$", link)]
            self._expect(ana, "Zone de police de l’Aval")
        with self._step("the worker hands the e-mail to the mail server"):
            message = self._wait_for_mail("permanence@zone-aval.example", before)
            self.tell(
                f"      {time.monotonic() - pressed_at:.2f} s after she pressed: “{message['subject']}”"
            )
        with self._step("the e-mail names nobody"):
            self._check_silent(message)
        with self._step("Carla follows its link, signs in at the police, and reads"):
            link = re.findall(r"http://\S+/m/[0-9a-f-]+/", message["text"])
            if not link:
                raise StoryBroken("the e-mail has no link")
            carla.go(link[0])
            self._sign_in(carla, "carla@zone-aval.example")
            self._expect(carla, "Vandermeersch")
        with self._step("acknowledges"):
            carla.send("/accuser/")
        with self._step("answers: taken on"):
            carla.send("/repondre/", outcome="taken_on", message="Une équipe part sur place.")
        with self._step("Ana sees the acknowledgement and the answer"):
            if not alerts:
                raise StoryBroken("the reading's page shows no alert")
            answered = any(ana.go(link).says("Une équipe part sur place.") for link in alerts)
            if not answered:
                raise StoryBroken("the answer did not come back to the sender")
        self.tell(f"The story took {time.monotonic() - began:.1f} s.")

    @contextmanager
    def _step(self, what: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.tell(f"{time.monotonic() - began:6.2f} s  {what}")

    def _sign_in(self, visitor: Visitor, email: str) -> None:
        visitor.sign_in(email, PASSWORD, self.accounts[email].secret)
        if "/compte/" in visitor.address:
            raise StoryBroken(f"{email} could not sign in: still at {visitor.address}")

    def _open_case(self, ana: Visitor) -> None:
        ana.go("/s/clairiere/dossiers/nouveau/")
        ana.send(
            "",
            first_name="Noor",
            last_name="Vandermeersch",
            sex="f",
            phone="0470 00 00 01",
            safe_hours="de 9 h à 11 h",
            partner_first_name="Elias",
            partner_last_name="Maréchal",
            partner_sex="m",
            summary="Séquestrée hier soir, sortie ce matin par une voisine.",
        )

    def _read(self, ana: Visitor) -> None:
        start = next((form for form in ana.page.forms if "/lectures/dossier/" in form.action), None)
        if start is None:
            raise StoryBroken(f"no button to start a reading at {ana.address}")
        ana.go(start.action, start.fields)
        for code, value in ANSWERS.items():
            form = next(form for form in ana.page.forms if form.action.endswith("/reponses/"))
            token = {name: form.fields[name] for name in ("csrfmiddlewaretoken", "idempotency_key")}
            ana.go(form.action, {**token, code: value})

    def _expect(self, visitor: Visitor, words: str) -> None:
        if not visitor.says(words):
            raise StoryBroken(f"“{words}” is not said at {visitor.address}")

    def _messages(self, address: str) -> list[dict[str, Any]]:
        with urlopen(f"{self.mail}/messages.json", timeout=5) as answer:  # noqa: S310 - the mail catcher, on this machine
            state = json.loads(answer.read())
        return [message for message in state["messages"] if address in message["to"]]

    def _wait_for_mail(self, address: str, before: set[int]) -> dict[str, Any]:
        until = time.monotonic() + MAIL_WITHIN
        while time.monotonic() < until:
            for message in self._messages(address):
                if message["number"] not in before:
                    return message
            time.sleep(0.05)
        raise StoryBroken(f"no e-mail to {address} within {MAIL_WITHIN} s")

    def _check_silent(self, message: dict[str, Any]) -> None:
        whole = json.dumps(message, ensure_ascii=False)
        named = [word for word in [*SECRETS, "violence", "Clairière", "clairiere", "alerte"] if word in whole]
        if named:
            raise StoryBroken(f"the e-mail says {named}")
