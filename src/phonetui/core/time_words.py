"""The words in which people say days and times, English and Spanish, lower case and without accents."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import TypeVar

Meaning = TypeVar("Meaning")


def _by_word(words: Mapping[Meaning, str]) -> dict[str, Meaning]:
    return {word: meaning for meaning, some in words.items() for word in some.split(", ")}


NUMBERS = _by_word(
    {
        1: "one, un, una, uno",
        2: "two, dos",
        3: "three, tres",
        4: "four, cuatro",
        5: "five, cinco",
        6: "six, seis",
        7: "seven, siete",
        8: "eight, ocho",
        9: "nine, nueve",
        10: "ten, diez",
        11: "eleven, once",
        12: "twelve, doce",
        15: "fifteen, quince",
        20: "twenty, veinte",
        30: "thirty, treinta",
        40: "forty, cuarenta",
    }
)

#: Monday is 0. `mar` stands among the months: what it is where Spanish is spoken, `spoken_time` finds out.
WEEKDAYS = _by_word(
    {
        0: "monday, mon, lunes, lun",
        1: "tuesday, tue, tues, martes",
        2: "wednesday, wed, weds, miercoles, mie",
        3: "thursday, thu, thur, thurs, jueves, jue",
        4: "friday, fri, viernes, vie",
        5: "saturday, sat, sabado, sab",
        6: "sunday, sun, domingo, dom",
    }
)

MONTHS = _by_word(
    {
        1: "january, jan, enero, ene",
        2: "february, feb, febrero",
        3: "march, mar, marzo",
        4: "april, apr, abril, abr",
        5: "may, mayo",
        6: "june, jun, junio",
        7: "july, jul, julio",
        8: "august, aug, agosto, ago",
        9: "september, sept, sep, septiembre, setiembre",
        10: "october, oct, octubre",
        11: "november, nov, noviembre",
        12: "december, dec, diciembre, dic",
    }
)

#: Days from today. A `manana` with a preposition is the morning, and stands in `PARTS`.
DAYS = _by_word({0: "today, hoy", 1: "tomorrow, tmrw, tmw, manana", 2: "day after tomorrow, pasado manana"})

MORNING, NOON, AFTER_LUNCH, AFTERNOON, EVENING = time(10), time(12), time(14), time(15), time(18)
#: What `tonight` means.
TONIGHT = time(19)

#: Parts of the day, and the time that each means where no other is said.
PARTS = _by_word(
    {
        MORNING: "in the morning, morning, por la manana, en la manana, de la manana, a la manana",
        NOON: "noon, midday, mediodia, al mediodia, del mediodia, medio dia, al medio dia, del medio dia",
        AFTER_LUNCH: "after lunch, despues de comer, despues del almuerzo",
        AFTERNOON: "in the afternoon, afternoon, por la tarde, en la tarde, de la tarde, a la tarde",
        EVENING: "in the evening, evening, after work, despues del trabajo",
        TONIGHT: "at night, night, por la noche, en la noche, de la noche, a la noche",
    }
)

#: Parts of today.
TODAYS = _by_word(
    {
        MORNING: "this morning, esta manana",
        AFTERNOON: "this afternoon, esta tarde",
        EVENING: "this evening",
        TONIGHT: "tonight, esta noche",
    }
)

MINUTES = _by_word(
    {1: "minutes, minute, mins, min, minutos, minuto", 60: "hours, hour, hrs, hr, horas, hora"},
)
SPANS_OF_DAYS = _by_word({1: "days, day, dias, dia", 7: "weeks, week, semanas, semana"})
