"""`phonetui login`, `join` and `logout`."""

from __future__ import annotations

import asyncio
import sys
from argparse import Namespace

import msgspec

from phonetui.client.account import Account, load_accounts, save_account
from phonetui.client.account_server import server_of
from phonetui.client.address import host, join_link, server_url
from phonetui.client.campaign_server import NoExchange
from phonetui.client.clock import SystemClock
from phonetui.client.credentials import NOT_KEPT
from phonetui.client.open_campaigns import about, heading
from phonetui.client.sign_in import Laptop, SignedIn, lock_with_password, resume, sign_in, unlock, wrapped_key_file
from phonetui.client.zetkin_address import is_zetkin
from phonetui.commands import asking, call_screen, zetkin
from phonetui.commands.answer import Answer
from phonetui.commands.codes import choose_new_password, join_with_code
from phonetui.commands.front_end import offer_plain
from phonetui.commands.progress import progress
from phonetui.commands.terminal import at_terminal
from phonetui.core.calling_name import calling_name
from phonetui.core.refusal import Refused
from phonetui.core.translation import later, tr, tr_n
from phonetui.wire import Membership

SPOKEN_PASSWORD = later(
    "The password is what voters would have been told that you are called, so no account was made; type "
    "`phonetui join` again."
)
NOBODY = later("Nobody is logged in on this computer; type `phonetui login URL` or `phonetui join`.")


def login(arguments: Namespace) -> Answer | None:
    """Logs in, and opens the call screen where somebody sits at a terminal."""
    scripted = arguments.json or arguments.password_stdin
    address, email = arguments.url, arguments.email
    if address is None:
        account = last_used(call_screen.this_laptop())
        address, email = account.server_url, email or account.email
    if arguments.forgotten and is_zetkin(address):
        raise Refused(tr("Zetkin keeps its passwords itself; choose a new one there, in a browser."))
    if arguments.forgotten:
        laptop, url = call_screen.this_laptop(), server_url(address)
        signed_in, password = choose_new_password(laptop, url, email or asking.email())
        return come_in(laptop, signed_in, password, scripted=scripted)
    return log_in_to(address, email, from_stdin=arguments.password_stdin, scripted=scripted)


def log_in_to(
    address: str, email: str | None = None, *, from_stdin: bool = False, scripted: bool = False
) -> Answer | None:
    """The same for a server whose address was typed."""
    laptop = call_screen.this_laptop()
    if is_zetkin(address):
        return come_in(laptop, zetkin.log_in(laptop, address, from_stdin=from_stdin), scripted=scripted)
    url = server_url(address)
    email = email or asking.email()
    password = asking.password(email, url, from_stdin=from_stdin)
    return come_in(laptop, asyncio.run(sign_in(laptop, url, email, password)), password, scripted=scripted)


def join(arguments: Namespace) -> Answer | None:
    """Makes an account from an invitation, and opens the call screen where somebody sits at a terminal."""
    return join_from(
        asked_link(), from_stdin=arguments.password_stdin, scripted=arguments.json or arguments.password_stdin
    )


def asked_link() -> str:
    """The invitation's link, asked for again where what was pasted is none."""
    return asking.ask_until(tr("Paste the invitation's link:"), join_link)


def join_from(link: str, *, from_stdin: bool = False, scripted: bool = False) -> Answer | None:
    """The same for a link that was typed."""
    laptop = call_screen.this_laptop()
    asking.say(tr("You are joining {host}.", host=host(join_link(link).server_url)))
    name, email = asking.ask(tr("Your name:")), asking.email()
    told = asking.optional(tr("What voters are to call you, if not {name}:", name=calling_name("", name)))
    password = asking.new_password(from_stdin=from_stdin)
    if told and told == password:
        raise Refused(tr(SPOKEN_PASSWORD))
    signed_in = join_with_code(laptop, link, email, name, told, password)
    return come_in(laptop, signed_in, password, scripted=scripted)


def come_in(laptop: Laptop, signed_in: SignedIn, password: str = "", *, scripted: bool = False) -> Answer | None:
    """Remembers which campaign is called for, and opens the call screen unless a script asked.

    `password` is the one that was just typed, if any.
    """
    shown = not scripted and at_terminal()
    campaign = _campaign(signed_in, shown)
    account = signed_in.account
    if campaign is not None:
        account = msgspec.structs.replace(account, campaign_id=campaign.campaign_id)
        save_account(laptop.folders, account)
    if not shown or not account.campaign_id:
        return _welcome(signed_in, campaign)
    offer_plain(laptop.folders.settings_file)
    if password and not signed_in.kept and signed_in.token:
        signed_in = msgspec.structs.replace(signed_in, account=account)
        account = offer_start_without_line(laptop, signed_in, password).account
    return call_screen.call(laptop, account, signed_in)


