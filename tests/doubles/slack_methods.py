"""How does Slack answer each method we call: scopes first, then what is there, then its limits?"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.doubles.slack_limits import complaints, too_long_in_all
from tests.doubles.slack_views import open_view
from tests.doubles.slack_workspace import File, Place, Posted, Token, Workspace

Answer = dict[str, Any]
Arguments = Mapping[str, Any]


class No(Exception):
    """``ok: false``."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.answer: Answer = {"ok": False, "error": error, **more}


def answer(
    workspace: Workspace, method: str, token: str, arguments: Arguments, home: str
) -> Answer:
    """Return what Slack says to ``method``; ``home`` is where uploads are to go."""
    try:
        return {"ok": True, **_answer(workspace, method, token, arguments, home)}
    except No as no:
        return no.answer


def _answer(
    workspace: Workspace, method: str, token: str, arguments: Arguments, home: str
) -> Answer:
    if method not in METHODS:
        raise No("unknown_method", req_method=method)
    if not token:
        raise No("not_authed")
    holder = workspace.tokens.get(token, Token(frozenset(), "invalid_auth"))
    if holder.refused_as:
        raise No(holder.refused_as)
    return METHODS[method](workspace, holder, arguments, home)


def _demand(holder: Token, *scopes: str) -> None:
    for scope in scopes:
        if scope not in holder.scopes:
            raise No("missing_scope", needed=scope, provided=",".join(sorted(holder.scopes)))


def _place(workspace: Workspace, holder: Token, arguments: Arguments, verb: str) -> Place:
    place = workspace.places.get(str(arguments.get("channel")))
    if place is None or place.hidden:
        raise No("channel_not_found")
    _demand(holder, f"{place.kind}:{verb}")
    return place


def _page(items: Sequence[Any], arguments: Arguments, size: int) -> tuple[Sequence[Any], Answer]:
    first = int(base64.b64decode(arguments["cursor"]).decode()) if arguments.get("cursor") else 0
    last = first + min(int(arguments.get("limit") or 100), size)
    cursor = base64.b64encode(str(last).encode()).decode() if last < len(items) else ""
    return items[first:last], {"next_cursor": cursor}


def auth_test(_workspace: Workspace, _holder: Token, _arguments: Arguments, home: str) -> Answer:
    return {"url": home, "team": "Acme", "user": "keepwell", "team_id": "T1", "bot_id": "B1"}


def conversations_list(
    workspace: Workspace, holder: Token, arguments: Arguments, _home: str
) -> Answer:
    wanted = str(arguments.get("types") or "public_channel").split(",")
    _demand(holder, *(_LISTED[kind] for kind in wanted))
    every = [place for place in workspace.places.values() if not place.hidden]
    page, metadata = _page(every, arguments, workspace.page_size)
    kinds = {_LISTED[kind].partition(":")[0] for kind in wanted}
    # Slack picks a page first and then leaves out what was not asked for: a page may be empty
    shown = [_shown(each) for each in page if each.kind in kinds]
    if str(arguments.get("exclude_archived")).lower() in {"1", "true"}:
        shown = [each for each in shown if not each["is_archived"]]
    return {"channels": shown, "response_metadata": metadata}


_LISTED = {
    "public_channel": "channels:read",
    "private_channel": "groups:read",
    "im": "im:read",
    "mpim": "mpim:read",
}


def _shown(place: Place) -> Answer:
    if place.user:
        return {"id": place.id, "is_im": True, "user": place.user, "is_archived": False}
    return {
        "id": place.id,
        "name": place.name,
        "name_normalized": place.name,
        "is_channel": not place.private,
        "is_private": place.private,
        "is_archived": place.archived,
        "is_member": place.member,
    }


def conversations_info(
    workspace: Workspace, holder: Token, arguments: Arguments, _home: str
) -> Answer:
    return {"channel": _shown(_place(workspace, holder, arguments, "read"))}


