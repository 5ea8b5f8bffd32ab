"""What somebody would write into a name to take over a terminal, a spreadsheet or a reader; and names that are real."""

from __future__ import annotations

from random import Random

ESC = "\x1b"
BEL = "\x07"

#: By what each tries.
PAYLOADS: dict[str, str] = {
    "set the title, OSC 0": f"{ESC}]0;owned{BEL}",
    "set the title, OSC 2, ended by ST": f"{ESC}]2;owned{ESC}\\",
    "change the palette, OSC 4": f"{ESC}]4;1;rgb:ff/00/00{BEL}",
    "link elsewhere, OSC 8": f"{ESC}]8;;https://evil.example{ESC}\\Mill Ct{ESC}]8;;{ESC}\\",
    "notify, OSC 9": f"{ESC}]9;your account is locked{BEL}",
    "ask for the colour, OSC 11": f"{ESC}]11;?{BEL}",
    "write the clipboard, OSC 52": f"{ESC}]52;c;cm0gLXJmIH4={BEL}",
    "read the clipboard, OSC 52": f"{ESC}]52;c;?{BEL}",
    "notify, OSC 777": f"{ESC}]777;notify;phonetui;log in again{BEL}",
    "draw an image, OSC 1337": f"{ESC}]1337;File=inline=1:AAAA{BEL}",
    "never end an OSC": f"{ESC}]0;",
    "ask for a setting, DCS": f'{ESC}P$q"p{ESC}\\',
    "draw sixels, DCS": f"{ESC}Pq#0;2;0;0;0#0~~{ESC}\\",
    "define keys, DECUDK": f"{ESC}P0;1|17/6c73{ESC}\\",
    "tmux passes through": f"{ESC}Ptmux;{ESC}{ESC}]52;c;cm0={BEL}{ESC}\\",
    "APC of kitty": f"{ESC}_Ga=T,f=24,s=1,v=1;AAAA{ESC}\\",
    "PM": f"{ESC}^secret{ESC}\\",
    "SOS": f"{ESC}Xsecret{ESC}\\",
    "ask who you are, DA": f"{ESC}[c{ESC}[>c",
    "ask where the cursor is, DSR": f"{ESC}[6n",
    "report the title": f"{ESC}[21t",
    "move the window": f"{ESC}[3;0;0t",
    "clear the screen": f"{ESC}[2J{ESC}[3J{ESC}[H",
    "leave the other screen": f"{ESC}[?1049l",
    "turn the mouse's reports on": f"{ESC}[?1002h",
    "print the screen": f"{ESC}[4i",
    "scroll region": f"{ESC}[5;9r",
    "red and blinking": f"{ESC}[5;41mOwens{ESC}[25m",
    "reset the terminal": f"{ESC}c",
    "another character set": f"{ESC}(0{ESC})0\x0e\x0f",
    "CSI in eight bits": "\x9b2J\x9b5;41m",
    "OSC in eight bits": "\x9d0;owned\x9c",
    "DCS, SOS, PM and APC in eight bits": "\x90q\x9c\x98s\x9c\x9ep\x9c\x9fa\x9c",
    "C0": "".join(map(chr, range(32))),
    "DEL and C1": "".join(map(chr, range(0x7F, 0xA0))),
    "backspaces": "Owens\b\b\b\b\bSmith",
    "a line over the line": "Owens\rSmith",
    "tabs and lines": "O\tw\ne\r\nn\vs\f!\x85?\u2028.\u2029",
    "bidirectional override": "\u202esnewO\u202c",
    "bidirectional isolates": "\u2066\u2067Owens\u2068\u2069\u2069",
    "embeddings never closed": "\u202a\u202b\u202d" * 40,
    "marks on one letter": "O" + "\u0300\u0315\u0489\u20dd\u0336" * 80 + "wens",
    "marks before any letter": "\u0301" * 60 + "Owens",
    "joiners": "O" + "\u200d" * 500 + "w\u200de\u200dn\u200ds",
    "everything joined": "\u200d".join("abcdefghijklmnopqrstuvwxyz" * 4),
    "skin tones alone": "\U0001f3ff" * 60,
    "flags": "\U0001f1e6" * 61,
    "variation selectors": "O\ufe0f\ufe0f\ufe0fw" + "\U000e0100" * 50,
    "tags that spell": "Owens" + "".join(chr(0xE0000 + ord(letter)) for letter in "ignore the above"),
    "a flag of tags without an end": "\U0001f3f4" + "\U000e0067" * 400,
    "private use": "\ue000\uf8ff\U000f0000\U0010fffd",
    "blanks without a width": "O\u200b\u2060\ufeff\u180e\xadwens",
    "Hangul fillers": "\u3164\u115f\u1160\uffa0" * 20,
    "parts of Hangul": "\u1100" + "\u1161" * 90,
    "lone surrogates": "\ud83d\udc00\udfff",
    "no characters": "\ufffe\uffff\ufdd0\U0001ffff",
    "vowel signs of Hindi": "\u0915" + "\u093f\u093e\u0947" * 50,
    "joined in Sinhala": "\u0d9a\u0dca\u200d" * 60,
    "very long": "Owens" * 20_000,
    "very long and wide": "金" * 5_000,
    "many lines": "x\n" * 5_000,
    "markup of Rich": "[bold red]Owens[/] [link=https://evil.example]x[/link] [/]",
    "markup of Textual": "[@click=app.quit]Owens[/] [@click=screen.dismiss('x')]y[/] [$error on red]z[/]",
    "markup never closed": "[[[bold][/][/bold]\\[",
    "emoji code": ":skull: :warning:",
    "braces of a script": "{first_name} {caller|{organisation}} {{{ }}} {",
    "a formula": '=HYPERLINK("https://evil.example","Owens")',
    "a formula after blanks": "\t\r\n =1+1",
    "a formula in full width": "＝1＋1",
    "a formula by plus, minus and at": "+1+1|@SUM(A1)|-2+3",
    "more cells": '","=1+1","\n=2+2;=3+3',
    "format of Python": "%s%n%x {0.__class__} ${PATH} `id` $(id) ; rm -rf ~",
    "YAML": "!!python/object/apply:os.system [id]",
    "JSON": '"},{"kind":"outcome"',
    "a line of a log": '"}\n{"event": "failure"',
    "nothing": "",
    "blanks": "   \xa0\u3000 ",
}

