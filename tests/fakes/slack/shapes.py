"""Shapes of JSON values. A shape yields what is wrong with a value, in Slack's own words and with its pointers."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

Shape: TypeAlias = Callable[[Any, str], Iterator[str]]


def problem(words: str, pointer: str) -> str:
    return f"{words} [json-pointer:{pointer}]"


def string(maximum: int = 0, *, minimum: int = 0, pattern: str = "", called: str = "") -> Shape:
    """`called` is what the pattern stands for, as in "invalid url"."""
    compiled = re.compile(pattern)

    def shape(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield problem("must be a string", pointer)
        elif len(value) < minimum:
            yield problem(f"must be more than {minimum - 1} characters", pointer)
        elif maximum and len(value) > maximum:
            yield problem(f"must be less than {maximum + 1} characters", pointer)
        elif not compiled.match(value):
            yield problem(f"invalid {called}", pointer)

    return shape


def boolean(value: Any, pointer: str) -> Iterator[str]:
    if not isinstance(value, bool):
        yield problem("must be a boolean", pointer)


def number(*, minimum: float | None = None, maximum: float | None = None) -> Shape:
    def shape(value: Any, pointer: str) -> Iterator[str]:
        if isinstance(value, bool) or not isinstance(value, int | float):
            yield problem("must be a number", pointer)
        elif minimum is not None and value < minimum:
            yield problem(f"must be at least {minimum}", pointer)
        elif maximum is not None and value > maximum:
            yield problem(f"must be at most {maximum}", pointer)

    return shape


def one_of(*allowed: Any) -> Shape:
    def shape(value: Any, pointer: str) -> Iterator[str]:
        if isinstance(value, bool) or not any(value == option for option in allowed):
            yield problem("must be a valid enum value", pointer)

    return shape


def array(item: Shape, maximum: int = 0, *, minimum: int = 0) -> Shape:
    def shape(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield problem("must be an array", pointer)
            return
        if len(value) < minimum:
            yield problem(f"no fewer than {minimum} items allowed", pointer)
        if maximum and len(value) > maximum:
            yield problem(f"no more than {maximum} items allowed", pointer)
        for index, element in enumerate(value):
            yield from item(element, f"{pointer}/{index}")

    return shape


def fields(required: Mapping[str, Shape], optional: Mapping[str, Shape] | None = None) -> Shape:
    """An object with these fields and no others, apart from its `type`."""
    known = {**required, **(optional or {})}

    def shape(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield problem("must be an object", pointer)
            return
        for name in required:
            if name not in value:
                yield problem(f"missing required field: {name}", pointer)
        for name, inner in value.items():
            if name in known:
                yield from known[name](inner, f"{pointer}/{name}")
            elif name != "type":
                yield problem(f"invalid additional property: {name}", pointer)

    return shape


def untyped(shape: Shape) -> Shape:
    """For the few objects that carry no `type` at all."""

    def checked(value: Any, pointer: str) -> Iterator[str]:
        if isinstance(value, dict) and "type" in value:
            yield problem("invalid additional property: type", pointer)
        yield from shape(value, pointer)

    return checked


def tagged(shapes: Mapping[str, Shape]) -> Shape:
    """An object whose `type` says which of the shapes it must have."""

    def shape(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield problem("must be an object", pointer)
        elif "type" not in value:
            yield problem("missing required field: type", pointer)
        elif not isinstance(value["type"], str) or value["type"] not in shapes:
            yield problem(f"unsupported type: {value['type']}", f"{pointer}/type")
        else:
            yield from shapes[value["type"]](value, pointer)

    return shape


def all_of(*shapes: Shape) -> Shape:
    def shape(value: Any, pointer: str) -> Iterator[str]:
        for each in shapes:
            yield from each(value, pointer)

    return shape


def exactly_one(*names: str) -> Shape:
    def shape(value: Any, pointer: str) -> Iterator[str]:
        if isinstance(value, dict) and sum(name in value for name in names) != 1:
            yield problem(f"must define exactly one of {' and '.join(names)}", pointer)

    return shape


def at_least_one(*names: str) -> Shape:
    def shape(value: Any, pointer: str) -> Iterator[str]:
        if isinstance(value, dict) and not any(name in value for name in names):
            yield problem(f"must define at least one of {' or '.join(names)}", pointer)

    return shape
