"""What is said to people: sentences as message ids with values, and the words for them in each language.

The ground floor: imports nothing of the bot, so that every room can say something. Only who talks to people renders.
"""

from bot.language.sentence import SILENCE, Sentence, Value, enumerated, plain, sentence, together
from bot.language.spoken_error import SpokenError
from bot.language.words import ENGLISH, LANGUAGES, Words, closest, speak, words

__all__ = [
    "ENGLISH",
    "LANGUAGES",
    "SILENCE",
    "Sentence",
    "SpokenError",
    "Value",
    "Words",
    "closest",
    "enumerated",
    "plain",
    "sentence",
    "speak",
    "together",
    "words",
]
