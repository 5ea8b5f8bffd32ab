"""The command line of `phonetui`: every command, its options, and the function that carries it out."""

from __future__ import annotations

import argparse
import re
from argparse import ArgumentParser, BooleanOptionalAction
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from phonetui.commands.command_line import Parser
from phonetui.commands.connect_arguments import add_connect
from phonetui.commands.privacy_arguments import add_privacy, add_rights, add_states
from phonetui.core.report import BY, FORMATS
from phonetui.core.translation import later, tr

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    Commands = _SubParsersAction[ArgumentParser]

ROLES = ("caller", "supervisor", "owner")
UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def parser() -> ArgumentParser:
    """The whole command line. A parsed command has `run`, the name `module:function` of what carries it out."""
    top: ArgumentParser = Parser(
        prog="phonetui",
        description=tr("A phone bank in a terminal. Without a command: open the call screen."),
        epilog=tr("Try it without a campaign: phonetui demo. Read more: phonetui help."),
    )
    top.set_defaults(run="call_screen:open_call_screen", json=False)
    top.add_argument(
        "--version", action="store_const", dest="run", const="guide:show_version", help=tr("print the version")
    )
    _add_plain(top, default=False)
    _add_password_stdin(top, default=False)
    commands = top.add_subparsers(metavar="COMMAND", title=tr("commands"))
    _add_callers_commands(commands)
    server = commands.add_parser("server", help=tr("run a campaign: phonetui server --help"), description=tr(_SERVER))
    _add_server_commands(server.add_subparsers(metavar="COMMAND", title=tr("commands"), required=True))
    return top


def _add_plain(to: ArgumentParser, default: bool | str) -> None:
    said = tr("line by line in plain text, for screen readers, braille and narrow or dumb terminals")
    to.add_argument("--plain", action="store_true", default=default, help=said)


def _add_password_stdin(to: ArgumentParser, default: bool | str = argparse.SUPPRESS) -> None:
    said = tr("read the password from standard input")
    to.add_argument("--password-stdin", action="store_true", default=default, help=said)


def duration(text: str) -> timedelta:
    """`12h`, `7d` or `2w`."""
    match = re.fullmatch(r"([1-9][0-9]{0,3})([hdw])", text)
    if not match:
        raise argparse.ArgumentTypeError(tr("{text} is not a time; write 12h, 7d or 2w", text=repr(text)))
    return int(match[1]) * UNITS[match[2]]


def _count(text: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,5}", text):
        raise argparse.ArgumentTypeError(tr("{text} is not a number from 1 on", text=repr(text)))
    return int(text)


def _import(text: str) -> tuple[str, int]:
    campaign_id, _, number = text.rpartition("/")
    if not campaign_id:
        raise argparse.ArgumentTypeError(
            tr("{text} is not an import; write CAMPAIGN/NUMBER, as the import printed it", text=repr(text))
        )
    return campaign_id, _count(number)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(tr("{text} is not a date; write 2026-10-06", text=repr(text))) from None


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= 65535):
        raise argparse.ArgumentTypeError(tr("{text} is not a port; write a number up to 65535", text=repr(text)))
    return int(text)


# -- for callers -------------------------------------------------------------------------------------------------------


