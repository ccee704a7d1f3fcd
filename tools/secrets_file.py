"""Write a .env with new secrets, for its owner's eyes only; an existing one is never touched."""

import base64
import os
import secrets
import sys

path = sys.argv[1]
text = (
    "# Made by `make install`. Losing POLE_MASTER_KEY is losing every encrypted field; keep a copy apart.\n"
    f"POLE_SECRET_KEY={secrets.token_urlsafe(50)}\n"
    f"POLE_MASTER_KEY={base64.b64encode(secrets.token_bytes(32)).decode()}\n"
)
try:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
except FileExistsError:
    sys.exit(0)
with open(descriptor, "w") as file:
    file.write(text)
