"""The channels there are."""

from alerts.channels import email, webhook
from alerts.channels.shape import Channel

CHANNELS: tuple[Channel, ...] = (email, webhook)
BY_KIND: dict[str, Channel] = {channel.KIND: channel for channel in CHANNELS}
