"""The channels there are."""

from alerts.channels import email
from alerts.channels.shape import Channel

CHANNELS: tuple[Channel, ...] = (email,)
BY_KIND: dict[str, Channel] = {channel.KIND: channel for channel in CHANNELS}
