"""The outside world in one process: a stand-in Slack workspace, onOffice, Zoho CRM and a mailbox, as strict as the real ones.

Imports nothing from `bot`, `commands` or `storage`: other programs can be tried against it too.
"""
