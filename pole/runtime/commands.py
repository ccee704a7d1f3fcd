"""How each process of the product is started: by `manage.py up`, and word for word by docker-compose.yml.

What differs from place to place comes from the environment: GUNICORN_CMD_ARGS says where the web listens.
"""

from pathlib import Path


def commands(data_dir: Path) -> dict[str, tuple[str, ...]]:
    """Process name -> argv; `data_dir` is where beat keeps what it last sent."""
    celery = ("python", "-m", "celery", "-A", "pole")
    quiet = (
        "--without-gossip",
        "--without-mingle",
        "--without-heartbeat",
    )  # workers have nothing to tell each other
    return {
        "migrate": ("python", "manage.py", "migrate", "--no-input"),
        "web": (
            "python",
            "-m",
            "gunicorn",
            "pole.wsgi",
            "--workers",
            "2",
            "--threads",
            "4",
            "--no-control-socket",
        ),
        "worker": (*celery, "worker", "-Q", "red,celery", "--concurrency", "2", *quiet),
        # Of its own, so that no mail waits while partners' systems let calls hang, or a simulation takes its turn.
        "background": (
            *celery,
            "worker",
            "-Q",
            "webhook-red,webhook,simulation",
            "--hostname",
            "background@%h",
            "--concurrency",
            "2",
            *quiet,
        ),
        "sweeper": ("python", "manage.py", "sweep"),
        "beat": (*celery, "beat", "--schedule", str(data_dir / "beat-schedule"), "--pidfile="),
    }
