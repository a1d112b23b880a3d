"""Every text that a person sees in Slack, in English. A translation is another mapping with these keys."""

from __future__ import annotations

from bot.crm import Outcome
from bot.records import Category
from bot.surface import Notice

# The card
CARD_FALLBACK = "Mail from {sender}: {subject}"
MAIL_LINE = "*{subject}*\nfrom {sender}{date}"
NO_SUBJECT = "(no subject)"
UNKNOWN_SENDER = "an unknown sender"
DATE = " · {date}"
WILL_LINK = "*I would link it to:*"
NOT_SURE = "*Not sure, so not chosen:*"
NOTHING_SURE = "Press *Choose…* to pick the right one."
NOTHING_FOUND = "I found nobody and nothing of this mail in {vendors}. Press *Choose…* to search, or *Not now*."
PICK = "{icon} *{name}*{detail}{vendor}\n> {evidence}"
MAYBE = "{icon} {name}{detail}{vendor}\n> {evidence}"
DETAIL = " ({detail})"
IN_VENDOR = " in {vendor}"
VENDORS_AND = " and "
VENDORS_OR = " or "
NO_EVIDENCE = "found when the mail came in"
NOT_FOUND = "🔎 Mentioned, but not in {vendors}: {words}"
NOT_FOUND_WORD = "“{word}”"
FILES_GO = "📎 Go along to {vendors}: {names}"
FILES_STAY = (
    "📎 The attachments are larger than {most} MB together, so they do not go along to {vendors}. "
    "Press *Change…* to choose which do."
)
FILES_NONE_GO = "📎 No attachments go along to {vendors}."
FILES_MORE = "{names} and {count} more"
PORTAL = "{vendors} knows this mail as an enquiry from a portal."
IN_THE_WAY = "⚠️ In {vendor} this mail belongs to *{name}* now. *Link* replaces it with *{by}*."
REPLACE_HINT = "Press *{button}* to link *{by}* in place of *{name}*."
NO_UNDO = "⚠️ Not every link in {vendors} can be taken back. Please check before you press *Link*."

# Buttons
LINK = "Link"
CHANGE = "Change…"
CHOOSE = "Choose…"
ADD = "Add…"
NOT_NOW = "Not now"
UNDO = "Undo"
TRY_AGAIN = "Try again"
REPLACE = "Replace the {slot}"
NOTE = "Write an activity instead"
UNDO_HOW = "How to undo"
UNDO_TITLE = "Take the link back?"
UNDO_TEXT = "What was linked before this mail came stays as it was."
UNDO_RESTORES = "Linked again: {names}."
UNDO_TAKES_OFF = "No longer linked: {names}."
UNDO_OTHERS_STAY = "What others linked since stays."
UNDO_YES = "Undo"
UNDO_NO = "Keep it"

# What becomes of it
WORKING = "⏳ <@{user}> pressed. I am working on it…"
LINKED_BY = "✅ Linked by <@{user}>{when}"
NOTED_BY = "📝 Written down as an activity by <@{user}>{when}"
CHANGED_BY = "✂️ Taken off by <@{user}>{when}. Nothing was linked."
PARTLY_BY = "⚠️ Linked in part. Pressed by <@{user}>{when}"
NOTED_PARTLY = "⚠️ Written down as an activity, but not everything could be done. Pressed by <@{user}>{when}"
FAILED_BY = "❌ Not linked. Pressed by <@{user}>{when}"
NOT_TAKEN_OFF_BY = "❌ Not taken off. Pressed by <@{user}>{when}"
UNCERTAIN_BY = (
    "❓ Perhaps linked. Pressed by <@{user}>{when}. The CRM did not answer clearly. "
    "Press *Try again*: I look first, and nothing is linked twice."
)
UNCERTAIN_PARTLY = (
    "❓ For some the CRM did not answer clearly. Press *Try again*: I look first, and nothing is linked twice."
)
UNDO_FAILED = "⚠️ <@{user}> pressed *Undo*, but it could not be taken back."
UNDO_PARTLY = "⚠️ <@{user}> pressed *Undo*. Not everything could be taken back: see above how it is now."
DISMISSED_BY = (
    "Put aside by <@{user}>{when}. Nothing was linked. "
    "To take it up again, choose *Link to CRM* in the menu of the mail."
)
EXPIRED = (
    "Nobody decided upon this mail for a long time, so I no longer keep it. Nothing was linked. "
    "To take it up again, choose *Link to CRM* in the menu of the mail."
)
UNDONE_BY = "↩️ Taken back by <@{user}>{when}. Only what I had linked was removed."
RESTORED_BY = "↩️ Taken back by <@{user}>{when}. What was taken off is linked again."
UNDID = "↩️ <@{user}> pressed *Undo*: see above what that changed."
UNDONE_REST = "↩️ Taken back by <@{user}>{when}. What could not be linked before is still not linked."
WHEN = " · {date}"
OUTCOME_LINE = "{mark} {icon} {name}{detail}{vendor} – {outcome}"
MORE_OUTCOMES = "… and {count} more"
OUTCOME_PROBLEM = "{line}\n> {message}"
CANNOT_UNDO_AFTER = (
    "{vendors} has no way for me to take back: {names}. If that is wrong, remove the mail on the record’s page."
)

