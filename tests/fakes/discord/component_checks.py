"""What Discord refuses in the components of a message or a form, with the limits of its reference.

https://discord.com/developers/docs/components/reference
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

Problems: TypeAlias = Iterator[str]
Component: TypeAlias = dict[str, Any]

ROW, BUTTON, TEXT_INPUT, SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER, LABEL = (
    1, 2, 4, 9, 10, 11, 12, 13, 14, 17, 18,
)  # fmt: skip
STRING_SELECT, SELECTS = 3, (3, 5, 6, 7, 8)
LINK, PREMIUM = 5, 6
MOST_COMPONENTS, MOST_TEXT = 40, 4_000

_IN_CONTAINER = (ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR)
_TOP = (*_IN_CONTAINER, CONTAINER)
_IN_LABEL = (TEXT_INPUT, *SELECTS, 19, 21, 22, 23)


def length(value: Any, path: str, most: int, *, least: int = 0) -> Problems:
    if not isinstance(value, str):
        yield f"{path}: This field must be a string."
    elif not least <= len(value) <= most:
        yield f"{path}: Must be between {least} and {most} in length."


def walk(components: Iterable[Component]) -> Iterator[Component]:
    """All of them, nested ones included."""
    for one in components:
        yield one
        yield from walk(one.get("components", ()))
        yield from walk(inner for inner in (one.get("accessory"), one.get("component")) if inner)


def message_components(components: Any, *, is_v2: bool, files: tuple[str, ...] = ()) -> Problems:
    if not isinstance(components, list):
        yield "components: Only iterables may be used in a ListType."
        return
    kinds = _TOP if is_v2 else (ROW,)
    if not is_v2 and len(components) > 5:
        yield "components: Must be 5 or fewer in length."
    for index, one in enumerate(components):
        yield from _in_message(one, f"components/{index}", kinds, files)
    yield from _totals(components, is_v2)


def _totals(components: list[Component], is_v2: bool) -> Problems:
    everything = [one for one in walk(components) if isinstance(one, dict)]
    names = Counter(one["custom_id"] for one in everything if one.get("custom_id"))
    for name, count in names.items():
        if count > 1:
            yield f"components: Component custom id cannot be duplicated ({name})."
    ids = Counter(one["id"] for one in everything if one.get("id"))
    if any(count > 1 for count in ids.values()):
        yield "components: Component id cannot be duplicated."
    if is_v2 and len(everything) > MOST_COMPONENTS:
        yield f"components: The total number of components must not exceed {MOST_COMPONENTS}."
    characters = sum(len(str(one.get("content", ""))) for one in everything if one.get("type") == TEXT)
    if characters > MOST_TEXT:
        yield f"components: The total text of all components must not exceed {MOST_TEXT} characters."


def _in_message(one: Any, path: str, kinds: tuple[int, ...], files: tuple[str, ...]) -> Problems:
    if not isinstance(one, dict) or one.get("type") not in kinds:
        yield f'{path}/type: Value of field "type" must be one of {kinds}.'
        return
    match one["type"]:
        case 1:
            yield from _row(one, path)
        case 9:
            yield from _section(one, path, files)
        case 10:
            yield from length(one.get("content"), f"{path}/content", MOST_TEXT, least=1)
        case 12:
            yield from _gallery(one, path, files)
        case 13:
            yield from _media(one.get("file"), f"{path}/file", files, is_attachment=True)
        case 14 if one.get("spacing", 1) not in (1, 2):
            yield f"{path}/spacing: Value must be one of (1, 2)."
        case 17:
            inner = one.get("components") or []
            if not inner:
                yield f"{path}/components: This field is required."
            for index, part in enumerate(inner):
                yield from _in_message(part, f"{path}/components/{index}", _IN_CONTAINER, files)


def _row(row: Component, path: str) -> Problems:
    inner = row.get("components") or []
    if not 1 <= len(inner) <= 5:
        yield f"{path}/components: Must be between 1 and 5 in length."
    if len(inner) > 1 and any(one.get("type") != BUTTON for one in inner):
        yield f"{path}/components: A menu stands alone in its row."
    for index, one in enumerate(inner):
        place = f"{path}/components/{index}"
        if one.get("type") == BUTTON:
            yield from _button(one, place)
        elif one.get("type") in SELECTS:
            yield from _select(one, place)
        else:
            yield f'{place}/type: Value of field "type" must be a button or a menu.'


def _button(button: Component, path: str) -> Problems:
    style = button.get("style")
    if style not in (1, 2, 3, 4, LINK, PREMIUM):
        yield f"{path}/style: Value must be one of (1, 2, 3, 4, 5, 6)."
    if not button.get("label") and not button.get("emoji") and style != PREMIUM:
        yield f"{path}: A button must have a label or an emoji."
    yield from length(button.get("label") or "", f"{path}/label", 80)
    if style == LINK:
        yield from length(button.get("url"), f"{path}/url", 512, least=1)
        if not str(button.get("url", "")).startswith(("http://", "https://", "discord://")):
            yield f"{path}/url: Scheme must be one of ('http', 'https', 'discord')."
        if "custom_id" in button:
            yield f"{path}: A custom id and url cannot both be specified."
    else:
        yield from length(button.get("custom_id"), f"{path}/custom_id", 100, least=1)


def _select(select: Component, path: str) -> Problems:
    yield from length(select.get("custom_id"), f"{path}/custom_id", 100, least=1)
    yield from length(select.get("placeholder") or "", f"{path}/placeholder", 150)
    if select["type"] != STRING_SELECT:
        return
    options = select.get("options") or []
    if not 1 <= len(options) <= 25:
        yield f"{path}/options: Must be between 1 and 25 in length."
    for index, option in enumerate(options):
        place = f"{path}/options/{index}"
        yield from length(option.get("label"), f"{place}/label", 100, least=1)
        yield from length(option.get("value"), f"{place}/value", 100, least=1)
        yield from length(option.get("description") or "", f"{place}/description", 100)
    if len({option.get("value") for option in options}) != len(options):
        yield f"{path}/options: The specified option value is already used."


def _section(section: Component, path: str, files: tuple[str, ...]) -> Problems:
    texts = section.get("components") or []
    if not 1 <= len(texts) <= 3:
        yield f"{path}/components: Must be between 1 and 3 in length."
    for index, one in enumerate(texts):
        yield from _in_message(one, f"{path}/components/{index}", (TEXT,), files)
    match section.get("accessory"):
        case {"type": 2} as button:
            yield from _button(button, f"{path}/accessory")
        case {"type": 11} as picture:
            yield from _media(picture.get("media"), f"{path}/accessory/media", files)
        case _:
            yield f"{path}/accessory: This field is required."


def _gallery(gallery: Component, path: str, files: tuple[str, ...]) -> Problems:
    items = gallery.get("items") or []
    if not 1 <= len(items) <= 10:
        yield f"{path}/items: Must be between 1 and 10 in length."
    for index, item in enumerate(items):
        yield from _media(item.get("media"), f"{path}/items/{index}/media", files)
        yield from length(item.get("description") or "", f"{path}/items/{index}/description", 1024)


def _media(media: Any, path: str, files: tuple[str, ...], *, is_attachment: bool = False) -> Problems:
    url = str((media or {}).get("url", ""))
    if url.startswith("attachment://"):
        if url.removeprefix("attachment://") not in files:
            yield f"{path}/url: Referenced attachment {url} was not found."
    elif is_attachment or not url.startswith(("http://", "https://")):
        yield f"{path}/url: Not a well formed URL."


def form(body: Any) -> Problems:
    """What is wrong with a modal."""
    yield from length(body.get("title"), "data/title", 45, least=1)
    yield from length(body.get("custom_id"), "data/custom_id", 100, least=1)
    components = body.get("components") or []
    if not 1 <= len(components) <= 5:
        yield "data/components: Must be between 1 and 5 in length."
    for index, one in enumerate(components):
        yield from _in_form(one, f"data/components/{index}")
    names = Counter(one["custom_id"] for one in walk(components) if one.get("custom_id"))
    if any(count > 1 for count in names.values()):
        yield "data/components: Component custom id cannot be duplicated."


def _in_form(one: Component, path: str) -> Problems:
    match one:
        case {"type": 1, "components": [{"type": 4} as field]}:
            yield from length(field.get("label"), f"{path}/components/0/label", 45, least=1)
            yield from _text_input(field, f"{path}/components/0")
        case {"type": 10}:
            yield from length(one.get("content"), f"{path}/content", MOST_TEXT, least=1)
        case {"type": 18, "component": {"type": kind} as field} if kind in _IN_LABEL:
            yield from length(one.get("label"), f"{path}/label", 45, least=1)
            yield from length(one.get("description") or "", f"{path}/description", 100)
            if kind == TEXT_INPUT:
                yield from _text_input(field, f"{path}/component")
            elif kind in SELECTS:
                yield from _select(field, f"{path}/component")
        case _:
            yield f'{path}/type: Value of field "type" must be one of (1, 10, 18).'


def _text_input(field: Component, path: str) -> Problems:
    yield from length(field.get("custom_id"), f"{path}/custom_id", 100, least=1)
    if field.get("style") not in (1, 2):
        yield f"{path}/style: Value must be one of (1, 2)."
    yield from length(field.get("placeholder") or "", f"{path}/placeholder", 100)
    least, most = field.get("min_length") or 0, field.get("max_length") or 4_000
    if not 0 <= least <= 4_000 or not 1 <= most <= 4_000 or least > most:
        yield f"{path}/max_length: int value should be between 1 and 4000, and not below min_length."
    if field.get("value"):
        yield from length(field["value"], f"{path}/value", most, least=least)
