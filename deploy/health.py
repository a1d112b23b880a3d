"""Whether the bot in this container is well: HTTP mode answers /healthz on PORT, Socket Mode the numbers' own port."""

from __future__ import annotations

import os
import sys
from urllib.error import URLError
from urllib.request import urlopen

PLACES = (f"{os.environ.get('PORT') or 3000}/healthz", f"{os.environ.get('LINKBOT_METRICS_PORT') or 9464}/metrics")


def answers(place: str) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{place}", timeout=3) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


if __name__ == "__main__":
    sys.exit(0 if any(map(answers, PLACES)) else 1)
