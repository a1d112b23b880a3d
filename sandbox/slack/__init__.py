"""A stand-in Slack workspace, as strict as the real one."""

from sandbox.slack.manifest import Manifest, ManifestError
from sandbox.slack.part import SlackPart

__all__ = ["Manifest", "ManifestError", "SlackPart"]