def _add_callers_commands(commands: Commands) -> None:
    demo = _command(commands, "demo", "demo:demo", tr("try it: a sample campaign on this machine, nothing to set up"))
    demo.add_argument("--data", type=Path, metavar="DIR", help=tr("keep the demo here; without it all is gone on exit"))
    demo.add_argument(
        "--shaky",
        action="store_true",
        help=tr("over a bad line: of its requests 3 in 10 meet a fault; F9 pulls the plug"),
    )
    _add_plain(demo, default=argparse.SUPPRESS)

    login = _command(commands, "login", "account:login", tr("log in to a campaign server"), prints=True)
    login.add_argument(
        "url",
        nargs="?",
        metavar="URL",
        help=tr("the campaign server's address, or zetkin:DOMAIN; the one last used if left out"),
    )
    login.add_argument("--email", metavar="E", help=tr("the account's e-mail; asked for otherwise"))
    _add_password_stdin(login)
    login.add_argument("--forgotten", action="store_true", help=tr("choose a new password, with a code by mail"))

    join = _command(
        commands, "join", "account:join", tr("make an account from an invitation, which it asks for"), prints=True
    )
    join.set_defaults(asks=tr("the link"))
    _add_password_stdin(join)
    _add_own_commands(commands)

    practice = _command(commands, "practice", "practice:practise", tr("practise with invented voters; nothing is sent"))
    _add_plain(practice, default=argparse.SUPPRESS)
    _command(commands, "keys", "keys:list_keys", tr("every key, with the campaign's results and your own"), prints=True)

    logout = _command(commands, "logout", "account:logout", tr("log out and remove the voters from here"), prints=True)
    logout.add_argument("--discard", type=int, default=0, metavar="N", help=tr("give up N entries that are not sent"))

    _add_outbox_commands(_group(commands, "outbox", tr("what the campaign does not have yet: list, send, export")))
    _add_settings_commands(commands)
    _add_dial_commands(_group(commands, "dial", tr("what places your calls: check, password")))
    running = _command(commands, "supervise", "supervise:supervise", tr("run an evening: callers, questions, lists"))
    running.add_argument("campaign", nargs="?", metavar="CAMPAIGN", help=tr("which, where you run several"))
    _add_plain(running, default=argparse.SUPPRESS)
    _command(commands, "doctor", "doctor:doctor", tr("check this computer and the line to the campaign"), prints=True)

    pages = _command(commands, "help", "guide:show_topic", tr("read a page of the guide: phonetui help TOPIC"))
    pages.add_argument("topic", nargs="?", metavar="TOPIC", help=tr("which page; without it, what there is"))


def _add_own_commands(commands: Commands) -> None:
    me = _command(
        commands, "me", "own_account:me", tr("what voters are told you are called, and the board"), prints=True
    )
    me.add_argument("--calling-name", metavar="NAME", help=tr("the name in the script; an empty one is your first"))
    me.add_argument(
        "--board", action=BooleanOptionalAction, default=None, help=tr("whether other callers see your counts")
    )

    listed = _command(
        commands, "campaigns", "campaigns:list_campaigns", tr("the campaigns open to you, and phone banks"), prints=True
    ).add_subparsers(metavar="COMMAND", title=tr("commands"))
    for name, run, what in (
        ("sign-up", "campaigns:sign_up", tr("sign up for a phone bank")),
        ("cancel", "campaigns:cancel", tr("sign off a phone bank")),
    ):
        _command(listed, name, run, what, prints=True).add_argument(
            "name", metavar="NAME", help=tr("as the list shows it")
        )
    file = _command(
        listed, "calendar", "campaigns:write_calendar", tr("your phone banks as a calendar file"), prints=True
    )
    file.add_argument("file", type=Path, metavar="FILE.ics")
    file.add_argument("--force", action="store_true", help=tr("replace the file if it is there already"))

    accounts = _command(
        commands, "accounts", "own_account:list_accounts", tr("who is logged in where on this computer"), prints=True
    ).add_subparsers(metavar="COMMAND", title=tr("commands"))
    _command(accounts, "list", "own_account:list_accounts", tr("every account, the one in use first"), prints=True)
    use = _command(accounts, "use", "own_account:use_account", tr("open this account from now on"), prints=True)
    use.add_argument("account", metavar="E-MAIL", help=tr("or its server, or E-MAIL@SERVER"))
    _command(accounts, "where", "own_account:where_accounts_are", tr("where the calls of each are kept"), prints=True)


