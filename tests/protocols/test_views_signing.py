"""What directions see of a proposed text and of a signed version, and the forms in which they engage their service."""

import json
import time
from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.utils import timezone

from alerts.factories import in_force_around
from pole.accounts.models import User
from pole.accounts.second_factor import give_second_factor
from pole.tenancy.context import inside
from pole.tenancy.factories import person
from pole.tenancy.permissions import Role
from protocols import drafts
from protocols.documents import load_protocol
from protocols.draft_text import unsigned
from protocols.models import DraftState, ProtocolDraft, ProtocolVersion, SigningKey
from protocols.registry import lifetime_of, shipped_text
from protocols.statement import fingerprint
from tests.alerts.screens import get, post, queries_of, signed_between, text_of, undefined_variables_fail
from tests.cast import Cast
from tests.protocols.signers import Signers, make_signers

pytestmark = pytest.mark.django_db
__all__ = ["undefined_variables_fail"]
PASSWORD = "un mot de passe assez long"


@pytest.fixture
def signers(cast: Cast) -> Signers:
    return make_signers(cast)


@pytest.fixture
def text() -> str:
    return unsigned(in_force_around(shipped_text("demo-2026"), timezone.localdate()))


@pytest.fixture
def draft(signers: Signers, text: str) -> ProtocolDraft:
    return signers.proposed(text)


@pytest.fixture
def signed(signers: Signers, draft: ProtocolDraft) -> ProtocolVersion:
    return signers.all_sign(draft).became


