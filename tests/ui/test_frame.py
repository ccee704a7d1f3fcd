import re

import pytest
from django.template import engines
from django.test import RequestFactory
from django.urls import resolve

from pole.accounts.models import User
from pole.tenancy.actor import Actor
from pole.tenancy.models import Service
from pole.tenancy.permissions import Role

PAGE = """{% extends "base.html" %}{% load pole_ui %}
{% block heading %}Dossier 12{% endblock %}{% block facts %}<span>ouvert</span>{% endblock %}
{% block content %}<form method="post">{% csrf_token %}{% key %}</form>{% endblock %}"""


@pytest.fixture
def frame():
    def render(role: str | None, source: str = PAGE) -> str:
        request = RequestFactory().get("/compte/connexion/")
        request.resolver_match = resolve("/compte/connexion/")
        request.user = User(email="ana@victims.example", name="Ana")
        if role:
            service = Service(slug="s1", name="Maison A", colour="#123456")
            request.actor = Actor(service=service, user_id=request.user.pk, role=role)
        return engines["django"].from_string(source).render({}, request)

    return render


def test_the_service_one_acts_for_stands_in_words_and_colour(frame):
    html = frame(Role.REFERENT)
    assert "Maison A" in html
    assert 'fill="#123456"' in html
    assert "référent" in html


def test_the_title_says_nothing_of_the_trade(frame):
    title = re.search(r"<title>(.*?)</title>", frame(Role.REFERENT)).group(1)
    assert title == "Espace de travail"


def test_nothing_inline_that_the_policy_would_block(frame):
    html = frame(Role.REFERENT)
    assert " style=" not in html
    assert not re.search(r" on\w+=", html)
    assert not re.search(r"<script(?![^>]* src=)", html)
    assert "<style" not in html


def test_a_form_carries_token_and_key(frame):
    html = frame(Role.REFERENT)
    assert 'name="csrfmiddlewaretoken"' in html
    assert re.search(r'name="idempotency_key" value="[0-9a-f-]{36}"', html)


def test_somebody_who_may_not_read_cases_has_no_search(frame):
    assert 'role="search"' not in frame(Role.AUDIT)


def test_outside_a_service_there_is_no_rail(frame):
    html = frame(None)
    assert 'class="rail"' not in html
    assert "Espace de travail" in html


def test_empty_blocks_leave_no_blank_that_css_would_show(frame):
    html = frame(Role.REFERENT)
    assert re.search(r"<aside[^>]*></aside>", html)
    assert '<div class="page-action"></div>' in html
