"""Words of the synthetic cases. No real person, no real place."""

from typing import Any

WOMEN = [
    "Alice",
    "Amina",
    "Béatrice",
    "Chloé",
    "Fatou",
    "Hélène",
    "Irina",
    "Julie",
    "Léa",
    "Maria",
    "Nadia",
    "Sarah",
]
MEN = [
    "Adil",
    "Benoît",
    "Cédric",
    "David",
    "Hakim",
    "Jérôme",
    "Luc",
    "Marc",
    "Olivier",
    "Pavel",
    "Thomas",
    "Yves",
]
LAST_NAMES = [
    "Abrassart", "Bastin", "Collard", "Delvaux", "Evrard", "Fontaine", "Gilles", "Haddad", "Jacquet", "Kowalski",
    "Lejeune", "Marchal", "Noël", "Ozturk", "Piron", "Renard", "Servais", "Thiry", "Urbain", "Wauters",
]  # fmt: skip
SUMMARIES = [
    "Séparation annoncée, deux enfants, logement commun.",
    "Contrôle du téléphone et des sorties depuis un an.",
    "Adressée par le planning familial après des menaces.",
    "Suivi demandé par la maison de justice.",
    "Reprise de contact après une interruption de six mois.",
    "Inquiétude de l’école, première consultation.",
]
NOTES = [
    "Appel bref, tout va bien pour le moment. Prochain contact convenu.",
    "Entretien d’une heure. Revu le plan de sécurité, numéros utiles remis.",
    "Message laissé selon la consigne, rappelé dans la journée.",
    "Contact avec le service social : rendez-vous fixé la semaine prochaine.",
    "Pas de réponse, nouvel essai prévu à l’heure convenue.",
    "Accompagnement pour une démarche administrative.",
]
INCIDENTS = [
    "Messages répétés pendant la nuit.",
    "Porte forcée, pas de blessure.",
    "Argent du ménage retenu depuis deux semaines.",
    "Insultes devant les enfants.",
    "Attente à la sortie du travail.",
]
CALMER = "Éloignement effectif depuis la dernière lecture, vérifié par deux sources."
AGREED = "Lu ensemble : je partage cette lecture."
TASKS = [
    "Rappeler pour confirmer le rendez-vous.",
    "Préparer la liste des documents à emporter.",
    "Vérifier la date de l’audience.",
    "Compléter les questions non explorées.",
]

_EXPLORED = {
    code: {"value": "absent"}
    for code in [
        "A1",
        "A2",
        "A3",
        "A4",
        "A5",
        "A6",
        "A7",
        "A8",
        "A9",
        "A14",
        "A15",
        "B3",
        "B7",
        "B11",
        "D3",
        "E1",
        "E5",
    ]
}


def _with(**answers: Any) -> dict[str, dict[str, Any]]:
    given = {
        code: answer if isinstance(answer, dict) else {"value": answer} for code, answer in answers.items()
    }
    return {**_EXPLORED, **given}


# Profile -> its answers, and how often it comes up.
PROFILES: dict[str, tuple[dict[str, dict[str, Any]], int]] = {
    "conflict": (_with(), 14),
    "installing": (_with(A2="recent", A4="current", A5="recent", B11="recent"), 22),
    "settled": (_with(A1="current", A2="current", A3="current", B1="current", A7="past"), 18),
    "contested": (_with(A1="current", A5="current", A6="recent", B4="current"), 18),
    "fears": (_with(B7="current", B11="current", A5="recent"), 10),
    "leaving": (_with(A1="recent", A2="recent", A4="current", A6="recent", B6="recent", E1="recent"), 12),
    "half_known": ({"A5": {"value": "recent"}, "B11": {"value": "unknown"}}, 5),
    "confined": (_with(E10="current", A6="current"), 1),
}
