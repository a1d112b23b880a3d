"""What was done, week by week, in words; the picture beside it is `commands.cards.chart`."""

from __future__ import annotations

from bot.language import Words
from bot.linking import FiguresView, WeekView
from commands.mrkdwn import escape


def figure_lines(figures: FiguresView, say: Words) -> list[str]:
    """This week, the week before, how many mails wait, and what was taught most: a line each, where there is
    something."""
    if not figures.weeks:
        return []
    lines = [say("figures.week", words=week_words(figures.weeks[-1], say))]
    if len(figures.weeks) > 1 and figures.weeks[-2].figures.mails:
        lines.append(say("figures.week_before", words=week_words(figures.weeks[-2], say)))
    lines += waiting_lines(figures, say)
    return [*lines, *taught_lines(figures, say)]


def week_words(week: WeekView, say: Words) -> str:
    """What became of the mails of a week, and how often the first suggestion was right."""
    one = week.figures
    if not one.mails:
        return say("figures.none")
    words = say("figures.mails", count=one.mails, linked=one.linked)
    if one.undone:
        words = say("figures.undone", words=words, undone=one.undone)
    suggested = one.first_right + one.first_wrong
    return say("figures.first_right", words=words, right=one.first_right, all=suggested) if suggested else words


def waiting_lines(figures: FiguresView, say: Words) -> list[str]:
    """How many mails wait for a person, and, where there are some, how many for a record."""
    lines = [say("figures.open", count=figures.open)]
    return [*lines, say("figures.parked", count=figures.parked)] if figures.parked else lines


def taught_lines(figures: FiguresView, say: Words) -> list[str]:
    """The words that were taught most often, and what they mean."""
    named = [
        say("figures.taught_one", words=escape(one.words, 60), name=escape(one.name, 60)) for one in figures.taught
    ]
    return [say("figures.taught", names=say("list.comma").join(named))] if named else []
