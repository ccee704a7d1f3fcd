"""Remove the data of `make demo` and `make up` (or of a named folder), also what root keeps elsewhere."""

import fcntl
import shutil
import sys
from pathlib import Path

data = Path(sys.argv[1]) if sys.argv[1:] else Path(__file__).resolve().parent.parent / "data"
if not data.exists():
    sys.exit(0)
with (data / "lock").open("a") as lock:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit(f"Pôle runs on {data}: stop it first.")
    pointer = data / "postgres" / "location"
    if pointer.exists():
        outside = Path(pointer.read_text())
        if outside.name.startswith("pole-"):  # as the runtime names the folders it makes
            shutil.rmtree(outside, ignore_errors=True)
    shutil.rmtree(data)