def conversations_open(
    workspace: Workspace, holder: Token, arguments: Arguments, _home: str
) -> Answer:
    _demand(holder, "im:write")
    if arguments.get("channel"):
        if arguments["channel"] not in workspace.places:
            raise No("channel_not_found")
        return {"channel": {"id": arguments["channel"]}, "no_op": True}
    person = workspace.people.get(str(arguments.get("users")))
    if person is None:
        raise No("user_not_found")
    if not person.active:
        raise No("user_disabled")
    if person.bot:
        raise No("cannot_dm_bot")
    return {"channel": {"id": workspace.direct(person.id).id}}


def users_lookup_by_email(
    workspace: Workspace, holder: Token, arguments: Arguments, _home: str
) -> Answer:
    _demand(holder, "users:read.email", "users:read")
    for person in workspace.people.values():
        if person.active and person.email.lower() == str(arguments.get("email")).lower():
            return {"user": {"id": person.id, "deleted": False, "is_bot": person.bot}}
    raise No("users_not_found")


def users_info(workspace: Workspace, holder: Token, arguments: Arguments, _home: str) -> Answer:
    _demand(holder, "users:read")
    person = workspace.people.get(str(arguments.get("user")))
    if person is None:
        raise No("user_not_found")
    profile = {"display_name": person.name, "real_name": person.name}
    known = {"id": person.id, "deleted": not person.active, "is_bot": person.bot}
    return {"user": {**known, "profile": profile} if person.name else known}


def post_ephemeral(workspace: Workspace, holder: Token, arguments: Arguments, _home: str) -> Answer:
    _demand(holder, "chat:write")
    place = workspace.places.get(str(arguments.get("channel")))
    if place is None or place.hidden or not place.member:
        raise No("channel_not_found")
    if arguments.get("user") not in workspace.people:
        raise No("user_not_in_channel")
    check_content(workspace, arguments)
    workspace.whispers.append(dict(arguments))
    return {"message_ts": workspace.new_ts()}


def views_open(workspace: Workspace, _holder: Token, arguments: Arguments, _home: str) -> Answer:
    opened = open_view(workspace, arguments)
    if isinstance(opened, str):
        raise No(opened)
    return opened


def connections_open(
    workspace: Workspace, holder: Token, _arguments: Arguments, _home: str
) -> Answer:
    if "connections:write" not in holder.scopes:
        raise No("not_allowed_token_type")
    if workspace.open_link is None:
        raise No("forbidden_team")  # Socket Mode is switched off
    return {"url": workspace.open_link()}


def post_message(workspace: Workspace, holder: Token, arguments: Arguments, _home: str) -> Answer:
    _demand(holder, "chat:write")
    place = workspace.places.get(str(arguments.get("channel")))
    if place is None or place.hidden:
        raise No("channel_not_found")
    if not place.member:
        raise No("not_in_channel")
    if place.archived:
        raise No("is_archived")
    check_content(workspace, arguments)
    thread = str(arguments.get("thread_ts") or "")
    if thread and thread not in {each.ts for each in place.posted if not each.thread_ts}:
        raise No("thread_not_found")
    posted = Posted(workspace.new_ts(), thread, dict(arguments))
    place.posted.append(posted)
    return {"channel": place.id, "ts": posted.ts, "message": _message(posted, metadata=False)}


def check_content(workspace: Workspace, arguments: Arguments) -> None:
    if not arguments.get("text") and not arguments.get("blocks"):
        raise No("no_text")
    if len(arguments.get("text") or "") > 40_000:
        raise No("msg_too_long")
    if "blocks" not in arguments:
        return
    if found := complaints(arguments["blocks"], lambda name: _ready(workspace, name)):
        listed = [f"[ERROR] {each}" for each in found]
        raise No("invalid_blocks", errors=found, response_metadata={"messages": listed})
    if too_long_in_all(arguments["blocks"]):
        raise No("msg_blocks_too_long")


