"""The server's line to Slack: a thread that posts what is to be said, and hears what is answered over Socket Mode."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from socket import SHUT_RDWR
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Connection, Engine, and_, or_, update
from sqlalchemy.exc import SQLAlchemyError

from phonetui.core.refusal import Refused
from phonetui.server.connection_tables import connections
from phonetui.server.connectors.connector import SystemBusy, SystemDown, WrongKey
from phonetui.server.connectors.slack import SlackConnector
from phonetui.server.connectors.slack_channel import SILENT, Message, message
from phonetui.server.log import log_failure
from phonetui.server.slack_office import SlackOffice, ToPost

if TYPE_CHECKING:
    from slack_sdk.socket_mode import SocketModeClient
    from slack_sdk.socket_mode.client import BaseSocketModeClient
    from slack_sdk.socket_mode.request import SocketModeRequest

#: Seconds between two looks for what is to be posted.
LOOK_EVERY = 2.0
#: What Slack could not deliver is asked for so often, and whenever the line is there again.
CATCH_UP_EVERY = timedelta(minutes=10)
#: So often is looked for alarms.
ALARMS_EVERY = timedelta(minutes=1)
#: Seconds until a line that failed is tried again: the first time, and at most.
FIRST_REST, LONGEST_REST = 5.0, 300.0
#: One process has the line; another takes it when that one was not heard of for so long.
HELD_FOR = timedelta(seconds=60)
#: What was in doubt is looked for among the messages of so long.
LOOK_BACK = timedelta(days=1)

#: Alarms by an id that stays while they last, each with its sentence.
Alarms = Callable[[Connection], Iterable[tuple[str, str]]]


class SlackLine:
    """One connection's line, from `start` to `stop`. It tries again by itself, and `connections.said` says why."""

    def __init__(
        self,
        engine: Engine,
        campaign_id: str,
        name: str,
        connector: SlackConnector,
        clock: Callable[[], datetime],
        alarms: Alarms = lambda _connection: (),
        look_every: float = LOOK_EVERY,
    ) -> None:
        """`look_every` is in seconds."""
        self._engine = engine
        self._campaign_id = campaign_id
        self._name = name
        self.tokens = connector.tokens
        #: Whether Slack takes these tokens no more.
        self.is_refused = False
        self._slack = connector.slack
        self._settings = connector.settings
        self._clock = clock
        self._alarms = alarms
        self._look_every = look_every
        self._alarmed_at: datetime | None = None
        self._ended = threading.Event()
        self._held_until: datetime | None = None
        self._thread = threading.Thread(target=self._run, name=f"slack {name}", daemon=True)

    def start(self) -> None:
        """Begins to post and to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Ends both; what is under way is done first."""
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        rest = FIRST_REST
        while not self._ended.is_set():
            try:
                rest = self._tried(rest)
            except SQLAlchemyError as error:  # the database may be away for a while
                log_failure(error)
            self._ended.wait(rest)
        with suppress(SQLAlchemyError):  # another process takes the line all the same once it was silent for long
            self._let_go()

    def _tried(self, rest: float) -> float:
        """Seconds until the next try."""
        longer = min(2 * rest, LONGEST_REST)
        try:
            if self._holds():
                self._stay()
        except Refused as refused:
            rest = max(longer, refused.retry_after) if isinstance(refused, SystemBusy) else longer
            self._failed(refused, rest)
            return rest
        except SQLAlchemyError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever Slack answers, the line is not to end without a word
            log_failure(error)
            what = f"The line to Slack failed ({type(error).__name__}) and is tried again by itself"
            self._failed(Refused(f"{what}; the server's log says where."), longer)
            return longer
        return FIRST_REST

    def _stay(self) -> None:
        """Posts and listens until it is to stop, or something fails; raises `Refused` then."""
        socket = self._open()
        try:
            session: str | None = None
            caught_up = self._clock()
            while not self._ended.is_set() and self._holds():
                if socket.session_id() != session or self._clock() - caught_up >= CATCH_UP_EVERY:
                    session, caught_up = socket.session_id(), self._clock()
                    self._catch_up()
                self._post()
                self._works()
                self._ended.wait(self._look_every)
        finally:
            _hang_up(socket)

    # -- out -----------------------------------------------------------------------------------------------------------

    def _post(self) -> None:
        alarms = self._due_alarms()
        with self._engine.begin() as connection:
            waiting = self._office(connection).to_post(alarms)
        for one in waiting:
            with self._engine.begin() as connection:
                self._office(connection).begins(one)
            at = self._found(one) or self._slack.post(self._settings.channel, one.text, one.ours)
            with self._engine.begin() as connection:
                self._office(connection).posted(one, at)
            if one.kind == "question":  # whoever answered before it was known as a question's thread
                self._take(self._slack.answers(self._settings.channel, at))

    def _due_alarms(self) -> Iterable[tuple[str, str]]:
        """Looked for in a transaction of its own that holds no writer up, since a whole campaign may be counted."""
        now = self._clock()
        if self._alarmed_at is not None and self._alarmed_at <= now < self._alarmed_at + ALARMS_EVERY:
            return ()
        self._alarmed_at = now
        with self._engine.execution_options(begin="BEGIN").connect() as connection:
            return list(self._alarms(connection))

    def _found(self, one: ToPost) -> str:
        """Where it stands in the channel if it was in doubt and is there."""
        if not one.in_doubt:
            return ""
        oldest = f"{(self._clock() - LOOK_BACK).timestamp():.6f}"
        said = self._slack.since(self._settings.channel, oldest)
        return next((there.at for there in said if there.ours == one.ours), "")

    # -- in ------------------------------------------------------------------------------------------------------------

    def _open(self) -> SocketModeClient:
        from slack_sdk.socket_mode import SocketModeClient

        _, app_token = self.tokens
        address = self._slack.open_socket(app_token)
        socket = SocketModeClient(app_token, logger=SILENT, web_client=self._slack.web)
        socket.wss_uri = address
        socket.socket_mode_request_listeners.append(self._came)
        socket.connect()
        if not socket.is_connected():
            socket.close()
            raise Refused("Slack's Socket Mode cannot be reached; it is tried again.")
        return socket

    def _came(self, socket: BaseSocketModeClient, request: SocketModeRequest) -> None:
        """Slack sends again what is not acknowledged, so that comes once it is kept."""
        from slack_sdk.socket_mode.response import SocketModeResponse

        event = request.payload.get("event", {}) if request.type == "events_api" else {}
        one = message(str(event.get("channel", "")), event)
        reply = self._hear(one) if one else None
        try:
            socket.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))
        finally:  # what is kept is told so, though the line ends meanwhile
            if one is not None:
                self._reply(one, reply)

    def _catch_up(self) -> None:
        with self._engine.begin() as connection:
            office = self._office(connection)
            threads, since = office.threads(), office.heard_through()
        missed = [one for thread in threads for one in self._slack.answers(self._settings.channel, thread)]
        if self._settings.notices:
            missed += self._slack.since(self._settings.notices, since)
        self._take(sorted(missed, key=lambda one: one.at))

    def _take(self, said: Iterable[Message]) -> None:
        for one in said:
            self._reply(one, self._hear(one))

    def _hear(self, one: Message) -> str | None:
        with self._engine.begin() as connection:
            return self._office(connection).hear(one, self._settings.notices)

    def _reply(self, one: Message, reply: str | None) -> None:
        """A tick says that it has gone on to the callers; else a sentence why not."""
        if reply == "":
            self._slack.tick(one.channel, one.at)
        elif reply is not None:
            self._slack.post(one.channel, reply, f"reply-{one.at}", one.thread or one.at)

    # -- the database --------------------------------------------------------------------------------------------------

    def _office(self, connection: Connection) -> SlackOffice:
        return SlackOffice(connection, self._campaign_id, self._name, self._clock())

    def _holds(self) -> bool:
        """Takes the line for this process, or keeps it; False while another has it."""
        now = self._clock()
        of_a_clock_put_back_since = connections.c.busy_until > now + 2 * HELD_FOR
        free = or_(
            of_a_clock_put_back_since,
            connections.c.busy_until.is_(None),
            connections.c.busy_until <= now,
            connections.c.busy_until == self._held_until,
        )
        with self._engine.begin() as connection:
            taken = connection.execute(update(connections).where(self._this(), free).values(busy_until=now + HELD_FOR))
        self._held_until = now + HELD_FOR if taken.rowcount else None
        return self._held_until is not None

    def _let_go(self) -> None:
        if self._held_until is not None:
            with self._engine.begin() as connection:
                mine = and_(self._this(), connections.c.busy_until == self._held_until)
                connection.execute(update(connections).where(mine).values(busy_until=None))

    def _works(self) -> None:
        self.is_refused = False
        with self._engine.begin() as connection:
            failed = and_(self._this(), connections.c.said != "")
            connection.execute(update(connections).where(failed).values(said="", tries=0, rests_until=None))

    def _failed(self, refused: Refused, rest: float) -> None:
        """Kept as of any connection: silence needs a look once it lasts, and what waits for somebody at once."""
        self.is_refused = isinstance(refused, WrongKey)
        is_silent, passes = isinstance(refused, SystemDown), isinstance(refused, SystemDown | SystemBusy)
        values = {
            "said": str(refused),
            "tries": connections.c.tries + 1 if is_silent else 0,
            "rests_until": self._clock() + timedelta(seconds=rest) if passes else None,
        }
        with self._engine.begin() as connection:
            connection.execute(update(connections).where(self._this()).values(values))

    def _this(self) -> ColumnElement[bool]:
        return and_(connections.c.campaign_id == self._campaign_id, connections.c.name == self._name)


def _hang_up(socket: SocketModeClient) -> None:
    """Closes it at once; by itself slack-sdk would first wait for whatever comes."""
    socket.auto_reconnect_enabled = False
    line = socket.current_session.sock if socket.current_session else None
    if line is not None:
        with suppress(OSError):
            line.shutdown(SHUT_RDWR)
    socket.close()
