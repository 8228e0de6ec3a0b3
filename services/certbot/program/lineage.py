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


def live_pair():
    """Chain and key; None if there is none yet."""
    folder = f"{STATE}/live/{LINEAGE}"
    try:
        with open(f"{folder}/fullchain.pem") as chain, open(f"{folder}/privkey.pem") as key:
            return chain.read(), key.read()
    except OSError:
        return None


def repair():
    """
    Removes what a kill or a full disk left of an order. certbot would neither renew that nor order under its name again:
    each attempt would get a certificate that nobody finds, until the authority gives no more.
    """
    if is_whole():
        return
    for path in glob.glob(f"{STATE}/*/{LINEAGE}*"):
        if os.path.isdir(path) and not os.path.islink(path):
            shutil.rmtree(path)
        else:
            os.remove(path)


def is_whole():
    """True also if nothing is there at all."""
    try:
        with open(f"{STATE}/renewal/{LINEAGE}.conf") as file:
            conf = file.read()
    except FileNotFoundError:
        conf = ""
    if conf == "":
        return not glob.glob(f"{STATE}/*/{LINEAGE}*")
    pair = live_pair()
    names = all(re.search(rf"^{part} = ", conf, re.MULTILINE) for part in PARTS)
    return names and pair is not None and damage(*pair) is None


def prune():
    """certbot keeps every version for ever; the newest are enough."""
    archive = f"{STATE}/archive/{LINEAGE}"
    found = [re.search(r"(\d+)\.pem$", name) for name in os.listdir(archive)] if os.path.isdir(archive) else []
    for number in sorted({int(match[1]) for match in found if match})[:-KEPT_VERSIONS]:
        for part in PARTS:
            if os.path.exists(f"{archive}/{part}{number}.pem"):
                os.remove(f"{archive}/{part}{number}.pem")
