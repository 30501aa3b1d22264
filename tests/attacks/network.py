"""Work done where there is no network, with everything that Python asks of one written down."""

from __future__ import annotations

import ctypes
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import connections
from django.utils import translation

NEW_NETWORK = 0x40000000  # CLONE_NEWNET: the thread alone leaves the network, and whatever it starts
ASKING = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "socket.sendmsg")

_listening: dict[int, Cut] = {}


@dataclass
class Cut:
    """`tried`: what was asked of the network. `is_off`: whether there was none; it takes the rights of root."""

    tried: list[str] = field(default_factory=list)
    is_off: bool = False
    failed: list[BaseException] = field(default_factory=list)


def _listen(event: str, details: tuple[Any, ...]) -> None:
    cut = _listening.get(threading.get_ident())
    if cut is not None and event in ASKING:
        cut.tried.append(f"{event} {details[1:] if event == 'socket.connect' else details}")


sys.addaudithook(_listen)


def without_network(act: Callable[[], None]) -> Cut:
    """Do it in a thread without a network, on the connections to the database that are open already."""
    cut, shared = Cut(), {one.alias: one for one in connections.all()}
    for one in shared.values():
        one.inc_thread_sharing()
    thread = threading.Thread(target=_work, args=(act, cut, shared))
    try:
        thread.start()
        thread.join()
    finally:
        for one in shared.values():
            one.dec_thread_sharing()
    if cut.failed:
        raise cut.failed[0]
    return cut


def _work(act: Callable[[], None], cut: Cut, shared: dict[str, Any]) -> None:
    cut.is_off = ctypes.CDLL(None, use_errno=True).unshare(NEW_NETWORK) == 0
    for alias, one in shared.items():
        connections[alias] = one
    _listening[threading.get_ident()] = cut
    try:
        with translation.override("en"):
            act()
    except BaseException as fault:
        cut.failed.append(fault)
    finally:
        del _listening[threading.get_ident()]
