"""What Linkbot knows and does: reading mail, matching it to CRM records, linking it. Nothing of Slack is in here."""