def _campaign(signed_in: SignedIn, ask: bool) -> Membership | None:
    """The campaign to call for: the only one, else the one that is chosen.

    The first choice, and what a script gets, is the campaign just joined, else the one called for before.
    """
    ask = ask and len(signed_in.campaigns) > 1
    told = asyncio.run(open_to(call_screen.this_laptop(), signed_in)) if ask else ()
    campaigns = told or signed_in.campaigns
    by_choice = sorted(campaigns, key=lambda each: each.campaign_id != signed_in.account.campaign_id)
    if ask and len(by_choice) > 1:
        now = SystemClock().now()
        more = [f"\n     {about(each, now)}" if told else "" for each in by_choice]
        choices = [heading(each) + about_it for each, about_it in zip(by_choice, more, strict=True)]
        return by_choice[asking.choose(tr("Which campaign do you call for?"), choices)]
    return next(iter(by_choice), None)


async def open_to(laptop: Laptop, signed_in: SignedIn) -> tuple[Membership, ...]:
    """The campaigns with all that a caller chooses by; none where the server cannot be asked."""
    server = server_of(laptop.folders, signed_in, laptop.secrets)
    try:
        return await server.campaigns()
    except NoExchange:
        return ()
    finally:
        await server.close()


def _welcome(signed_in: SignedIn, campaign: Membership | None) -> Answer:
    account = signed_in.account
    next_step = tr("No campaign is open to this account yet.")
    if campaign:
        next_step = tr("`phonetui` opens {campaign}.", campaign=campaign.name)
    welcome = tr("{name} is logged in to {host}.", name=account.name, host=host(account.server_url))
    lines = [f"{welcome} {next_step}", *([] if signed_in.kept else [tr(NOT_KEPT)])]
    facts = {
        "server": account.server_url,
        "name": account.name,
        "email": account.email,
        "campaigns": signed_in.campaigns,
        "opens": campaign.campaign_id if campaign else "",
        "in_keyring": signed_in.kept,
    }
    return Answer("\n".join(lines), facts)


def offer_start_without_line(laptop: Laptop, signed_in: SignedIn, password: str) -> SignedIn:
    """Says that the password is asked for at each start, and lets it open the calls on this computer if wanted.

    Once: whoever said yes has the password that was just typed open them from now on.
    """
    account = signed_in.account
    if wrapped_key_file(laptop, account).exists():
        asyncio.run(lock_with_password(laptop, signed_in, password))
        return signed_in
    if account.asked_without_line:
        return signed_in
    asking.say(tr(NOT_KEPT))
    choices = (tr("yes, my password opens my calls on this computer"), tr("no, only with the campaign server's help"))
    if asking.choose(tr("Start without a network too?"), choices) == 0:
        asyncio.run(lock_with_password(laptop, signed_in, password))
    account = msgspec.structs.replace(account, asked_without_line=True)
    save_account(laptop.folders, account)
    return msgspec.structs.replace(signed_in, account=account)


def logout(arguments: Namespace) -> Answer:
    """Removes everything of the account last used from this laptop."""
    from phonetui.client.log_out import LoggedOut, log_out

    laptop = call_screen.this_laptop()
    account = last_used(laptop, later("Nobody is logged in on this computer; there is nothing to remove."))

    async def leave() -> LoggedOut:
        signed_in = await opened(laptop, account)
        with progress(sys.stderr, quiet=arguments.json) as tell:
            return await log_out(laptop, signed_in, discard=arguments.discard, tell=tell)

    try:
        left = asyncio.run(leave())
    except KeyboardInterrupt:
        raise KeyboardInterrupt(tr("Stopped; `phonetui logout` again removes what is left.")) from None
    where = host(account.server_url)
    gone = tr("{name} is logged out of {host}; nothing of it is left on this computer.", name=account.name, host=where)
    lines = [gone]
    if left.given_back:
        lines.append(
            tr_n(
                "{n} household on hand went back to the campaign.",
                "{n} households on hand went back to the campaign.",
                left.given_back,
            )
        )
    if left.still_lent:
        lines.append(
            tr_n(
                "{where} could not take back {n} household, lent until its time is up.",
                "{where} could not take back {n} households, lent until their time is up.",
                left.still_lent,
                where=where,
            )
        )
    if left.damaged:
        lines.append(tr("The file with the calls was damaged; it is gone with what could not be read of it."))
    if not left.told:
        lines.append(tr("{where} could not be told; it still counts this computer as logged in.", where=where))
    facts: dict[str, object] = {"server": account.server_url, "email": account.email, "server_told": left.told}
    facts |= {"given_back": left.given_back, "still_lent": left.still_lent, "damaged": left.damaged}
    return Answer(" ".join(lines), facts)


def last_used(laptop: Laptop, otherwise: str = NOBODY) -> Account:
    """The account that `phonetui` opens; raises `Refused`, saying `otherwise`, where nobody is logged in."""
    accounts = load_accounts(laptop.folders)
    if not accounts:
        raise Refused(tr(otherwise))
    return accounts[0]


async def opened(laptop: Laptop, account: Account) -> SignedIn:
    """The account as this computer's keyring has it, else by the password, which is asked for."""
    known = await resume(laptop, account)
    if known is None:
        known = await unlock(laptop, account, asking.password(account.email, account.server_url))
    return known
