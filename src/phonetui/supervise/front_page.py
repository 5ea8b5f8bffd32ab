"""The three pages of the evening: now, what there is to do, privacy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual import events
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from phonetui.client.evening_view import state_words
from phonetui.client.supervisors_desk import SupervisorsDesk
from phonetui.core.translation import tr, tr_n
from phonetui.screen.line import BLANK, Line, Role, Span, cells_of, fit, fit_line, pad, text_lines
from phonetui.screen.pane import Pane
from phonetui.screen.sizes import SIDE_BY_SIDE, WIDE
from phonetui.supervise.actions import ACTIONS, PAGES, PageName, SupervisorsAction
from phonetui.supervise.charts import CHARTS, Chart, can_draw
from phonetui.supervise.deeds import DEEDS
from phonetui.supervise.now_lines import caller_lines, figure_lines, look_lines
from phonetui.supervise.page import Page

BY_KEY = {action.key: action for action in ACTIONS}
#: From this height on, in a wide window, every chart is in view.
TALL = 34
#: Rows that a page of callers moves by.
PAGE_OF_CALLERS = 10


class FrontPage(Page):
    """What is open from the start to the end; every other page lies over it."""

    def __init__(self, desk: SupervisorsDesk) -> None:
        super().__init__(desk)
        self.shown: PageName = "now"
        self._chosen = self._top = 0
        self._charts = {name: Chart(name, desk, draws=can_draw()) for name in CHARTS}
        self._chart = ""  # the first one; in a narrow window none, but the callers

    @property
    def name_of_page(self) -> PageName:
        """Which of the three is in view."""
        return self.shown

    def body(self) -> Iterable[Widget]:
        """The evening, and in its place a menu."""
        with_charts = Horizontal(
            Pane(self._caller_lines, "callers"), Pane(lambda w, h: [], classes="rule"),
            Vertical(*self._charts.values(), id="charts"), id="middle",
        )  # fmt: skip
        yield Vertical(
            Pane(lambda width, height: [], classes="row"),
            Pane(self._figure_lines, "figures"),
            Pane(self._look_lines, "looks"),
            Pane(lambda width, height: [], classes="row"),
            with_charts,
            id="now",
        )
        yield Pane(self._menu_lines, "menu")

    def hints(self) -> Sequence[tuple[str, str]]:
        """The foot's keys."""
        offline = [] if self.desk.line.is_up else [action for action in ACTIONS if action.id == "refresh"]
        on_foot = [*offline, *(action for action in ACTIONS if action.foot)]
        chart = [action for action in ACTIONS if action.id == "chart" and self.shown == "now" and not self._is_roomy]
        return [(action.key, tr(action.label)) for action in [*on_foot[:-2], *chart, on_foot[-1], on_foot[-2]]]

    def on_mount(self) -> None:
        """The first page."""
        super().on_mount()
        self._arrange()

    def on_resize(self, event: events.Resize) -> None:
        """More room, more charts."""
        self._arrange()

    def draw(self) -> None:
        """Show what changed, of the charts too."""
        super().draw()
        for chart in self._charts.values():
            chart.draw()

    def press(self, key: str) -> None:
        """A page's digit, an action's key, or choosing in a menu."""
        for name, (its_key, _) in PAGES.items():
            if key == its_key:
                self.show_page(name)
                return
        if key in BY_KEY:
            DEEDS[BY_KEY[key].id](self)
        elif key == "tab":
            names = list(PAGES)
            self.show_page(names[(names.index(self.shown) + 1) % len(names)])
        elif key == "escape":
            self.show_page("now")
        elif key in ("up", "down", "pageup", "pagedown"):
            self._move(key)
        elif key == "enter" and self.shown != "now":
            DEEDS[self._menu()[self._chosen].id](self)

    def show_page(self, name: PageName) -> None:
        """Turn to a page."""
        if name != self.shown:
            self.shown, self._chosen = name, 0
            self._arrange()
        self.draw()

    def leave(self) -> None:
        """The evening goes on without a supervisor."""
        self.app.exit()

    def next_chart(self) -> None:
        """The next chart in the place of this one; in a narrow window the callers again after the last."""
        names = ["", *CHARTS] if self.has_class("-stacked") else list(CHARTS)
        at = names.index(self._chart) if self._chart in names else 0
        self._chart = names[(at + 1) % len(names)]
        self._arrange()

    def _arrange(self) -> None:
        """What is in view of all this in a window of this size."""
        self.set_class(self.shown == "now", "-now")
        self.set_class(self.size.width < SIDE_BY_SIDE and bool(self._chart), "-charts")
        roomy = self._is_roomy
        self.set_class(roomy, "-all")
        for name, chart in self._charts.items():
            chart.display = roomy or name == (self._chart or next(iter(CHARTS)))

    @property
    def _is_roomy(self) -> bool:
        return self.size.width >= WIDE and self.size.height >= TALL

    def _move(self, key: str) -> None:
        down = key in ("down", "pagedown")
        if self.shown == "now":
            step = PAGE_OF_CALLERS if key.startswith("page") else 1
            most = len(self.desk.evening.callers) - 1 if self.desk.evening else 0
            self._top = min(max(self._top + (step if down else -step), 0), max(most, 0))
        else:
            self._chosen = min(max(self._chosen + (1 if down else -1), 0), len(self._menu()) - 1)

    def _menu(self) -> list[SupervisorsAction]:
        return [action for action in ACTIONS if action.page == self.shown]

    # -- lines -------------------------------------------------------------------------------------------------------

    def _figure_lines(self, width: int, height: int) -> list[Line]:
        evening = self.desk.evening
        if evening is None:
            waits = self.desk.line.state == "connecting"
            said = tr("The evening is on its way…") if waits else tr("The evening comes once the server answers.")
            return text_lines(said, width, "quiet")
        return figure_lines(evening, self.desk.now, width)

    def _look_lines(self, width: int, height: int) -> list[Line]:
        return look_lines(self.desk.evening, self.desk.now, width) if self.desk.evening else []

    def _caller_lines(self, width: int, height: int) -> list[Line]:
        evening = self.desk.evening
        return caller_lines(evening, self.desk.now, self._top, width, height) if evening else []

    def _menu_lines(self, width: int, height: int) -> list[Line]:
        actions = self._menu()
        label = max(cells_of(tr(action.label)) for action in ACTIONS) + 2
        lines: list[Line] = [BLANK]
        for place, action in enumerate(actions):
            role: Role = "accent" if place == self._chosen else "text"
            mark = "▸" if place == self._chosen else " "
            row: Line = (
                Span(f"{mark} ", role, action.key),
                Span(f"{action.key}  ", "accent", action.key),
                *pad((Span(tr(action.label), role, action.key),), label),
                Span(fit(self._menu_words(action), width - label - 5), "quiet", action.key),
            )
            lines.append(fit_line(row, width))
        return lines

    def _menu_words(self, action: SupervisorsAction) -> str:
        """What the action is for; in place of it what waits for it now."""
        evening = self.desk.evening
        if evening is not None and action.id == "answer" and evening.questions:
            return tr_n("{n} question waits.", "{n} questions wait.", len(evening.questions))
        if evening is not None and action.id == "pause" and evening.state != "open":
            return tr("The campaign is {state}: open it again.", state=state_words(evening))
        return tr(action.help)