def _ready(workspace: Workspace, name: str) -> bool:
    return name in workspace.files and bool(workspace.files[name].mimetype)


def _message(posted: Posted, *, metadata: bool) -> Answer:
    shown = {"type": "message", "ts": posted.ts, "text": posted.text, "blocks": posted.blocks}
    if posted.thread_ts:
        shown["thread_ts"] = posted.thread_ts
    return {**shown, "metadata": posted.metadata} if metadata and posted.metadata else shown


def conversations_history(
    workspace: Workspace, holder: Token, arguments: Arguments, _home: str
) -> Answer:
    place = _place(workspace, holder, arguments, "history")
    if not place.member:
        raise No("not_in_channel")
    return _told(workspace, [each for each in place.posted[::-1] if not each.thread_ts], arguments)


def conversations_replies(
    workspace: Workspace, holder: Token, arguments: Arguments, _home: str
) -> Answer:
    place = _place(workspace, holder, arguments, "history")
    parent = str(arguments.get("ts"))
    found = [each for each in place.posted if parent in {each.ts, each.thread_ts}]
    if not found:
        raise No("thread_not_found")
    return _told(workspace, found, arguments, always=parent)


def _told(
    workspace: Workspace, messages: list[Posted], arguments: Arguments, always: str = ""
) -> Answer:
    oldest = float(arguments.get("oldest") or 0)
    wanted = [each for each in messages if float(each.ts) > oldest or each.ts == always]
    page, metadata = _page(wanted, arguments, workspace.page_size)
    all_metadata = str(arguments.get("include_all_metadata")).lower() in {"1", "true"}
    return {
        "messages": [_message(each, metadata=all_metadata) for each in page],
        "has_more": bool(metadata["next_cursor"]),
        "response_metadata": metadata,
    }


def get_upload_url(workspace: Workspace, holder: Token, arguments: Arguments, home: str) -> Answer:
    _demand(holder, "files:write")
    if not arguments.get("filename") or not arguments.get("length"):
        raise No("invalid_arguments")
    new = workspace.new_id("F")
    name, length = str(arguments["filename"]), int(arguments["length"])
    workspace.files[new] = File(new, name, length, workspace.processing_polls)
    return {"file_id": new, "upload_url": f"{home}/upload/v1/{new}"}


def complete_upload(
    workspace: Workspace, holder: Token, arguments: Arguments, _home: str
) -> Answer:
    _demand(holder, "files:write")
    listed = arguments.get("files")
    asked = json.loads(listed) if isinstance(listed, str) else listed or []
    files = [workspace.files.get(each["id"]) for each in asked]
    if not files or any(file is None or file.content is None for file in files):
        raise No("file_not_found")
    for file in files:
        file.complete = True
    return {"files": [{"id": file.id, "title": file.name, "mimetype": ""} for file in files]}


def files_info(workspace: Workspace, holder: Token, arguments: Arguments, _home: str) -> Answer:
    _demand(holder, "files:read")
    file = workspace.files.get(str(arguments.get("file")))
    if file is None or not file.complete:
        raise No("file_not_found")
    file.polls_left -= 1
    return {"file": {"id": file.id, "name": file.name, "mimetype": file.mimetype}}


METHODS: Mapping[str, Callable[[Workspace, Token, Arguments, str], Answer]] = {
    "apps.connections.open": connections_open,
    "auth.test": auth_test,
    "chat.postEphemeral": post_ephemeral,
    "chat.postMessage": post_message,
    "conversations.history": conversations_history,
    "conversations.info": conversations_info,
    "conversations.list": conversations_list,
    "conversations.open": conversations_open,
    "conversations.replies": conversations_replies,
    "files.completeUploadExternal": complete_upload,
    "files.getUploadURLExternal": get_upload_url,
    "files.info": files_info,
    "users.info": users_info,
    "users.lookupByEmail": users_lookup_by_email,
    "views.open": views_open,
}
