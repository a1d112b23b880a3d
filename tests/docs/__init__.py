"""The commands on the pages: read from them, and run."""
