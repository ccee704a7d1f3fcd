"""The protocols that a service signed, and those it writes."""

from django.urls import path

from protocols.views import drafts, hours, life, parts, rules, signing, terms, urgencies, versions, writing

app_name = "protocols"
urlpatterns = [
    path("", versions.versions, name="list"),
    path("<uuid:version_id>/", versions.version, name="version"),
    path("<uuid:version_id>/fichier/", life.export, name="signed_file"),
    path("<uuid:version_id>/suspendre/", life.suspend, name="suspend"),
    path("<uuid:version_id>/reprendre/", life.resume, name="resume"),
    path("<uuid:version_id>/se-retirer/", life.withdraw, name="withdraw"),
    path("<uuid:version_id>/change/<uuid:older_id>/", life.version_differences, name="version_differences"),
    path("proposes/<uuid:draft_id>/", signing.proposal, name="proposal"),
    path("proposes/<uuid:draft_id>/signer/", signing.sign, name="sign"),
    path("proposes/<uuid:draft_id>/refuser/", signing.decline, name="decline"),
    path("proposes/<uuid:draft_id>/change/", signing.proposal_differences, name="proposal_differences"),
    path("projets/nouveau/", drafts.begin, name="begin"),
    path("projets/<uuid:draft_id>/", drafts.draft, name="draft"),
    path("projets/<uuid:draft_id>/texte/", writing.text, name="draft_text"),
    path("projets/<uuid:draft_id>/fichier/", writing.upload, name="draft_upload"),
    path("projets/<uuid:draft_id>/telecharger/", drafts.export, name="draft_export"),
    path("projets/<uuid:draft_id>/proposer/", drafts.propose, name="draft_propose"),
    path("projets/<uuid:draft_id>/reprendre/", drafts.take_back, name="draft_take_back"),
    path("projets/<uuid:draft_id>/abandonner/", drafts.drop, name="draft_drop"),
    path("projets/<uuid:draft_id>/titre/", parts.heading, name="draft_heading"),
    path("projets/<uuid:draft_id>/parties/", parts.parties, name="draft_parties"),
    path("projets/<uuid:draft_id>/parties/<str:code>/", hours.party, name="draft_party"),
    path("projets/<uuid:draft_id>/heures/", hours.working_hours, name="draft_hours"),
    path("projets/<uuid:draft_id>/urgences/nouvelle/", urgencies.urgency, name="draft_new_urgency"),
    path("projets/<uuid:draft_id>/urgences/<str:code>/", urgencies.urgency, name="draft_urgency"),
    path("projets/<uuid:draft_id>/categories/nouvelle/", terms.category, name="draft_new_category"),
    path("projets/<uuid:draft_id>/categories/<str:code>/", terms.category, name="draft_category"),
    path("projets/<uuid:draft_id>/bases/nouvelle/", terms.basis, name="draft_new_basis"),
    path("projets/<uuid:draft_id>/bases/<str:code>/", terms.basis, name="draft_basis"),
    path("projets/<uuid:draft_id>/matrice/", parts.matrix, name="draft_matrix"),
    path("projets/<uuid:draft_id>/articles/nouveau/", parts.new_article, name="draft_new_article"),
    path("projets/<uuid:draft_id>/articles/<int:place>/", parts.article, name="draft_article"),
    path("projets/<uuid:draft_id>/articles/<int:place>/regles/", rules.new_rule, name="draft_new_rule"),
    path("projets/<uuid:draft_id>/articles/<int:place>/phrase/", rules.sentence, name="draft_sentence"),
    path("projets/<uuid:draft_id>/articles/<int:place>/regles/<int:rule>/", rules.rule, name="draft_rule"),
]
