"""What was received, sent, held; and the last steps of a reading, which protocols must see."""

from django.urls import path

from alerts.views import (
    advice,
    by_hand,
    disagreements,
    held,
    informing,
    readings,
    received,
    sent,
    situations,
    why,
)

app_name = "alerts"
urlpatterns = [
    path("", received.board, name="received"),
    path("compteur/", received.counter, name="counter"),
    path("recues/<uuid:exchange_id>/", received.exchange, name="exchange"),
    path("recues/<uuid:exchange_id>/accuser/", received.acknowledge, name="acknowledge"),
    path("recues/<uuid:exchange_id>/repondre/", received.answer, name="answer"),
    path("recues/<uuid:exchange_id>/ecrire/", received.write, name="write_back"),
    path("recues/<uuid:exchange_id>/relier/", situations.propose, name="link_propose"),
    path("recues/<uuid:exchange_id>/lien/", situations.reply, name="link_reply"),
    path("envoyees/", sent.sent, name="sent"),
    path("envoyees/<uuid:alert_id>/", sent.alert, name="alert"),
    path("envoyees/<uuid:alert_id>/ecrire/", sent.write, name="write"),
    path("envoyees/<uuid:alert_id>/retirer/", sent.take_back, name="recall"),
    path("retenues/", held.held, name="held"),
    path("retenues/<uuid:alert_id>/decider/", held.decide, name="decide"),
    path("conseils/", advice.listing, name="advice_list"),
    path("conseils/demander/", advice.ask, name="advice_ask"),
    path("conseils/<uuid:exchange_id>/", advice.page, name="advice"),
    path("conseils/<uuid:exchange_id>/repondre/", advice.answer, name="advice_answer"),
    path("conseils/<uuid:exchange_id>/dossier/", advice.attach, name="advice_attach"),
    path("desaccords/", disagreements.listing, name="disagreements"),
    path("desaccords/<uuid:disagreement_id>/conclure/", disagreements.conclude, name="conclude"),
    path("situations/<uuid:situation_id>/", disagreements.situation, name="situation"),
    path("situations/<uuid:situation_id>/desaccord/", disagreements.declare, name="declare"),
    path("dossiers/<uuid:case_id>/transmis/", informing.account, name="account"),
    path("dossiers/<uuid:case_id>/alerter/", by_hand.choose, name="by_hand"),
    path("dossiers/<uuid:case_id>/alerter/ecrire/", by_hand.write, name="by_hand_write"),
    path("lecture/<uuid:reading_id>/", readings.result, name="reading"),
    path("lecture/<uuid:reading_id>/pourquoi/", why.why, name="why"),
    path("lecture/<uuid:reading_id>/apercu/", readings.preview, name="preview"),
    path("lecture/<uuid:reading_id>/effet/", readings.effect, name="effect"),
    path("lecture/<uuid:reading_id>/finaliser/", readings.finalise, name="finalise"),
    path("lecture/<uuid:reading_id>/seconde/", readings.second, name="second"),
    path("lecture/<uuid:reading_id>/seconde/reponse/", readings.answer_back, name="answer_back"),
]
