"""The outside world in one process: a stand-in Slack workspace, onOffice, Zoho CRM and a mailbox.

They are as strict as the real ones. Nothing is imported from `bot`, `commands` or `storage`: other programs can be
tried against the sandbox too.
"""
