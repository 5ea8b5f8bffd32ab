"""Every line that the screen could draw of a voter, a campaign and a caller, without a screen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from phonetui.client.received import cleaned
from phonetui.client.view import Line as Connection
from phonetui.client.view import Said, View
from phonetui.client.waiting import why
from phonetui.core import call_flow
from phonetui.core.call import Call
from phonetui.core.call_actions import Note, Result, Show
from phonetui.core.keymap import keymap
from phonetui.core.tally import Tally
from phonetui.screen.line import Line, reach
from phonetui.screen.pane import safe
from phonetui.screen.picking import choice_lines
from phonetui.tui.presentation import answers, bars, results, script, voter, words
from phonetui.tui.presentation.help import help_lines
from phonetui.wire import Out
from tests.torture.hostile.campaign import NOW, household, lending, reply, session
from tests.torture.hostile.coming_out import wrong_lines

#: The panes' sizes in cells at 60, 80 and 120 columns, and what no pane is.
SIZES = ((58, 6), (22, 20), (36, 20), (78, 30), (3, 3))


def wrong_drawings(text: str, width: int, height: int) -> Iterator[str]:
    """What is wrong with the lines that are drawn in a pane of that size where every text is this one."""
    drawn = [safe(line, width) for line in _lines(_view(text), width, height)]
    letters = "\n".join("".join(span.text for span in line) for line in drawn)
    yield from (f"{each} is drawn" for each in wrong_lines(letters))
    if any(reach(line) > width for line in drawn):
        yield f"{max(map(reach, drawn))} cells are drawn in {width}"


def _view(text: str) -> View:
    sent = lending(reply(lambda path: text, NOW), [household(1, text, lambda path: text)])
    answer, caller = cleaned(sent), cleaned(session(lambda path: text))
    campaign = answer.campaign
    assert campaign is not None
    shown, _ = call_flow.act(campaign, Call(), Show(answer.leases[0].household, NOW), 1.0)
    call, _ = call_flow.act(campaign, shown, Note(text), 2.0)
    call, _ = call_flow.act(campaign, call, Result(campaign.dispositions[-2].id), 3.0)
    return View(
        campaign=campaign,
        caller_name=caller.name,
        call=call,
        tally=Tally(),
        on_hand=1,
        unsent=1,
        rejected=1,
        line=Connection("offline", NOW, NOW + timedelta(seconds=9), answer.notices[0].text),
        now=NOW,
        said=Said(answer.notices[0].text, "alarm"),
        waiting=why(campaign, "paused", Connection("online"), Out(), None, None, 0, NOW),
        neighbours=(answer.leases[0].household,),
    )


def _lines(view: View, width: int, height: int) -> Iterator[Line]:
    keys, campaign = keymap(view.campaign, {}), view.campaign
    assert view.said is not None
    assert campaign is not None
    yield from voter.voter_lines(view, keys, width, height)
    yield from voter.whole_voter_lines(view, keys, width)
    yield from voter.short_voter_lines(view, keys, width, height)
    yield from script.script_lines(view, keys, width, height)
    yield script.place_line(view, keys, more=False)
    yield from results.result_lines(view, keys, width, height)
    yield from results.stacked_result_lines(view, keys, width, low=True)
    yield from answers.answer_lines(answers.found(view, ""), 0, width)
    yield from help_lines(view, keys, width)
    yield from words.waiting_lines(view, width)
    yield from bars.saved_lines(view.said, keys, width)
    yield from bars.saved_lines(Said(view.said.text, "saved", undo=True), keys, width)
    yield bars.title_line(view, width)
    yield from bars.confirming_lines(view, keys, width)
    yield bars.why_offline_line(view, width)
    yield bars.status_line(view, keys, width)
    yield from choice_lines(campaign.words(campaign.dispositions[0].label), [("1", view.said.text)], width)
