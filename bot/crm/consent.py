"""Fields that say what somebody has agreed to. They are never filled in from a mail: only a person may, by hand."""

from __future__ import annotations

import re

_CONSENT = re.compile(
    r"opt[\s_-]*(in|out)|consent|gdpr|dsgvo|ds-gvo|newsletter|data[\s_-]*processing|unsubscri|permission|marketing"
    r"|einwillig|erlaub|zustimm|widerspr|werb(e|ung)|datenschutz|datenverarbeitung",
    re.IGNORECASE,
)


def is_consent(name: str, label: str = "") -> bool:
    """Whether a field, by the vendor's name of it or by what people read, is about consent or its withdrawal."""
    return bool(_CONSENT.search(name) or _CONSENT.search(label))
