"""The Web API methods, by name. Scopes that depend on the conversation are asked for inside the methods."""

from tests.fakes.slack.calls import Method
from tests.fakes.slack.methods import (
    chat,
    conversations,
    editing,
    files,
    history,
    installing,
    pins,
    unfurling,
    users,
    views,
)

METHODS: dict[str, Method] = {
    "auth.test": users.auth_test,
    "auth.revoke": installing.revoke,
    "apps.uninstall": installing.uninstall,
    "chat.postMessage": chat.post_message,
    "chat.postEphemeral": chat.post_ephemeral,
    "chat.update": editing.update,
    "chat.delete": editing.delete,
    "chat.unfurl": unfurling.unfurl,
    "chat.getPermalink": history.permalink,
    "conversations.info": conversations.info,
    "conversations.list": conversations.list_conversations,
    "conversations.members": conversations.members,
    "conversations.open": conversations.open_conversation,
    "conversations.history": history.history,
    "conversations.replies": history.replies,
    "users.info": users.info,
    "users.lookupByEmail": users.lookup_by_email,
    "pins.add": pins.add,
    "files.getUploadURLExternal": files.get_upload_url,
    "files.completeUploadExternal": files.complete_upload,
    "views.open": views.open_modal,
    "views.push": views.push,
    "views.update": views.update,
    "views.publish": views.publish_home,
}
SCOPES: dict[str, str] = {
    "chat.postMessage": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.update": "chat:write",
    "chat.delete": "chat:write",
    "chat.unfurl": "links:write",
    "users.info": "users:read",
    "users.lookupByEmail": "users:read.email",
    "pins.add": "pins:write",
    "files.getUploadURLExternal": "files:write",
    "files.completeUploadExternal": "files:write",
}
