"""Offers certificates to the gateway, which takes them by itself."""

import os
import shutil

from lineage import live_pair
from pair import digest, unfit
from places import OFFERS, ORDER, write


def offer():
    """Offers what certbot has, if it is fit. Returns why it is not, or None."""
    pair = live_pair()
    if pair is None:
        return "there is none yet"
    wrong = unfit(*pair, ORDER["hosts"])
    if wrong is None:
        publish(digest(*pair), {"chain.pem": pair[0], "key.pem": pair[1]})
    return wrong


def publish(name, files):
    """Writes the files beside the former offer, and then moves one link."""
    current, folder = f"{OFFERS}/current", f"{OFFERS}/{name}"
    if os.path.islink(current) and os.readlink(current) == name and os.path.isdir(folder):
        return
    made = f"{OFFERS}/.next"
    shutil.rmtree(made, ignore_errors=True)
    os.makedirs(made)
    for file, text in files.items():
        write(f"{made}/{file}", text)
    shutil.rmtree(folder, ignore_errors=True)
    os.rename(made, folder)
    if os.path.lexists(f"{current}.next"):
        os.remove(f"{current}.next")
    os.symlink(name, f"{current}.next")
    os.replace(f"{current}.next", current)
    for other in os.listdir(OFFERS):
        if other not in (name, "current"):
            shutil.rmtree(f"{OFFERS}/{other}", ignore_errors=True)
