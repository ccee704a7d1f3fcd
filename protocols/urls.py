"""The protocols that a service signed, and those it writes."""

from django.urls import path

from protocols.views import drafts, versions, writing

app_name = "protocols"
urlpatterns = [
    path("", versions.versions, name="list"),
    path("<uuid:version_id>/", versions.version, name="version"),
    path("projets/nouveau/", drafts.begin, name="begin"),
    path("projets/<uuid:draft_id>/", drafts.draft, name="draft"),
    path("projets/<uuid:draft_id>/texte/", writing.text, name="draft_text"),
    path("projets/<uuid:draft_id>/fichier/", writing.upload, name="draft_upload"),
    path("projets/<uuid:draft_id>/telecharger/", drafts.export, name="draft_export"),
    path("projets/<uuid:draft_id>/proposer/", drafts.propose, name="draft_propose"),
    path("projets/<uuid:draft_id>/reprendre/", drafts.take_back, name="draft_take_back"),
    path("projets/<uuid:draft_id>/abandonner/", drafts.drop, name="draft_drop"),
]
