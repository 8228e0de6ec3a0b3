"""Keeps the gateway's certificate fresh: orders it, renews it, and offers it to the gateway.

Modes: keep (for ever), now (an order if one is due), renew (an order in any case), rehearse (one that gives nothing), and
show. All but the first answer JSON.
"""

import fcntl
import hashlib
import json
import os
import random
import signal
import sys
import time

from lineage import live_pair
from offers import offer
from order import order
from pair import facts, now, unfit, words
from places import HOME, OFFERS, ORDER, WEBROOT, write

STATUS = f"{HOME}/status.json"
ALIVE = "/tmp/alive"
HOUR = 3600
# Twice a day, as authorities ask for; not everybody at the same time.
BETWEEN = (11 * HOUR, 13 * HOUR)
# A failed order counts at the authority, so the pauses grow.
FIRST_PAUSE = 600
LONGEST_PAUSE = 12 * HOUR
TICK_SECONDS = 15
ORDERED = hashlib.sha256(json.dumps(ORDER, sort_keys=True).encode()).hexdigest()[:16]


class Lock:
    """One attempt at a time, whoever asks for it."""

    def __enter__(self):
        self.file = open(f"{HOME}/lock", "w")
        fcntl.flock(self.file, fcntl.LOCK_EX)

    def __exit__(self, *_):
        self.file.close()


def read_status():
    """How the last attempt for this order ended; empty if there was none."""
    try:
        with open(STATUS) as file:
            status = json.load(file)
    except (OSError, ValueError):
        return {}
    if status.get("order") != ORDERED:
        return {}
    # Written while the clock was ahead, these would put off everything until it gets there.
    if status.get("at", 0) > time.time():
        del status["at"]
    return {**status, "next": min(status.get("next", 0), time.time() + BETWEEN[1])}


def attempt(*further):
    """One attempt, unless another has ended since this one was asked for. Returns how it ended."""
    asked_at = time.time()
    with Lock():
        status = read_status()
        if status.get("at", 0) >= asked_at:
            return status
        failures = status.get("failures", 0) + 1
        begun = {"next": time.time() + pause(failures), "failures": failures, "problem": "the attempt was interrupted"}
        # Before the order: where this can't be written, as on a full disk, the next start would order again.
        write(STATUS, json.dumps({**status, "order": ORDERED, **begun}))
        good, said = order(*further)
        wrong = offer()
        problem = said if not good else wrong
        failures = 0 if problem is None else failures
        status = {"order": ORDERED, "at": time.time(), "next": time.time() + pause(failures, said), "failures": failures}
        if problem is not None:
            status["problem"] = problem
        write(STATUS, json.dumps(status))
    print(f"{words(now())} {said}", flush=True)
    if problem is not None:
        print(f"{words(now())} the gateway keeps the certificate that it has: {problem}", flush=True)
    return status


def pause(failures, said=""):
    if failures == 0:
        return random.uniform(*BETWEEN)
    if "ratelimited" in said.lower().replace(" ", ""):
        return LONGEST_PAUSE
    return min(FIRST_PAUSE * 2 ** min(failures - 1, 10), LONGEST_PAUSE)


def keep():
    write(ALIVE, words(now()))
    while True:
        try:
            # The engine may start this container again and again, and must not order each time.
            if time.time() >= read_status().get("next", 0):
                attempt()
            else:
                offer()
            write(ALIVE, words(now()))
        except Exception as error:  # a full disk, above all: it may have room again
            print(f"{words(now())} {type(error).__name__}: {error}", flush=True)
        time.sleep(TICK_SECONDS)


def rehearse():
    with Lock():
        good, said = order("--dry-run")
    return {"good": good, "said": said}


def show():
    pair = live_pair()
    status = {"hosts": ORDER["hosts"], "directory": ORDER["directory"], **read_status()}
    if pair is None:
        return status
    wrong = unfit(*pair, ORDER["hosts"])
    return {**status, "certificate": {**facts(*pair), **({"unfit": wrong} if wrong is not None else {})}}


def main(mode):
    # The first process of a container ends at no signal that it does not take.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    # The gateway's group reads what is shared.
    os.umask(0o027)
    for folder in (f"{WEBROOT}/.well-known/acme-challenge", OFFERS):
        os.makedirs(folder, exist_ok=True)
    if mode == "keep":
        keep()
    answers = {"now": attempt, "renew": lambda: attempt("--force-renewal"), "rehearse": rehearse, "show": show}
    # On a line of its own, after what else is said.
    print(json.dumps(answers[mode]()), flush=True)


main(sys.argv[1])
