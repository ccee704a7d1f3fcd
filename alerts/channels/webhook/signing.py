"""Standard Webhooks (standardwebhooks.com): how a message says who sent it and when, and that nobody changed it.

Written out here, since to sign takes three lines and a receiver brings its own library.
"""

import base64
import hashlib
import hmac
import os
from datetime import datetime

PREFIX = "whsec_"


def new_secret() -> str:
    """32 random bytes, as the receiver's library takes them."""
    return PREFIX + base64.b64encode(os.urandom(32)).decode()


def signed(secret: str, *, message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The headers of one call.

    Args:
        message_id: the same for every attempt, so that a receiver knows a second one.
        at: the moment of the attempt, aware; a receiver refuses what is old.
    """
    timestamp = str(int(at.timestamp()))
    key = base64.b64decode(secret.removeprefix(PREFIX))
    digest = hmac.new(key, f"{message_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
