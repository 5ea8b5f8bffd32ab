"""The languages that voter files name, in whatever way they name them."""

from __future__ import annotations

import re

from phonetui.core.refusal import Refused
from phonetui.core.translation import later, tr

#: ISO 639-1 code, then what voter files write for it: names in English and in the language, ISO 639-2 codes, and `sp`.
_WRITTEN = {
    "am": "amharic amh",
    "ar": "arabic ara",
    "bn": "bengali bangla ben",
    "de": "german deutsch ger deu",
    "en": "english eng",
    "es": "spanish español espanol spa sp",
    "fa": "farsi persian per fas",
    "fr": "french français francais fre fra",
    "gu": "gujarati guj",
    "hi": "hindi hin",
    "hmn": "hmong",
    "ht": "haitian creole kreyòl kreyol hat",
    "hy": "armenian arm hye",
    "it": "italian italiano ita",
    "ja": "japanese jpn",
    "km": "khmer cambodian khm",
    "ko": "korean kor",
    "nv": "navajo nav",
    "pa": "punjabi panjabi pan",
    "pl": "polish polski pol",
    "pt": "portuguese português portugues por",
    "ru": "russian rus",
    "so": "somali som",
    "tl": "tagalog filipino tgl fil",
    "uk": "ukrainian ukr",
    "ur": "urdu urd",
    "vi": "vietnamese vie",
    "zh": "chinese mandarin cantonese chi zho",
}
#: ISO 639 has others, which are taken by their codes.
_CODE = re.compile("[a-z]{2,3}")
_CODES = {written: code for code, words in _WRITTEN.items() for written in (code, *words.split())}

#: The name of a language by its code.
NAMES = {
    "am": later("Amharic"),
    "ar": later("Arabic"),
    "bn": later("Bengali"),
    "de": later("German"),
    "en": later("English"),
    "es": later("Spanish"),
    "fa": later("Farsi"),
    "fr": later("French"),
    "gu": later("Gujarati"),
    "hi": later("Hindi"),
    "hmn": later("Hmong"),
    "ht": later("Haitian"),
    "hy": later("Armenian"),
    "it": later("Italian"),
    "ja": later("Japanese"),
    "km": later("Khmer"),
    "ko": later("Korean"),
    "nv": later("Navajo"),
    "pa": later("Punjabi"),
    "pl": later("Polish"),
    "pt": later("Portuguese"),
    "ru": later("Russian"),
    "so": later("Somali"),
    "tl": later("Tagalog"),
    "uk": later("Ukrainian"),
    "ur": later("Urdu"),
    "vi": later("Vietnamese"),
    "zh": later("Chinese"),
}


def language_code(written: str) -> str:
    """The code of a language as a voter file writes it (`Spanish`, `es-MX`, `SPA`); empty when it is not known."""
    for word in written.casefold().replace("-", " ").replace("_", " ").split():
        if word in _CODES:
            return _CODES[word]
    return ""


def spoken_language(written: str) -> str:
    """The code of a language that somebody types, by its name or code; raises `Refused`."""
    code = language_code(written) or written.casefold()
    if not _CODE.fullmatch(code):
        raise Refused(tr("“{text}” is no language that is known here; write its code, such as es.", text=written))
    return code


def language_name(written: str) -> str:
    """What the language is called in the caller's own; as it is written where it is not known."""
    code = language_code(written)
    return tr(NAMES[code]) if code else written
