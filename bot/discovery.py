"""Finds declared values in the modules of a package; nothing registers itself by being imported."""

import importlib
import pkgutil
from types import ModuleType
from typing import TypeVar

T = TypeVar("T")


def collect(package: ModuleType, kind: type[T]) -> tuple[T, ...]:
    """Every module-level value of type `kind`, by module and then in the order of declaration."""
    found: dict[int, T] = {}
    for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda info: info.name):
        module = importlib.import_module(f"{package.__name__}.{info.name}")
        for value in vars(module).values():
            if isinstance(value, kind):
                found.setdefault(id(value), value)
    return tuple(found.values())
