"""The protocols that a service signed, and those it writes."""

from django.urls import path

from protocols.views import drafts, life, signing, versions, writing

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
]
