"""What is said to people: sentences as message ids with values, and the words for them in each language.

The ground floor: imports nothing of the bot, so that every room can say something. Only who talks to people renders.
"""

from bot.language.sentence import Sentence, Value, plain, sentence
from bot.language.words import LANGUAGES, Words, words

__all__ = ["LANGUAGES", "Sentence", "Value", "Words", "plain", "sentence", "words"]