def _add_settings_commands(commands: Commands) -> None:
    settings = _command(
        commands, "settings", "settings:show_settings", tr("how phonetui looks and which keys do what"), prints=True
    )
    change = _command(
        settings.add_subparsers(metavar="COMMAND", title=tr("commands")),
        "set",
        "settings:change_setting",
        tr("change one, such as: phonetui settings set theme light"),
        prints=True,
    )
    change.add_argument("name", metavar="NAME", help=tr("which; keys.ACTION for the keys of one action"))
    change.add_argument("value", nargs="+", metavar="VALUE", help=tr("its value; for keys one or several"))


def _add_dial_commands(commands: Commands) -> None:
    tries = _command(
        commands, "check", "dial:check", tr("which engine works here, with a test call to your echo"), prints=True
    )
    _add_password_stdin(tries)
    keep = _command(commands, "password", "dial:password", tr("keep the SIP account's password"), prints=True)
    _add_password_stdin(keep)


def _add_outbox_commands(commands: Commands) -> None:
    _command(
        commands, "list", "outbox:list_outbox", tr("what is unsent, and what the campaign did not take"), prints=True
    )
    _command(
        commands, "send", "outbox:send_outbox", tr("send what is unsent now, without the call screen"), prints=True
    )
    export = _command(
        commands, "export", "outbox:export_outbox", tr("write what is unsent to a file for the campaign"), prints=True
    )
    export.description = tr(
        "Write what is unsent, and what the campaign did not take, to a new file, for `phonetui server results import` "
        "on the campaign's server. Everything stays here too until the campaign has confirmed it, and counts once. "
        "The file holds results and notes, readable to whoever has it; names and numbers are not in it."
    )
    export.add_argument("file", type=Path, metavar="FILE", help=tr("a file that is not there yet"))
    export.add_argument("--account", metavar="E", help=tr("whose, where several have entries here: e-mail or server"))


# -- for campaigns -----------------------------------------------------------------------------------------------------

_SERVER = later("Run a campaign. Each command takes --data DIR, or --database URL for PostgreSQL.")


def _add_server_commands(commands: Commands) -> None:
    init = _server_command(
        commands, "init", "campaign:init", tr("an empty campaign server; prints the owner's join link")
    )
    init.add_argument(
        "--url", default="http://127.0.0.1:8321", help=tr("where callers will find it (http://127.0.0.1:8321)")
    )
    _add_campaign_commands(_group(commands, "campaign", tr("campaigns: new, check, add, list, pause, close, keep")))
    _add_voters_commands(_group(commands, "voters", tr("voters: import, undo, mark, find, show, erase")))
    places = _group(commands, "places", tr("polling places by precinct: import"))
    _campaign_and_file(_server_command(places, "import", "voters:import_places", tr("polling places from a CSV file")))

    invite = _server_command(commands, "invite", "campaign:invite", tr("print a join link"))
    invite.add_argument("campaign", metavar="CAMPAIGN")
    invite.add_argument("--role", choices=ROLES, default="caller", help=tr("what those who join may do (caller)"))
    invite.add_argument("--uses", type=_count, default=1, metavar="N", help=tr("how many may join with it (1)"))
    invite.add_argument("--expires", type=duration, default="7d", metavar="TIME", help="12h, 7d, 2w (7d)")

    _add_supervisors_commands(commands)
    add_privacy(commands, _server_command, _group)
    _add_report_command(commands)
    results = _group(commands, "results", tr("what came of the calls: export, reports, import, view"))
    export = _server_command(
        results, "export", "results:export_results", tr("one row per attempt, corrections applied")
    )
    reports = _server_command(results, "reports", "results:export_reports", tr("what callers reported to the campaign"))
    for command in (export, reports):
        command.add_argument("campaign", metavar="CAMPAIGN")
        command.add_argument("--out", type=Path, metavar="FILE.csv", help=tr("write to this file, not to the screen"))
        command.add_argument("--force", action="store_true", help=tr("replace the file if it is there already"))
    taken = _server_command(
        results, "import", "results:import_results", tr("take in what a laptop's outbox export wrote")
    )
    taken.add_argument("file", type=Path, metavar="FILE")
    view = _server_command(results, "view", "results:make_view", tr("results for programs that read SQL"))
    view.add_argument("campaign", nargs="?", metavar="CAMPAIGN", help=tr("of this one alone; without it, of all"))
    view.add_argument("--drop", action="store_true", help=tr("take the view away again"))

    mail = _server_command(commands, "mail", "server_mail:set_mail", tr("send codes by mail to those who join"))
    mail.add_argument("--smtp", metavar="URL", help=tr("the mail server, such as smtp://calls@mail.example.org:587"))
    mail.add_argument("--from", dest="sender", metavar="ADDRESS", help=tr("whom the mail comes from"))
    mail.add_argument("--off", action="store_true", help=tr("send no mail any more"))
    _add_bridge_command(commands)
    add_connect(commands, _server_command)
    accounts = _group(commands, "accounts", tr("callers' accounts: allow, code"))
    code = _server_command(
        accounts, "code", "server_mail:give_code", tr("a code for a forgotten password, to be told in person")
    )
    code.add_argument("email", metavar="EMAIL")
    allow = _server_command(
        accounts, "allow", "server_mail:allow", tr("give out a key again after a forgotten password")
    )
    allow.add_argument("email", metavar="EMAIL")

    backup = _server_command(commands, "backup", "serving:backup", tr("a consistent copy, also while serving"))
    backup.add_argument("file", type=Path, metavar="FILE")
    back = _server_command(commands, "restore", "serving:restore", tr("put a backup in the place of the database"))
    back.add_argument("file", type=Path, nargs="?", metavar="FILE", help=tr("the backup; none after pg_restore"))
    _server_command(commands, "upgrade", "serving:upgrade", tr("bring the database to this phonetui's version"))
    _add_run(commands)


