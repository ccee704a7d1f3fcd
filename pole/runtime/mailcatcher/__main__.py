"""`python -m pole.runtime.mailcatcher --smtp-port N --http-port N --folder DIR [--accounts FILE]`"""

import argparse
import signal
import threading
from pathlib import Path

from pole.runtime.mailcatcher.mailbox import Mailbox
from pole.runtime.mailcatcher.smtp import Temper, smtp_server
from pole.runtime.mailcatcher.web import LetterBox

ENDINGS = {signal.SIGTERM, signal.SIGINT}


def main() -> None:
    parser = argparse.ArgumentParser(description="Catch mail on 127.0.0.1 and show it; deliver none.")
    parser.add_argument("--smtp-port", type=int, required=True)
    parser.add_argument("--http-port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True, help="where the messages are kept")
    parser.add_argument("--accounts", type=Path, help="the demonstration's accounts, for the page /codes")
    options = parser.parse_args()

    mailbox, temper = Mailbox(options.folder), Temper()
    smtp = smtp_server(mailbox, temper, options.smtp_port)
    web = LetterBox(options.http_port, mailbox, temper, options.accounts)
    # Blocked in every thread and waited for here: a signal that another thread took would not wake this one.
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDINGS)
    smtp.start()
    threading.Thread(target=web.serve_forever, daemon=True).start()
    signal.sigwait(ENDINGS)
    web.shutdown()
    smtp.stop()


main()
