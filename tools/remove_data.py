"""Remove the data of `make demo` and `make up` (or of a named folder), also what root keeps elsewhere."""

import fcntl
import shutil
import sys
from pathlib import Path

data = Path(sys.argv[1]) if sys.argv[1:] else Path(__file__).resolve().parent.parent / "data"
held = []
for path in data.glob("**/lock"):
    held.append(path.open("a"))
    try:
        fcntl.flock(held[-1], fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit(f"Pôle runs on {path.parent}: stop it first.")
for pointer in data.glob("**/postgres/location"):
    outside = Path(pointer.read_text())
    if outside.name.startswith("pole-"):  # as the runtime names the folders it makes
        shutil.rmtree(outside, ignore_errors=True)
if data.exists():
    shutil.rmtree(data)