OUTCOMES = {
    Outcome.LINKED: "linked",
    Outcome.ALREADY: "was linked already",
    Outcome.REFUSED: "not linked",
    Outcome.NOT_SET: "not linked, although the CRM said so",
    Outcome.UNLINKED: "no longer linked",
    Outcome.RESTORED: "linked again",
    Outcome.NOTED: "written down as an activity",
    "uncertain": "perhaps linked",
    "not undone": "still linked, could not be taken back",
    "": "under way",
}
NOT_TAKEN_OFF = "could not be taken off"
NOT_RESTORED = "still not linked, could not be brought back"
PERHAPS_TAKEN_OFF = "perhaps taken off"
NOTED_BEFORE = "{outcome}; an activity is written down"
VERIFIED = "verified"
NOT_VERIFIED = "could not be verified; please look in the CRM"
NOT_SET_ADVICE = "Press *Try again*."

ICONS = {
    Category.PERSON: "👤",
    Category.COMPANY: "🏢",
    Category.PROPERTY: "🏠",
    Category.DEAL: "🤝",
    Category.OTHER: "📄",
}
SLOTS_MANY = {
    Category.PERSON: "People",
    Category.COMPANY: "Companies",
    Category.PROPERTY: "Properties",
    Category.DEAL: "Deals",
    Category.OTHER: "Quotes, orders and others",
}
SLOTS_ONE = {
    Category.PERSON: "Person",
    Category.COMPANY: "Company",
    Category.PROPERTY: "Property",
    Category.DEAL: "Deal",
    Category.OTHER: "Quote, order or other",
}

# Why a record was proposed: the field, then the words in the mail
EVIDENCE = {
    "email": "e-mail address “{mail}”",
    "phone": "phone number “{mail}”",
    "reference": "number “{mail}”",
    "name": "name “{mail}”",
    "company": "company “{mail}”",
    "street": "address “{mail}”",
    "city": "place “{mail}”",
    "title": "title “{mail}”",
    "related": "belongs to {record}",
    "alias": "“{mail}”, as people here taught me",
    "thread": "an earlier mail of this conversation is linked to it",
}
EVIDENCE_DIFFERS = "{words} ≈ {record}"
EVIDENCE_AND = ", "

# The modal
MODAL_TITLE = "Link this mail"
MODAL_SUBMIT = "Link"
MODAL_CLOSE = "Cancel"
MODAL_LABEL = "{slot} in {vendor}"
MODAL_PLACEHOLDER = "Type a name, street or number"
MODAL_SEARCHED = "Chosen for “{words}”. Please check it before you press *Link*."
MODAL_UNSURE = "Nothing is certain for “{words}”. Open a field to see what fits."
MODAL_STANDING = "Linked already, and staying: {names}."
MODAL_NOTED = "Written down as an activity already: {names}."
MODAL_LOOKING = "Looking up what this mail is linked to in {vendors}…"
MODAL_LOOK_FAILED = (
    "I could not see what this mail is linked to in {vendor} now. What is linked there stays. "
    "To see it, close this window and open it again."
)
MODAL_KEPT = "Linked in {vendor} now. Take out what should no longer be linked"
MODAL_ONE_ONLY = (
    "{vendor} links a mail to one {slot} only: the one that you choose takes the place of another that is linked now."
)
SLOT_OR = " or "
MODAL_KEPT_OWN = "Linked by me in {vendor}, and can be taken off. Take out what should no longer be linked"
MODAL_FILES = "Attachments that go along to {vendors}"
MODAL_FILES_LARGE = "These are larger than {most} MB together. Choose fewer."
FILE_OPTION = "{name} ({size})"
MEGABYTES = "{size:.1f} MB"
KILOBYTES = "{size:.0f} kB"
UNKNOWN_RECORD = "record {id}"
MODAL_NOTHING = "Please choose at least one record, or press Cancel."
MODAL_DONE_TITLE = "Link this mail"
MODAL_DONE_CLOSE = "Close"

