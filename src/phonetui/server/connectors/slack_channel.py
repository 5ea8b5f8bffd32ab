"""What is asked of Slack, each failure as one of the connector's."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.error import URLError

from msgspec import Struct

from phonetui.core.refusal import Refused
from phonetui.server.connectors.connector import SystemBusy, SystemDown, SystemRefused, WrongKey
from phonetui.server.connectors.system_http import check_address

if TYPE_CHECKING:
    from slack_sdk import WebClient
    from slack_sdk.web import SlackResponse

URL = "https://slack.com/api/"
#: Seconds for one answer.
TIMEOUT = 15
#: What stands in the metadata of each message of ours, so that it is found again.
EVENT_TYPE = "phonetui"
#: slack-sdk's own words may quote messages.
SILENT = logging.getLogger("phonetui.server.slack")
SILENT.addHandler(logging.NullHandler())
SILENT.propagate = False
_KEY = ("invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "not_allowed_token_type")
_RIGHT = ("missing_scope", "no_permission")
_CHANNEL = ("channel_not_found", "not_in_channel", "is_archived")
#: Of a message's kinds those that somebody wrote: in a thread and shown in the channel, too, or with a file.
SAID = ("", "thread_broadcast", "file_share", "me_message")
#: `<@U1|dana>`, `<#C1|general>`, `<https://example.org|the page>`: what Slack writes for people, channels and links.
_REFERENCE = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")


class Message(Struct, frozen=True):
    """One message. `at` is Slack's `ts`, its id in the channel; `thread` is what it answers, `ours` our own id."""

    channel: str
    at: str
    text: str
    user: str = ""
    thread: str = ""
    ours: str = ""


class SlackChannel:
    """The few methods of Slack's Web API that are used. Everything raises as `Connector` says."""

    def __init__(self, bot_token: str, url: str = URL) -> None:
        """Raises `Refused` for an address to which the token would go in the clear."""
        check_address(url)
        self._token = bot_token
        self._url = url
        self._made: WebClient | None = None

    @property
    def web(self) -> WebClient:
        """slack-sdk's client, which is slow to load; it tries nothing twice."""
        if self._made is None:
            from slack_sdk import WebClient

            self._made = WebClient(self._token, base_url=self._url, timeout=TIMEOUT, retry_handlers=[], logger=SILENT)
        return self._made

    def log_in(self) -> str:
        """The bot's name."""
        return _text(self._ask("auth.test", {}), "user")

    def open_socket(self, app_token: str) -> str:
        """A new address for Socket Mode."""
        return _text(
            self._answer("apps.connections.open", lambda web: web.apps_connections_open(app_token=app_token)), "url"
        )

    def name_of(self, channel: str) -> str:
        """The channel's name; raises `Refused` where the app was not invited to it."""
        found = self._ask("conversations.info", {"channel": channel}).get("channel") or {}
        if not found.get("is_member"):
            name = found.get("name", channel)
            raise Refused(f"The app is not in #{name}; invite it there: /invite and the app's name.")
        return str(found.get("name", channel))

    def post(self, channel: str, text: str, ours: str, thread: str = "") -> str:
        """Posts plain text; answers with its `ts`."""
        metadata = {"event_type": EVENT_TYPE, "event_payload": {"id": ours}}
        asked = {"channel": channel, "text": escaped(text), "metadata": metadata, "unfurl_links": False}
        return _text(self._tell("chat.postMessage", **asked, **({"thread_ts": thread} if thread else {})), "ts")

    def tick(self, channel: str, at: str) -> None:
        """Puts a tick to a message; one that is there already is as well."""
        try:
            self._tell("reactions.add", channel=channel, timestamp=at, name="white_check_mark")
        except SystemRefused as refused:
            if "already_reacted" not in str(refused):
                raise

    def since(self, channel: str, oldest: str) -> Iterator[Message]:
        """What was posted in a channel after a `ts`, threads left out, the oldest first."""
        asked = {"channel": channel, "oldest": oldest, "include_all_metadata": "true", "limit": "200"}
        yield from reversed(list(self._pages("conversations.history", channel, asked)))

    def answers(self, channel: str, thread: str) -> Iterator[Message]:
        """What a thread holds below its first message, the oldest first."""
        asked = {"channel": channel, "ts": thread, "limit": "200"}
        yield from (one for one in self._pages("conversations.replies", channel, asked) if one.at != thread)

    def _pages(self, method: str, channel: str, asked: Mapping[str, str]) -> Iterator[Message]:
        cursor = ""
        while True:
            page = self._ask(method, {**asked, **({"cursor": cursor} if cursor else {})})
            yield from _messages(channel, page.get("messages", []))
            cursor = (page.get("response_metadata") or {}).get("next_cursor", "")
            if not cursor:
                return

    def _ask(self, method: str, params: Mapping[str, str]) -> SlackResponse:
        return self._answer(method, lambda web: web.api_call(method, params=dict(params)))

    def _tell(self, method: str, **told: object) -> SlackResponse:
        return self._answer(method, lambda web: web.api_call(method, json=told))

    def _answer(self, method: str, ask: Callable[[WebClient], SlackResponse]) -> SlackResponse:
        from slack_sdk.errors import SlackApiError, SlackClientError

        try:
            return ask(self.web)
        except SlackApiError as error:
            raise _refused(method, error.response) from None
        except (SlackClientError, URLError, OSError, ValueError) as error:
            raise SystemDown(
                f"Slack did not answer, or not to the end ({type(error).__name__}); try again later."
            ) from None


