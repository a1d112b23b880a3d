"""CSV files as a CRM: one's own export is the directory, and the links are rows of a file. README.md says more."""

from bot.crm.csvfile.crm import CsvConfig, CsvFile, connect

__all__ = ["CsvConfig", "CsvFile", "connect"]
