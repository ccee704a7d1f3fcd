"""The letter box in a browser: plain pages without script, French as every screen of the demonstration.

This process runs without Django, so its few sentences stand here rather than in a catalogue.
"""

import re
from collections.abc import Sequence
from html import escape

from pole.runtime.mailcatcher.codes import STEP, Account, totp
from pole.runtime.mailcatcher.mailbox import Caught

STYLE = """
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 64rem; margin: 0 auto; padding: 1rem; }
nav a { margin-right: 1.5rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .4rem .8rem .4rem 0; vertical-align: top; }
tr { border-bottom: 1px solid #8888; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; border-left: .3rem solid #8888; padding-left: 1rem; }
iframe { width: 100%; height: 36rem; border: 1px solid #8888; background: #fff; }
.code { font: 600 1.4rem/1.2 ui-monospace, monospace; letter-spacing: .1em; }
.note { border: 1px solid #8888; padding: .5rem 1rem; }
@media (max-width: 40rem) { .wide { display: none; } }
"""


def page(title: str, body: str, *, refresh: int | None = None) -> str:
    again = f'<meta http-equiv="refresh" content="{refresh}">' if refresh else ""
    return (
        f'<!doctype html><html lang="fr-BE"><head><meta charset="utf-8"><title>{escape(title)}</title>{again}'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style></head>'
        f'<body><nav aria-label="Démonstration"><a href="/">Messages</a><a href="/codes">Codes</a></nav>'
        f"<main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )


def list_page(messages: Sequence[Caught]) -> str:
    if not messages:
        return page(
            "Messages", "<p>Aucun message pour l’instant. Cette page se renouvelle seule.</p>", refresh=5
        )
    rows = "".join(
        f'<tr><td class="wide">{m.at.astimezone():%d/%m/%Y %H:%M:%S}</td>'
        f"<td>{escape(', '.join(m.recipients))}</td>"
        f'<td><a href="/messages/{m.number}">{escape(m.header("Subject") or "(sans objet)")}</a></td></tr>'
        for m in reversed(messages)
    )
    return page(
        "Messages",
        '<p class="note">Ces messages n’ont été envoyés à personne : '
        "ce serveur n’existe que dans la démonstration.</p>"
        f'<table><thead><tr><th scope="col" class="wide">Reçu</th><th scope="col">Pour</th>'
        f'<th scope="col">Objet</th></tr></thead><tbody>{rows}</tbody></table>',
    )


def message_page(message: Caught) -> str:
    headers = "".join(
        f'<tr><th scope="row">{label}</th><td>{escape(value)}</td></tr>'
        for label, value in (
            ("De", message.header("From")),
            ("Pour", ", ".join(message.recipients)),
            ("Reçu", f"{message.at.astimezone():%d/%m/%Y %H:%M:%S}"),
            ("Message-ID", message.header("Message-ID")),
        )
    )
    text, html = message.body("plain"), message.body("html")
    parts = f"<table>{headers}</table>"
    parts += f"<h2>Texte</h2><pre>{with_links(text)}</pre>" if text else ""
    if html:
        # Links may open beside; nothing in the message may run, load or submit.
        parts += (
            f'<h2>HTML</h2><iframe title="Version HTML du message" src="/messages/{message.number}/html"'
            ' sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>'
        )
    parts += f'<p><a href="/messages/{message.number}.eml">Source du message</a></p>'
    return page(message.header("Subject") or "(sans objet)", parts)


def with_links(text: str) -> str:
    address = re.compile(r"(https?://[^\s<>\"']*[^\s<>\"'.,;:!?)])")
    pieces = address.split(text)
    return "".join(
        f'<a href="{escape(piece)}" rel="noreferrer">{escape(piece)}</a>' if index % 2 else escape(piece)
        for index, piece in enumerate(pieces)
    )


def codes_page(accounts: Sequence[Account], at: float) -> str:
    left = STEP - int(at) % STEP
    note = (
        '<p class="note">Ces codes n’existent que dans la démonstration : ailleurs, chaque personne a '
        "les siens, dans l’application de son téléphone, et personne d’autre ne les voit.</p>"
    )
    if not accounts:
        return page("Codes", f"{note}<p>Aucun compte de démonstration pour l’instant.</p>", refresh=5)
    rows = "".join(
        f"<tr><td>{escape(a.name)}<br><small>{escape(a.email)}</small></td>"
        f'<td class="wide">{escape(a.service)}</td><td class="wide">{escape(a.role)}</td>'
        f'<td class="code">{escape(totp(a.secret, at))}</td></tr>'
        for a in accounts
    )
    return page(
        "Codes",
        f"{note}<p>Valables encore {left} s.</p><table><thead><tr><th scope='col'>Personne</th>"
        "<th scope='col' class='wide'>Service</th><th scope='col' class='wide'>Rôle</th>"
        f"<th scope='col'>Code</th></tr></thead><tbody>{rows}</tbody></table>",
        refresh=left + 1,
    )
