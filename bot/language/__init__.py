"""What is said to people: sentences as message ids with values, and the words for them in each language.

The ground floor: imports nothing of the bot, so that every room can say something. Only who talks to people renders.
"""

from bot.language.sentence import SILENCE, Sentence, Value, enumerated, plain, sentence, together
from bot.language.spoken_error import SpokenError
from bot.language.words import LANGUAGES, Words, words

__all__ = [
    "LANGUAGES",
    "SILENCE",
    "Sentence",
    "SpokenError",
    "Value",
    "Words",
    "enumerated",
    "plain",
    "sentence",
    "together",
    "words",
]
