"""What delivery is measured against: a Celery task that does one SMTP send and nothing else, and a loop that does no
more than send. The same message, to the same server, by as many processes."""

import os
import smtplib
import sys
from email.message import EmailMessage
from multiprocessing import get_context
from uuid import uuid4

from celery import Celery

PROCESSES = 2  # as many as the worker has (pole.runtime.commands)
QUEUE = "bare"
app = Celery("bare", broker=os.environ.get("REDIS_URL", ""))
app.conf.update(
    task_default_queue=QUEUE, task_ignore_result=True, task_acks_late=True, worker_prefetch_multiplier=1
)
WORKER = (
    sys.executable, "-m", "celery", "-A", "benchmarks.bare", "worker", "--concurrency", str(PROCESSES), "-Q", QUEUE,
    "--without-gossip", "--without-mingle", "--without-heartbeat",
)  # fmt: skip


@app.task(name="bare.send")
def send(port: int, message_id: str, text: str) -> None:
    with smtplib.SMTP("127.0.0.1", port) as server:
        server.send_message(_message(message_id, text))


def drain(port: int, number: int, text: str, per_line: int = 1) -> None:
    """Send so many from as many processes, each in a loop of its own.

    Args:
        per_line: how many messages go over one connection.
    """
    context = get_context("spawn")
    loops = [
        context.Process(target=_loop, args=(port, number // PROCESSES, text, per_line))
        for _ in range(PROCESSES)
    ]
    for loop in loops:
        loop.start()
    for loop in loops:
        loop.join()


def _loop(port: int, number: int, text: str, per_line: int) -> None:
    for begun in range(0, number, per_line):
        with smtplib.SMTP("127.0.0.1", port) as server:
            for _ in range(min(per_line, number - begun)):
                server.send_message(_message(f"<{uuid4()}@bench.example>", text))


def _message(message_id: str, text: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = "pole@pole.example", "permanence@bench.example"
    message["Subject"], message["Message-ID"] = "Un message vous attend", message_id
    message.set_content(text)
    message.add_alternative(f"<p>{text}</p>", subtype="html")
    return message
