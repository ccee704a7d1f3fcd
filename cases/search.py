"""Finding a case by a name or its reference, among those one sees and nowhere else.

Names are encrypted: each word of the query becomes a token, equal to one kept with the person. A word is
found whole, or by its first three letters. What is found is counted in no other way than by the list shown.
"""

from cryptography.exceptions import InvalidTag
from django.db.models import Exists, OuterRef, Q
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from cases.models import Case, NameToken, Person
from cases.models.case import CaseQuerySet
from cases.services.people import NAMES
from pole.audit.models import Tag, record
from pole.crypto.blind import tokens_to_find
from pole.crypto.keys import service_key
from pole.crypto.seal import seal, unseal
from pole.tenancy.actor import Actor

LONGEST = 60  # characters that are looked for


def sealed_words(actor: Actor, words: str) -> str:
    """Words to look for, as an address may hold them: browsers and proxies remember addresses."""
    plain = words.replace("\0", "").strip()[:LONGEST].encode(errors="replace")  # PostgreSQL takes no NUL
    return urlsafe_base64_encode(seal(service_key(actor.service_id), plain, _place(actor)))


def words_in(actor: Actor, sealed: str) -> str:
    """What the actor looked for; "" where an address was altered, or is somebody else's."""
    try:
        return unseal(service_key(actor.service_id), urlsafe_base64_decode(sealed), _place(actor)).decode()
    except (InvalidTag, ValueError):
        return ""


def _place(actor: Actor) -> str:
    return f"search|{actor.service_id}|{actor.user_id}"


def search_cases(actor: Actor, query: str) -> CaseQuerySet:
    """Cases one sees in which one person bears every word of the query, or with this reference.

    That a search was made is written in the journal, its words are not.
    """
    record(actor=actor, tag=Tag.CASE_SEARCHED)
    visible = Case.objects.visible_to(actor)
    tokens = tokens_to_find(actor.service_id, NAMES, query)
    bearer = Person.objects.filter(case=OuterRef("pk"))
    for token in tokens:
        bearer = bearer.filter(Exists(NameToken.objects.filter(person=OuterRef("pk"), token=token)))
    found = Q(reference=query.strip())
    if tokens:
        found |= Q(Exists(bearer))
    return visible.filter(found)