# Answers to a press
TAKEN_LINKING = "<@{user}> was first{when}: the mail is being linked right now."
TAKEN_UNDOING = "<@{user}> was first{when}: the link is being taken back right now."
TAKEN_LINKED = "<@{user}> was first{when}: the mail is linked."
TAKEN_YOURSELF = "You have pressed already{when}. The card shows what becomes of the mail."
TAKEN_OTHER = "<@{user}> was first{when}. The card shows what became of the mail."
NOTHING_PICKED = "Nothing is chosen yet. Press *Choose…* and pick the right record."
NOTHING_NEW = "The mail is linked to that already. Choose something else, or close the window."
TOO_MANY = "{vendors} can link a mail to fewer records than you chose. Please choose one property only."
RECORD_GONE = "One of these records is no longer in the CRM. Press *Change…* and choose another one."
NOTHING_TO_UNDO = "There is nothing left to take back: it was undone already, or the CRM cannot undo it."
UNDO_BY_HAND = (
    "{vendors} has no way for me to take this back. Open the record, find the mail among its e-mails "
    "and remove it there: {pages}"
)
NO_WINDOW = "Slack did not open the window. Please press again."
STILL_READING = "I am still reading the newest mail of this channel. Its card comes in a moment."
PERHAPS_LINKED = "This mail is perhaps linked already. Press *Try again* first: I look, and nothing is linked twice."
PROPOSAL_GONE = "I no longer know this mail. Choose *Link to CRM* in the menu of the mail to take it up again."
STRANGER = "Only people of this workspace can use Linkbot."
BROKEN = "Something went wrong on my side, and nothing was done. Please try again."

NOTICES = {
    Notice.ADD: "This mail is linked already: {link}. Press *Add…* there to link it to more.",
    Notice.NOT_IN_CHANNEL: (
        "I cannot write here yet. Invite me with `/invite @linkbot`, then choose *Link to CRM* once more."
    ),
    Notice.UNREADABLE: (
        "I could not read a mail in this. Save the mail once more and drop it here as an `.eml` or `.msg` file, or "
        "forward it to this channel’s e-mail address."
    ),
    Notice.ALREADY_HERE: "This mail is here already: {link}",
    Notice.REOPENED: "I took this mail up again: {link}",
    Notice.READING_LATER: (
        "I cannot get this mail from Slack just now. I keep trying, and answer here as soon as I have it."
    ),
    Notice.READING_FAILED: (
        "I could not get this mail from Slack. Choose *Link to CRM* in the menu of the mail to try again."
    ),
}
CARD_LINK = "<{url}|see the card>"
CARD_LINK_PLAIN = "see its card in this channel"

# The shortcut and /link
NO_MAIL_IN_MESSAGE = (
    "There is no mail in this message. Use *Link to CRM* on a forwarded mail, on an `.eml` or `.msg` file, "
    "or on a message with a pasted mail (lines like `From: …` and `Subject: …`)."
)
NO_MAIL_IN_REPLY = "There is no mail in this reply. Use *Link to CRM* on the mail at the top of this thread."
NO_MAIL_IN_CHANNEL = (
    "There is no unlinked mail in this channel that I know of. Forward a mail to the channel’s e-mail address, "
    "or choose *Link to CRM* in the menu of a mail. If I am not in this channel yet, invite me: `/invite @linkbot`."
)
HELP = (
    "*Linkbot files mails to your CRM.*\n"
    "• Forward a mail to this channel: I answer in its thread with what it seems to be about, and you press *Link*.\n"
    "• On any message with a mail: menu ⋮ → *Link to CRM*.\n"
    "• `/link` – choose for the newest unlinked mail of this channel.\n"
    "• `/link Max Mustermann, Lindenstr. 12` – the same, with these words as the search.\n"
    "Nothing is linked until a person presses *Link*."
)
