"""What this process keeps in memory of the states of its databases, so that a state is asked the same question once."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar, cast

Read = TypeVar("Read")


class Kept:
    """The values of the last `largest` different keys asked for: the one not asked for longest makes room."""

    def __init__(self, largest: int) -> None:
        self._largest = largest
        self._values: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = Lock()

    def value(self, key: Hashable, read: Callable[[], Read]) -> Read:
        """What `read` returned for `key`, calling it where that is not kept.

        Everybody who asks for `key` is given the same object: it must hold all that the value depends on, the viewer's
        counties above all, and the value must be one that nobody can change.
        """
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return cast(Read, self._values[key])
        value = read()
        with self._lock:
            self._values[key] = value
            if len(self._values) > self._largest:
                self._values.popitem(last=False)
        return value

    def clear(self) -> None:
        with self._lock:
            self._values.clear()