def _add_report_command(commands: Commands) -> None:
    report = _server_command(commands, "report", "server_report:report", tr("figures and pictures of the calls"))
    report.add_argument("campaign", metavar="CAMPAIGN")
    report.add_argument("--by", choices=BY, help=tr("by one thing alone: {things}", things=", ".join(BY)))
    report.add_argument("--format", choices=FORMATS, default="table", help=", ".join(FORMATS))
    report.add_argument("--from", dest="since", type=_day, metavar="DATE", help=tr("the first day, such as 2026-10-06"))
    report.add_argument("--to", dest="until", type=_day, metavar="DATE", help=tr("the last day"))
    report.add_argument("--out", type=Path, metavar="FILE", help=tr("write to this file, not to the screen"))
    report.add_argument("--force", action="store_true", help=tr("replace the file if it is there already"))


def _add_bridge_command(commands: Commands) -> None:
    bridge = _server_command(commands, "bridge", "server_bridge:set_bridge", tr("place calls through an Asterisk"))
    bridge.add_argument("--ari", metavar="URL", help=tr("its ARI, such as http://phonetui@127.0.0.1:8088/ari"))
    bridge.add_argument("--trunk", metavar="DIALED", help=tr("what it dials; see phonetui help bridge"))
    bridge.add_argument("--number", metavar="NUMBER", help=tr("the campaign's number, which those who are called see"))
    bridge.add_argument("--application", metavar="NAME", default="phonetui", help=tr("our name there (phonetui)"))
    bridge.add_argument("--off", action="store_true", help=tr("place no calls through it any more"))


def _add_supervisors_commands(commands: Commands) -> None:
    asked = _server_command(commands, "questions", "questions:list_questions", tr("what callers ask and wait to hear"))
    answer = _server_command(commands, "answer", "questions:answer_question", tr("answer a caller's question"))
    notice = _server_command(commands, "notice", "questions:notice", tr("tell everybody who calls"))
    for command in (asked, answer, notice):
        command.add_argument("campaign", metavar="CAMPAIGN")
    answer.add_argument("number", type=_count, metavar="NUMBER", help=tr("as the list of questions shows it"))
    for command in (answer, notice):
        command.add_argument("text", metavar="TEXT", help=tr("a sentence or two, in quotes"))