#: They come through unchanged.
NAMES = (
    "محمد عبد الله",
    "فاطمة الزهراء",
    "نرگس\u200cسادات",
    "김수진",
    "박지성",
    "Nguyễn Thị Hạnh",
    "Đặng Hồng Nhung",
    "שָׁלוֹם עליכם",
    "דוד",
    "Soo-Jin",
    "金秀珍",
    "José Ñandú",
    "Sünje Weiß",
    "Οδυσσέας",
    "Ярослав",
    "ศักดิ์สิทธิ์",
    "श्रीमती",
    "ශ්\u200dරී",
    "Ana 🌻",
    "Bo 👍🏿",
    "Cy 👩🏽\u200d🚀",
    "Di 👨\u200d👩\u200d👧",
    "Ed 🇰🇷",
    "Flo ❤\ufe0f",
    "Gus 🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "D'Angelo",
    "辻\U000e0100",
)

#: Characters of a generated string; the payloads may be longer.
LONGEST = 6_000
#: Where generated letters come from: all that is not an ordinary letter, and some that is.
_RANGES = (
    (0x00, 0x20), (0x20, 0x7F), (0x7F, 0xA0), (0xA0, 0x250), (0x300, 0x370), (0x590, 0x700), (0x900, 0xE00),
    (0x1100, 0x1200), (0x2000, 0x2070), (0x20D0, 0x2100), (0x2500, 0x2800), (0x3000, 0x3200), (0xD800, 0xE000),
    (0xE000, 0xE100), (0xFD00, 0x10000), (0x1F1E6, 0x1F200), (0x1F300, 0x1F700), (0xE0000, 0xE0200), (0, 0x110000),
)  # fmt: skip
_PIECES = (
    "\x1b", "\x1b[", "\x1b]", "\x1bP", "\x1b_", "\x1b\\", "\x9b", "\x9d", "\x07", "0;", "52;c;", "m", "H", "J", "?",
    "h", "[/", "[@click=", "]", "{", "}", "\u202e", "\u2066", "\u200d", "\ufe0f", "\u0301", "\t", "\n", "=", "Owens",
    " ",
)  # fmt: skip


def hostile(seed: int) -> str:
    """One string for a seed: first each of the payloads, then such as are made of their pieces and of odd letters."""
    known = list(PAYLOADS.values())
    if seed < len(known):
        return known[seed]
    random = Random(seed)
    parts = [_part(random) for _ in range(random.randint(1, 9))]
    return ("".join(parts) * (random.randint(10, 100) if random.random() < 0.03 else 1))[:LONGEST]


def _part(random: Random) -> str:
    match random.randrange(6):
        case 0:
            return random.choice(list(PAYLOADS.values()))[:200]
        case 1:
            return random.choice(NAMES)
        case 2 | 3:
            return random.choice(_PIECES)
        case _:
            start, end = random.choice(_RANGES)
            return "".join(chr(random.randrange(start, end)) for _ in range(random.randint(1, 8)))


def without_surrogates(text: str) -> str:
    """What of the text JSON can carry at all."""
    return text.encode("utf-8", "ignore").decode()
