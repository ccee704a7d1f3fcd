"""A service's own files. The page of a case itself looks across the rooms: it is `desk:case`."""

from django.urls import path

from cases.views import agreements, facts, lists, notes, opening, people, ratings, team

app_name = "cases"
urlpatterns = [
    path("", lists.case_list, name="list"),
    path("chercher/", lists.search, name="search"),
    path("nouveau/", opening.open_case, name="open"),
    path("nouveau/brouillon/<slug:form>/", notes.opening_draft, name="opening_draft"),
    path("autre/", team.glass, name="glass"),
    path("autre/<uuid:glass_id>/revue/", team.glass_seen, name="glass_seen"),
    path("taches/<uuid:task_id>/faite/", notes.task_done, name="task_done"),
    path("<uuid:case_id>/resume/", opening.summary, name="summary"),
    path("<uuid:case_id>/fermer/", opening.close, name="close"),
    path("<uuid:case_id>/rouvrir/", opening.reopen, name="reopen"),
    path("<uuid:case_id>/personnes/", people.add_person, name="person_add"),
    path("<uuid:case_id>/personnes/<uuid:person_id>/", people.change_person, name="person"),
    path("<uuid:case_id>/contact/", notes.contact, name="contact"),
    path("<uuid:case_id>/fait/", facts.incident, name="incident"),
    path("<uuid:case_id>/mesures/", facts.measure, name="measure_add"),
    path("<uuid:case_id>/mesures/<uuid:measure_id>/", facts.change_measure, name="measure"),
    path("<uuid:case_id>/evaluations/", ratings.instrument, name="rating_instrument"),
    path("<uuid:case_id>/evaluations/<slug:instrument>/", ratings.rating, name="rating"),
    path("<uuid:case_id>/evaluations/<uuid:rating_id>/retirer/", ratings.withdraw, name="rating_withdraw"),
    path("<uuid:case_id>/evaluations/<uuid:rating_id>/retablir/", ratings.restore, name="rating_restore"),
    path("<uuid:case_id>/accords/", agreements.agreement, name="agreement"),
    path(
        "<uuid:case_id>/accords/<uuid:agreement_id>/confirmer/", agreements.confirm, name="agreement_confirm"
    ),
    path(
        "<uuid:case_id>/accords/<uuid:agreement_id>/retirer/", agreements.withdraw, name="agreement_withdraw"
    ),
    path("<uuid:case_id>/taches/", notes.task, name="task"),
    path("<uuid:case_id>/equipe/", team.team, name="team"),
    path("<uuid:case_id>/equipe/<uuid:user_id>/retirer/", team.leave, name="team_leave"),
    path("<uuid:case_id>/equipe/reserver/", team.restrict, name="team_restrict"),
    path("<uuid:case_id>/brouillons/<slug:form>/", notes.draft, name="draft"),
]
