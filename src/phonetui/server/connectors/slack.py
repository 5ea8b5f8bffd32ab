"""Slack: callers' questions go to a channel, answers in the thread come back, and notices reach all who call.

Source: Slack's Web API and Socket Mode, by slack-sdk. Socket Mode needs no public address. The app wants the bot scopes
`chat:write`, `channels:history`, `groups:history`, `reactions:write`, the events `message.channels` and
`message.groups`, and an app-level token with `connections:write`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from msgspec import Struct

from phonetui.core.marked_yaml import Entry
from phonetui.server.connectors.connector import Connector, Setup
from phonetui.server.connectors.slack_channel import URL, SlackChannel
from phonetui.server.connectors.system import System


class SlackSettings(Struct, frozen=True):
    """The channels, by id: where questions, summaries and alarms go, and in which each message is a notice."""

    channel: str
    notices: str = ""
    url: str = URL


class SlackConnector:
    """Logs in and finds the channels; what is said there is `server/slack_line.py`'s."""

    def __init__(self, settings: SlackSettings, bot_token: str, app_token: str) -> None:
        self.settings = settings
        self.tokens = (bot_token, app_token)
        self.slack = SlackChannel(bot_token, settings.url)

    def check(self) -> Iterable[str]:
        """Raises `Refused` where a token or a channel is not as it has to be."""
        yield f"Slack knows the app as {self.slack.log_in()}."
        self.slack.open_socket(self.tokens[1])
        yield f"Questions, the day's summary and alarms go to #{self.slack.name_of(self.settings.channel)}."
        if self.settings.notices:
            yield f"Each message in #{self.slack.name_of(self.settings.notices)} reaches everybody who calls."

    def losses(self) -> Iterable[str]:
        """The voter whom a caller attached to a question is not named in Slack."""
        yield "A voter whom a caller attached to a question is not named there; `phonetui server questions` does."

    def close(self) -> None:
        """Nothing is kept open between two requests."""


def _read(entries: Mapping[str, Entry]) -> SlackSettings:
    texts = {key: entry.text() for key, entry in entries.items() if key in SlackSettings.__struct_fields__}
    for key in ("channel", "notices"):
        if key in texts and not texts[key].startswith(("C", "G")):
            entries[key].expect("a channel's id, which its details in Slack end with")
    return SlackSettings(texts.get("channel", ""), texts.get("notices", ""), texts.get("url", URL))


def _connect(setup: Setup) -> Connector:
    return SlackConnector(cast(SlackSettings, setup.settings), setup.secrets["bot"], setup.secrets["app"])


SYSTEM = System(
    title="Slack",
    keys={"channel": "C0123456789", "notices": "C0987654321", "url": URL},
    template="""# Where questions, the day's summary and alarms go: the channel's id, at the end of its details.
channel: C0123456789
# Each message in this channel is a notice to everybody who calls. Without it no notice comes from Slack.
# notices: C0987654321
""",
    read=_read,
    connect=_connect,
    required=("channel",),
    kept_open=True,
    secrets={
        "bot": "the bot's token, which begins with xoxb-",
        "app": "the app-level token with connections:write, which begins with xapp-",
    },
)
