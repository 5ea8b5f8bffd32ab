"""`phonetui me` and `phonetui accounts`: what a caller is called, and who is logged in where on this computer."""

from __future__ import annotations

from argparse import Namespace

import msgspec

from phonetui.client.account import Account, account_folder, journals, load_accounts, save_account
from phonetui.client.account_server import AccountServer
from phonetui.client.address import host
from phonetui.commands.account import last_used
from phonetui.commands.answer import Answer
from phonetui.commands.call_screen import this_laptop
from phonetui.commands.campaigns import asked
from phonetui.core.refusal import Refused
from phonetui.core.translation import later, tr, tr_n
from phonetui.wire import OwnWishes

NOBODY = later("Nobody is logged in on this computer; type `phonetui join` or `phonetui login URL`.")


def me(arguments: Namespace) -> Answer:
    """What voters are told, and whether other callers see one's counts; changed where something else was typed."""
    laptop = this_laptop()
    account = last_used(laptop)

    async def change(server: AccountServer) -> OwnWishes:
        wishes = await server.wishes()
        wanted = OwnWishes(
            wishes.calling_name if arguments.calling_name is None else arguments.calling_name,
            wishes.on_board if arguments.board is None else arguments.board,
        )
        if wanted != wishes:
            await server.wish(wanted)
            wishes = await server.wishes()
        return wishes

    wishes = asked(change, laptop, account)
    save_account(laptop.folders, msgspec.structs.replace(account, calling_name=wishes.calling_name))
    shown = tr("Other callers see your counts where the campaign has a board.")
    hidden = tr("Other callers do not see your counts; `phonetui me --board` shows them.")
    told = later("Voters are told that you are {name}; `phonetui me --calling-name NAME` changes it.")
    if arguments.calling_name is not None and not arguments.calling_name.strip():
        told = later(
            "An empty calling name is your first name: voters are told that you are {name}. "
            "`phonetui me --calling-name NAME` changes it."
        )
    lines = [
        f"{account.name}, {_named(account)}",
        tr(told, name=wishes.calling_name),
        shown if wishes.on_board else hidden,
    ]
    return Answer("\n".join(lines), wishes)


def list_accounts(arguments: Namespace) -> Answer:
    """Every account on this computer, the one that `phonetui` opens first."""
    accounts = load_accounts(this_laptop().folders)
    lines = [f"{'*' if place == 0 else ' '} {_named(account)}" for place, account in enumerate(accounts)]
    if lines:
        lines.append(tr("`phonetui` opens the one with the star; `phonetui accounts use E-MAIL` another."))
    return Answer("\n".join(lines) or tr(NOBODY), {"accounts": accounts})


def use_account(arguments: Namespace) -> Answer:
    """Makes an account the one that `phonetui` opens. What is unsent stays where it is, and is sent all the same."""
    laptop = this_laptop()
    account = find_account(load_accounts(laptop.folders), arguments.account)
    save_account(laptop.folders, account)
    return Answer(tr("`phonetui` opens {account} from now on.", account=_named(account)), account)


def where_accounts_are(arguments: Namespace) -> Answer:
    """Where the calls of each account are kept."""
    folders = this_laptop().folders
    accounts = load_accounts(folders)
    places = {account: account_folder(folders, account.server_url, account.caller_id) for account in accounts}
    lines = []
    for account, folder in places.items():
        count = len(journals(folders, account.server_url, account.caller_id))
        kept = tr_n("one campaign in {folder}", "{n} campaigns in {folder}", count, folder=folder)
        lines.append(f"{_named(account)}: {kept}")
    facts = [{"account": account, "folder": str(folder)} for account, folder in places.items()]
    return Answer("\n".join(lines) or tr(NOBODY), facts)


def find_account(accounts: tuple[Account, ...], name: str) -> Account:
    """The account of that e-mail, server, or both as `dana@example.org@calls.example.org`; raises `Refused`."""
    found = [each for each in accounts if name.casefold() in _names(each)]
    if len(found) == 1:
        return found[0]
    shown = ", ".join(_named(each) for each in found or accounts)
    if not shown:
        raise Refused(tr(NOBODY))
    if found:
        raise Refused(tr("There are several accounts {name}: {shown}; type E-MAIL@SERVER.", name=name, shown=shown))
    raise Refused(tr("There is no account {name} on this computer; there is {shown}.", name=name, shown=shown))


def _names(account: Account) -> tuple[str, ...]:
    server = host(account.server_url).casefold()
    return account.email.casefold(), server, account.server_url.casefold(), f"{account.email.casefold()}@{server}"


def _named(account: Account) -> str:
    return tr("{email} at {host}", email=account.email, host=host(account.server_url))
