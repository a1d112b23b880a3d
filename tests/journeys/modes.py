"""In which of the two worlds a journey is shown: over HTTP on PostgreSQL, or in Socket Mode on SQLite.

A journey runs in both only where the way in which Slack reaches the bot, or the database, has a part in what it shows;
of the others each world has about as many, as the two run side by side.
"""

from __future__ import annotations

import pytest

over_http = pytest.mark.parametrize("world", ["http-postgresql"], indirect=True)
over_the_socket = pytest.mark.parametrize("world", ["socket-sqlite"], indirect=True)