def message(channel: str, event: Mapping[str, Any]) -> Message | None:
    """What somebody wrote, as an event or a page tells it; None for what is no new message of a person or of ours."""
    ours = _id_of(event.get("metadata"))
    is_said = event.get("type") == "message" and event.get("subtype", "") in SAID
    if not is_said or (event.get("bot_id") and not ours):
        return None
    thread, at, user, text = (str(event.get(name) or "") for name in ("thread_ts", "ts", "user", "text"))
    return Message(channel, at, plain(text), user, "" if thread == at else thread, ours)


def _id_of(metadata: object) -> str:
    """Our own id in the metadata that we gave to a message; empty where another app gave some, or nobody."""
    match metadata:
        case {"event_type": str(kind), "event_payload": {"id": str(ours)}} if kind == EVENT_TYPE:
            return ours
    return ""


def escaped(text: str) -> str:
    """Text as Slack takes it, so that nothing in it mentions anybody or becomes a link of another name."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def plain(text: str) -> str:
    """What somebody wrote in Slack, as a person would read it out."""
    return unescape(_REFERENCE.sub(lambda found: found[2] or found[1].lstrip("@#!"), text))


def _text(answer: SlackResponse, name: str) -> str:
    """A field that each such answer has; raises `SystemDown` for one without."""
    found = answer.get(name)
    if not found or not isinstance(found, str):
        raise SystemDown(f"Slack answered without {name}; it is tried again.")
    return found


def _messages(channel: str, listed: Iterable[Mapping[str, Any]]) -> Iterator[Message]:
    for event in listed:
        one = message(channel, event)
        if one is not None:
            yield one


def _refused(method: str, response: Mapping[str, Any] | SlackResponse) -> Refused:
    said = str(response.get("error", "no reason"))
    status, headers = getattr(response, "status_code", 200), getattr(response, "headers", {})
    if said == "ratelimited" or status == 429:
        seconds = str(headers.get("Retry-After", headers.get("retry-after", "")))
        return SystemBusy("Slack asks for a pause.", float(seconds) if seconds.isdecimal() else 0.0)
    if said in _KEY:
        return WrongKey(f"Slack does not take the token ({said}); make a new one and keep it.")
    if said in _RIGHT:
        needed = f": {response.get('needed')}" if response.get("needed") else ""
        return WrongKey(f"The app lacks a scope for {method}{needed}; add it in Slack and install the app again.")
    if said in _CHANNEL:
        return Refused(f"Slack has no such channel for the app ({said}); check its id and invite the app there.")
    if status >= 500 or said in ("internal_error", "fatal_error", "service_unavailable"):
        return SystemDown(f"Slack failed ({said}).")
    return SystemRefused(f"Slack did not take it ({said}).")