def both_factors(user: User) -> dict[str, str]:
    """What they type to confirm."""
    user.set_password(PASSWORD)
    user.save()
    secret = give_second_factor(user)
    return {"password": PASSWORD, "code": format_hotp_value(hotp_value(secret, int(time.time()) // 30))}


def test_every_party_reads_the_whole_of_what_is_proposed(cast, signers, draft):
    signers.sign(draft, "AUT")
    html = text_of(get(cast.denis, "protocols:proposal", draft.pk))
    for article in load_protocol(draft.text).articles:
        assert f"<h3>Article {article.number}</h3>" in html
    key = SigningKey.objects.get(service=cast.programme)
    for words in (
        load_protocol(draft.text).text_hash(),
        "signé par Dina le",
        "pas encore",
        fingerprint(bytes(key.public)),
        "Ce que les vérifications relèvent",
        "Signer…",
        "Alerte orange, à envoyer dans un délai de 4 heures ouvrables.",
    ):
        assert words in html
    for reader in (cast.ana, cast.olga, cast.bruno, cast.carla, cast.cleo):
        page = get(reader, "protocols:proposal", draft.pk)
        assert page.status_code == 200
        assert "Signer…" not in text_of(page)
    assert "Signer…" not in text_of(get(cast.dina, "protocols:proposal", draft.pk))


def test_what_is_proposed_exists_for_its_parties_alone(cast, signers, draft):
    dirk = person("Dirk", at=cast.elsewhere, role=Role.DIRECTION)
    pages = ("proposal", "sign", "decline", "proposal_differences")
    for page in pages:
        assert get(dirk, f"protocols:{page}", draft.pk).status_code == 404
        assert get(dirk, f"protocols:{page}", draft.pk, service=cast.victims).status_code == 404
    for page in ("sign", "decline"):
        assert get(cast.rita, f"protocols:{page}", draft.pk).status_code == 403
        assert post(cast.rita, f"protocols:{page}", draft.pk).status_code == 403
        assert post(dirk, f"protocols:{page}", draft.pk).status_code == 404
    coo = signers.of["COO"]
    with inside(coo.service):
        drafts.take_back(actor=coo, draft=draft)
    for user in (cast.denis, cast.cleo):
        assert get(user, "protocols:proposal", draft.pk).status_code == 404


def test_the_list_says_what_waits_for_a_signature(cast, draft):
    assert "Un protocole est proposé à la signature" in text_of(get(cast.denis, "protocols:list"))
    assert "Votre direction signe" in text_of(get(cast.ana, "protocols:list"))
    assert "proposé à la signature" not in text_of(get(cast.dora, "protocols:list"))


def test_a_direction_signs_with_password_and_fresh_code(cast, draft):
    shown = load_protocol(draft.text).text_hash()
    given = both_factors(cast.denis)
    page = text_of(get(cast.denis, "protocols:sign", draft.pk))
    assert shown in page
    moved = {"sha256": "0" * 64, "code": recovery_code(cast.denis)}
    for wrong, words in [
        ({"password": "autre"}, "Ce mot de passe n’est pas le bon"),
        ({"code": "000000"}, "Ce code n’est pas le bon"),
        (moved, "Le texte n’est plus celui qui vous a été montré"),
    ]:
        answer = post(cast.denis, "protocols:sign", draft.pk, **{"sha256": shown, **given, **wrong})
        assert answer.status_code == 422
        assert words in text_of(answer)
    assert not draft.signatures.exists()
    answer = post(cast.denis, "protocols:sign", draft.pk, sha256=shown, **given)
    assert answer.status_code == 302
    assert [row.code for row in draft.signatures.all()] == ["VIC"]
    assert get(cast.denis, "protocols:sign", draft.pk).status_code == 302


def recovery_code(user: User) -> str:
    return user.authenticator_set.get(type="recovery_codes").wrap().get_unused_codes()[0]


def test_the_last_signature_leads_to_the_version(cast, signers, draft):
    for code in ("AUT", "POL", "COO"):
        signers.sign(draft, code)
    page = text_of(get(cast.denis, "protocols:sign", draft.pk))
    assert "plus personne : avec votre signature, c’est une version" in page
    shown = load_protocol(draft.text).text_hash()
    answer = post(cast.denis, "protocols:sign", draft.pk, sha256=shown, **both_factors(cast.denis))
    draft.refresh_from_db()
    assert draft.state == DraftState.SIGNED
    assert answer.url.endswith(f"/protocoles/{draft.became_id}/")


def test_who_declines_says_why_and_everybody_reads_it(cast, draft):
    assert post(cast.dina, "protocols:decline", draft.pk, motive=" ").status_code == 422
    post(cast.dina, "protocols:decline", draft.pk, motive="L’article 7 va trop loin.")
    page = text_of(get(cast.cleo, "protocols:proposal", draft.pk))
    assert "refusé par Dina le" in page
    assert "L’article 7 va trop loin." in page
    # Whoever is about to sign is not left to think that this party simply has not come to it yet.
    about_to_sign = text_of(get(cast.denis, "protocols:sign", draft.pk))
    assert f"{cast.programme.name} (AUT, a refusé)" in about_to_sign
    assert f"{cast.police.name} (POL)" in about_to_sign


def test_a_signed_version_shows_its_signatures_and_gives_its_file(cast, signed):
    page = text_of(get(cast.olga, "protocols:version", signed.pk))
    for name in ("Denis", "Dina", "Piet", "Chiara"):
        assert name in page
    for key in SigningKey.objects.all():
        assert fingerprint(bytes(key.public)) in page
    assert "Télécharger le fichier signé" in page
    answer = get(cast.olga, "protocols:signed_file", signed.pk)
    assert json.loads(answer.content)["text"] == signed.document
    assert 'filename="demo-2026-1.signe.json"' in answer["Content-Disposition"]
    dora = get(cast.dora, "protocols:signed_file", signed.pk)
    assert dora.status_code == 404


def test_one_that_nobody_signed_here_says_so(cast):
    version = signed_between(cast, from_days=-30, until_days=300)
    assert "sans signatures électroniques" in text_of(get(cast.olga, "protocols:version", version.pk))
    assert get(cast.olga, "protocols:signed_file", version.pk).status_code == 404


def test_a_direction_suspends_and_resumes(cast, signed):
    given = both_factors(cast.denis)
    assert "Avec le préavis que fixe le texte (1 mois)" in text_of(
        get(cast.denis, "protocols:suspend", signed.pk)
    )
    answer = post(cast.denis, "protocols:suspend", signed.pk, at_once="now", motive=" ", **given)
    assert answer.status_code == 422
    assert "dites pourquoi" in text_of(answer)
    motive = "Une fuite à comprendre."
    assert (
        post(cast.denis, "protocols:suspend", signed.pk, at_once="now", motive=motive, **given).status_code
        == 302
    )
    page = text_of(get(cast.bruno, "protocols:version", signed.pk))
    assert f"Suspendu par {cast.victims.name}" in page
    assert motive in page
    assert "suspendu : rien ne part" in text_of(get(cast.bruno, "protocols:list"))
    assert "Aucun protocole en vigueur" in text_of(get(cast.bruno, "protocols:list"))
    again = {"password": PASSWORD, "code": recovery_code(cast.denis)}
    assert post(cast.denis, "protocols:resume", signed.pk, motive="", **again).status_code == 302
    assert "en vigueur" in text_of(get(cast.bruno, "protocols:list"))
    timeline = text_of(get(cast.bruno, "protocols:version", signed.pk))
    assert timeline.index("proposé à la signature") < timeline.index("suspendu à partir du")


def test_a_direction_withdraws(cast, signed):
    given = both_factors(cast.dina)
    assert post(cast.dina, "protocols:withdraw", signed.pk, at_once="notice", **given).status_code == 302
    ends = lifetime_of(ProtocolVersion.objects.get()).ends
    assert ends > timezone.now() + timedelta(days=25)
    page = text_of(get(cast.carla, "protocols:version", signed.pk))
    assert f"{cast.programme.name} se retire : fin à partir du" in page
    assert "Avec le préavis" not in text_of(get(cast.dina, "protocols:withdraw", signed.pk))


def test_only_the_direction_of_a_party_engages_it(cast, signed):
    dirk = person("Dirk", at=cast.elsewhere, role=Role.DIRECTION)
    for page in ("suspend", "resume", "withdraw"):
        assert get(cast.rita, f"protocols:{page}", signed.pk).status_code == 403
        assert get(dirk, f"protocols:{page}", signed.pk).status_code == 404
        assert post(dirk, f"protocols:{page}", signed.pk).status_code == 404
    assert "Se retirer…" not in text_of(get(cast.rita, "protocols:version", signed.pk))
    assert "Se retirer…" in text_of(get(cast.denis, "protocols:version", signed.pk))


def test_an_amendment_shows_what_it_changes(cast, signers, signed):
    coo, first = signers.of["COO"], timezone.localdate() + timedelta(days=5)
    later = signed.document.replace('version: "1"', 'version: "2"').replace(
        "in_force: {", f"in_force: {{from: {first}, until: {first + timedelta(days=300)}}}  # {{"
    )
    later = later.replace("agreed: [C14], without: [C04, C11]}", "agreed: [C14], without: [C11]}")
    with inside(coo.service):
        draft = drafts.amend(actor=coo, version=signed)
        draft = drafts.save(actor=coo, draft=draft, text=later, revision=1)
        draft = drafts.propose(actor=coo, draft=draft, revision=2)
    assert "Ce qu’il change" in text_of(get(cast.denis, "protocols:proposal", draft.pk))
    page = text_of(get(cast.denis, "protocols:proposal_differences", draft.pk))
    assert "La catégorie C04 (faits datés) ne va plus de AUT à VIC." in page
    version = signers.all_sign(draft).became
    assert "La version 2 prend sa place à partir du" in text_of(
        get(cast.denis, "protocols:version", signed.pk)
    )
    between = text_of(get(cast.denis, "protocols:version_differences", version.pk, signed.pk))
    assert "ne va plus de AUT à VIC" in between
    assert get(cast.dora, "protocols:version_differences", version.pk, signed.pk).status_code == 404


def test_pages_take_few_queries(cast, signed, draft):
    for page, args in [
        ("list", []),
        ("version", [signed.pk]),
        ("proposal", [draft.pk]),
        ("suspend", [signed.pk]),
        ("version_differences", [signed.pk, signed.pk]),
    ]:
        who = cast.denis if page == "suspend" else cast.ana
        asked = queries_of(who, f"protocols:{page}", *args)
        assert len(asked) <= 15, f"{page}\n" + "\n".join(asked)