def _add_campaign_commands(commands: Commands) -> None:
    new = _server_command(commands, "new", "campaign:new", tr("write a commented campaign file to start from"))
    new.add_argument("file", type=Path, metavar="FILE.yaml")
    check = _server_command(commands, "check", "campaign:check", tr("find every mistake in a campaign file"))
    check.add_argument("file", type=Path, metavar="FILE.yaml")
    add = _server_command(commands, "add", "campaign:add", tr("take a campaign file, or its newer version, into use"))
    add.add_argument("file", type=Path, metavar="FILE.yaml")
    _server_command(commands, "list", "campaign:list_campaigns", tr("the campaigns of this server"))
    add_states(commands, _server_command)


def _add_voters_commands(commands: Commands) -> None:
    load = _server_command(commands, "import", "voters:import_voters", tr("take a voter file into a campaign"))
    load.add_argument("--dry-run", action="store_true", help=tr("only say what would be done"))
    mark = _server_command(commands, "mark", "voters:mark_voters", tr("stop calls to the voters in a file"))
    for command in (load, mark):
        _campaign_and_file(command)
        command.add_argument(
            "--map", type=Path, metavar="FILE.yaml", help=tr("which column is what, where not recognised")
        )
    add_rights(commands, _server_command)
    undo = _server_command(commands, "undo", "voters:take_back", tr("take an import back"))
    undo.add_argument("imported", type=_import, metavar="IMPORT", help=tr("as the import printed it: CAMPAIGN/NUMBER"))
    why = mark.add_mutually_exclusive_group(required=True)
    why.add_argument("--voted", dest="how", action="store_const", const="voted", help=tr("they have voted"))
    why.add_argument(
        "--do-not-call", dest="how", action="store_const", const="do_not_call", help=tr("they do not want to be called")
    )


def _add_run(commands: Commands) -> None:
    run = _server_command(commands, "run", "serving:run", tr("serve callers until stopped"))
    run.add_argument("--host", default="127.0.0.1", help=tr("the address to listen on (127.0.0.1)"))
    run.add_argument("--port", type=_port, default=8321, help=tr("the port to listen on (8321)"))
    run.add_argument("--tls-certificate", type=Path, metavar="FILE", help=tr("PEM certificate chain, for https"))
    run.add_argument("--tls-key", type=Path, metavar="FILE", help=tr("its PEM private key"))
    run.add_argument("--behind-proxy", action="store_true", help=tr("a proxy in front of this server does the https"))


# -- what rows share ---------------------------------------------------------------------------------------------------


def _command(commands: Commands, name: str, run: str, what: str, *, prints: bool = False) -> ArgumentParser:
    command = commands.add_parser(name, help=what, description=f"{what[0].upper()}{what[1:]}.")
    command.set_defaults(run=run)
    if prints:
        command.add_argument("--json", action="store_true", help=tr("print the result as JSON"))
    return command


def _server_command(commands: Commands, name: str, run: str, what: str) -> ArgumentParser:
    command = _command(commands, name, run, what, prints=True)
    command.add_argument("--data", type=Path, metavar="DIR", help=tr("the server's folder (one of your own otherwise)"))
    command.add_argument("--database", metavar="URL", help=tr("a PostgreSQL database in place of the folder's SQLite"))
    return command


def _group(commands: Commands, name: str, what: str) -> Commands:
    group = commands.add_parser(name, help=what, description=f"{what[0].upper()}{what[1:]}.")
    return group.add_subparsers(metavar="COMMAND", title=tr("commands"), required=True)


def _campaign_and_file(command: ArgumentParser) -> None:
    command.add_argument("campaign", metavar="CAMPAIGN")
    command.add_argument("file", type=Path, metavar="FILE")
