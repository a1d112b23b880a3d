"""Zoho's own client, told what to do: run by a Python that finds `zohocrmsdk` on its path, in a process of its own.

Reads {"accounts", "api", "client_id", "client_secret", "refresh_token", "folder", "steps": […]} from standard input and
writes a JSON list of what came of each step to standard output. The client checks answers against its own models: a
stand-in whose answers have another shape shows as an error here.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from zohocrmsdk.src.com.zoho.api.authenticator.oauth_token import OAuthToken
from zohocrmsdk.src.com.zoho.api.authenticator.store.file_store import FileStore
from zohocrmsdk.src.com.zoho.crm.api import Initializer, ParameterMap
from zohocrmsdk.src.com.zoho.crm.api.associate_email import (
    AssociateEmail,
    AssociateEmailOperations,
    Attachments,
    BodyWrapper,
    From,
    LinkedRecord,
    ModuleMap,
    To,
)
from zohocrmsdk.src.com.zoho.crm.api.coql import BodyWrapper as Query
from zohocrmsdk.src.com.zoho.crm.api.coql import CoqlOperations
from zohocrmsdk.src.com.zoho.crm.api.dc import DataCenter
from zohocrmsdk.src.com.zoho.crm.api.email_related_records import EmailRelatedRecordsOperations
from zohocrmsdk.src.com.zoho.crm.api.files import BodyWrapper as FileBody
from zohocrmsdk.src.com.zoho.crm.api.files import FilesOperations
from zohocrmsdk.src.com.zoho.crm.api.modules import ModulesOperations
from zohocrmsdk.src.com.zoho.crm.api.record import GetRecordsParam, RecordOperations
from zohocrmsdk.src.com.zoho.crm.api.sdk_config import SDKConfig
from zohocrmsdk.src.com.zoho.crm.api.users import UsersOperations
from zohocrmsdk.src.com.zoho.crm.api.util import Choice, StreamWrapper

Told = Mapping[str, Any]


def upload(told: Told) -> Any:
    body = FileBody()
    body.set_file([StreamWrapper(file_path=told["path"])])
    return outcome(FilesOperations().upload_files(body), "get_data")


def associate(told: Told) -> Any:
    body = BodyWrapper()
    body.set_emails([mail(told["mail"])])
    return outcome(AssociateEmailOperations().associate(int(told["id"]), told["module"], body), "get_emails")


def mail(told: Told) -> AssociateEmail:
    made = AssociateEmail()
    made.set_from(person(From(), told["from"]))
    for key in ("to", "cc", "bcc"):
        if key in told:
            getattr(made, f"set_{key}")([person(To(), each) for each in told[key]])
    made.set_subject(told["subject"])
    made.set_content(told["content"])
    made.set_mail_format(Choice(told["mail_format"]))
    made.set_date_time(datetime.fromisoformat(told["date_time"]))
    made.set_sent(told["sent"])
    made.set_original_message_id(told["original_message_id"])
    if "attachments" in told:
        made.set_attachments([attachment(id_) for id_ in told["attachments"]])
    if "linked_record" in told:
        module = ModuleMap()
        module.set_api_name(told["linked_record"]["module"]["api_name"])
        module.set_id(int(told["linked_record"]["module"]["id"]))
        linked = LinkedRecord()
        linked.set_id(int(told["linked_record"]["id"]))
        linked.set_module(module)
        made.set_linked_record(linked)
    return made


def person(made: Any, told: Told) -> Any:
    made.set_user_name(told["user_name"])
    made.set_email(told["email"])
    return made


def attachment(id_: str) -> Attachments:
    made = Attachments()
    made.set_id(id_)
    return made


def emails(told: Told) -> Any:
    return outcome(
        EmailRelatedRecordsOperations(int(told["id"]), told["module"]).get_emails_related_records(), "get_emails"
    )


def records(told: Told) -> Any:
    parameters = ParameterMap()
    parameters.add(GetRecordsParam.fields, told["fields"])
    return outcome(RecordOperations(told["module"]).get_records(parameters), "get_data")


def query(told: Told) -> Any:
    body = Query()
    body.set_select_query(told["query"])
    return outcome(CoqlOperations().get_records(body), "get_data")


def users(told: Told) -> Any:
    del told
    return outcome(UsersOperations().get_users(), "get_users")


def modules(told: Told) -> Any:
    del told
    return outcome(ModulesOperations().get_modules(), "get_modules")


STEPS: Mapping[str, Callable[[Told], Any]] = {
    function.__name__: function for function in (upload, associate, emails, records, query, users, modules)
}


def outcome(response: Any, items: str) -> dict[str, Any]:
    """What came back, out of the client's own objects."""
    if response is None:
        return {"status": None}
    found = response.get_object()
    told: dict[str, Any] = {"status": response.get_status_code(), "type": type(found).__name__}
    if found is not None:
        told["items"] = [plain(each) for each in getattr(found, items)()] if hasattr(found, items) else [plain(found)]
    return told


def plain(thing: Any) -> Any:
    """An object of the client's as JSON has it: what its getters give, those that are set."""
    if hasattr(thing, "get_key_values"):
        return {key: plain(value) for key, value in thing.get_key_values().items()}
    if hasattr(thing, "get_value") and type(thing).__name__ == "Choice":
        return thing.get_value()
    if isinstance(thing, list):
        return [plain(each) for each in thing]
    if isinstance(thing, dict):
        return {key: plain(value) for key, value in thing.items()}
    names = [name for name in dir(thing) if name.startswith("get_") and name != "get_key_value"]
    if names and type(thing).__module__.startswith("zohocrmsdk"):
        values = {name.removeprefix("get_"): getattr(thing, name)() for name in names}
        return {name: plain(value) for name, value in values.items() if value is not None}
    return thing if isinstance(thing, str | int | float | bool) or thing is None else str(thing)


def main() -> None:
    told = json.load(sys.stdin)
    folder = Path(told["folder"])
    token = OAuthToken(
        client_id=told["client_id"],
        client_secret=told["client_secret"],
        refresh_token=told["refresh_token"],
        find_user=False,
    )
    environment = DataCenter.Environment(told["api"], f"{told['accounts']}/oauth/v2/token", told["api"])
    # It would take the token's own address for one of Zoho's, of which this is none.
    config = SDKConfig(read_timeout=20, connect_timeout=20, update_api_domain=False)
    store = FileStore(str(folder / "tokens.txt"))
    Initializer.initialize(environment, token, store=store, sdk_config=config, resource_path=str(folder))
    json.dump([STEPS[step["do"]](step) for step in told["steps"]], sys.stdout)


if __name__ == "__main__":
    main()
