"""Who has logged in where on this laptop, and where their journals are. Nothing here is secret."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec
from msgspec import Struct

from phonetui.client.folders import Folders
from phonetui.client.private_files import write_private
from phonetui.core.calling_name import calling_name
from phonetui.core.refusal import Refused
from phonetui.core.translation import tr


class Account(Struct, frozen=True, kw_only=True):
    """One caller at one campaign server.

    `device_id` is this laptop's, made at the first log-in; `key_id` names the journals' key. `calling_name` is what
    voters are told. `campaign_id` is the campaign last opened, empty before the first. `password_each_start` says that
    no keyring kept the secrets, and that the caller has been told so; `asked_without_line` that they have answered
    whether their password may open the calls without a line; `knows_desk` that they were shown around at the call
    screen, or have called.
    """

    server_url: str
    email: str
    caller_id: str
    name: str
    device_id: str
    key_id: str
    calling_name: str = ""
    campaign_id: str = ""
    password_each_start: bool = False
    asked_without_line: bool = False
    knows_desk: bool = False

    @property
    def told_voters(self) -> str:
        """What the caller is called in the script; no voter learns the whole name."""
        return calling_name(self.calling_name, self.name)

    @property
    def is_same_as(self) -> tuple[str, str]:
        """Accounts with the same are one."""
        return self.server_url, self.caller_id


_read_accounts = msgspec.json.Decoder(tuple[Account, ...]).decode


def load_accounts(folders: Folders) -> tuple[Account, ...]:
    """Every account, the one last used first; raises `Refused` for a file that cannot be read."""
    file = folders.accounts_file
    try:
        return _read_accounts(file.read_bytes())
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise Refused(
            tr("The file {file} cannot be read ({reason}); make it readable.", file=file, reason=error.strerror)
        ) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Refused(
            tr("The file {file} is not as phonetui wrote it; move it elsewhere and log in again.", file=file)
        ) from None


def save_account(folders: Folders, account: Account) -> None:
    """Keep the account as the one last used; raises `Refused` where nothing can be written.

    A caller who knows the desk does for good.
    """
    knows = knows_desk(folders, account)
    others = (other for other in load_accounts(folders) if other.is_same_as != account.is_same_as)
    _write(folders, (msgspec.structs.replace(account, knows_desk=knows or account.knows_desk), *others))


def knows_desk(folders: Folders, account: Account) -> bool:
    """Whether the caller was shown around before, or has called, in any campaign of the account."""
    return any(each.knows_desk for each in load_accounts(folders) if each.is_same_as == account.is_same_as)


def now_knows_desk(folders: Folders, account: Account) -> None:
    """Keep that the caller knows the desk from now on; raises `Refused` where nothing can be written."""
    accounts = load_accounts(folders)
    here = [each.is_same_as == account.is_same_as for each in accounts]
    told = zip(accounts, here, strict=True)
    _write(folders, tuple(msgspec.structs.replace(each, knows_desk=it or each.knows_desk) for each, it in told))


def forget_account(folders: Folders, account: Account) -> None:
    """Leave the account out from now on; raises `Refused` where nothing can be written."""
    _write(folders, tuple(other for other in load_accounts(folders) if other.is_same_as != account.is_same_as))


def account_folder(folders: Folders, server_url: str, caller_id: str) -> Path:
    """The folder of a caller's journals."""
    return folders.data / "journals" / _name(f"{server_url}\n{caller_id}")


def journal_path(folders: Folders, account: Account, campaign_id: str) -> Path:
    """The caller's journal in one campaign."""
    return account_folder(folders, account.server_url, account.caller_id) / f"{_name(campaign_id)}.journal"


def journals(folders: Folders, server_url: str, caller_id: str) -> tuple[Path, ...]:
    """Every journal of a caller that there is."""
    return tuple(sorted(account_folder(folders, server_url, caller_id).glob("*.journal")))


def _name(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def _write(folders: Folders, accounts: tuple[Account, ...]) -> None:
    file = folders.accounts_file
    try:
        write_private(file, msgspec.json.format(msgspec.json.encode(accounts)))
    except OSError as error:
        raise Refused(
            tr(
                "The folder {parent} cannot be written ({reason}); "
                "make it writable, or set PHONETUI_HOME to a folder that is.",
                parent=file.parent,
                reason=error.strerror,
            )
        ) from None
