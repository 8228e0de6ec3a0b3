"""What certbot keeps of a certificate: its files, and how it is to be renewed."""

import glob
import os
import re
import shutil

from pair import damage
from places import HOME, LINEAGE

STATE = f"{HOME}/certbot"
PARTS = ("cert", "chain", "fullchain", "privkey")
KEPT_VERSIONS = 10


def live(part):
    """One of the files of the newest version; None if it isn't there."""
    try:
        with open(f"{STATE}/live/{LINEAGE}/{part}.pem", errors="replace") as file:
            return file.read()
    except OSError:
        return None


def live_pair():
    """Chain and key; None if there is none yet."""
    chain, key = live("fullchain"), live("privkey")
    return None if chain is None or key is None else (chain, key)


def repair():
    """
    Removes what a kill or a full disk left of an order. certbot would neither renew that nor order under its name again,
    but under another: each attempt would get a certificate that nobody finds, until the authority gives no more.
    """
    remove(f"{LINEAGE}-*")
    if not is_whole():
        remove(f"{LINEAGE}*")


def remove(pattern):
    for path in glob.glob(f"{STATE}/*/{pattern}"):
        if os.path.isdir(path) and not os.path.islink(path):
            shutil.rmtree(path)
        else:
            os.remove(path)


def is_whole():
    """True also if nothing is there at all."""
    if not glob.glob(f"{STATE}/*/{LINEAGE}*"):
        return True
    try:
        with open(f"{STATE}/renewal/{LINEAGE}.conf", errors="replace") as file:
            conf = file.read()
    except OSError:
        return False
    files = [live(part) for part in PARTS]
    if None in files or not all(re.search(rf"^{part} = ", conf, re.MULTILINE) for part in PARTS):
        return False
    cert, chain, fullchain, key = files
    return f"{cert}{chain}".split() == fullchain.split() and damage(fullchain, key) is None


def prune():
    """certbot keeps every version for ever; the newest are enough."""
    archive = f"{STATE}/archive/{LINEAGE}"
    found = [re.search(r"(\d+)\.pem$", name) for name in os.listdir(archive)] if os.path.isdir(archive) else []
    for number in sorted({int(match[1]) for match in found if match})[:-KEPT_VERSIONS]:
        for part in PARTS:
            if os.path.exists(f"{archive}/{part}{number}.pem"):
                os.remove(f"{archive}/{part}{number}.pem")
