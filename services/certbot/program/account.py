"""The account with the authority, and its binding to one that somebody has there already (EAB)."""

import hashlib
import os
import re
import shutil

from credentials import BINDING
from places import HOME, write

ACCOUNTS = f"{HOME}/certbot/accounts"
# In the folder of the accounts, so that the two change in one step.
NOTE = "webnet-binding"
# The words of Let's Encrypt's servers, Boulder and Pebble; certbot leaves out the error's name.
LOST = re.compile(r"accountDoesNotExist|account \S+ not found|account is not valid", re.IGNORECASE)
NEEDS_BINDING = re.compile(r"external ?account ?binding|externalAccountRequired|--eab-kid", re.IGNORECASE)


def is_lost(said):
    """True if the authority deactivated the account, or was set up anew."""
    return LOST.search(said) is not None


def forget():
    """Makes certbot register anew. The former account stays, for who wants to look."""
    move(ACCOUNTS, f"{ACCOUNTS}.lost")
    bind()


def bind():
    """Has certbot use the account of this binding: one that it has already, or it registers a new one."""
    wanted = BINDING.get("keyId", "")
    if os.path.isdir(ACCOUNTS) and noted() != wanted:
        move(ACCOUNTS, kept(noted()))
    if not os.path.isdir(ACCOUNTS) and os.path.isdir(kept(wanted)):
        os.rename(kept(wanted), ACCOUNTS)
    if wanted != "":
        os.makedirs(ACCOUNTS, mode=0o700, exist_ok=True)
        write(f"{ACCOUNTS}/{NOTE}", wanted)


def arguments():
    """The words of certbot's command line: a file, since others can read that line."""
    return ["--config", BINDING["file"]] if BINDING else []


def advice(said):
    """What to do where the authority wants a binding, or refuses this one; empty if that is not the reason."""
    if BINDING or NEEDS_BINDING.search(said) is None:
        return ""
    return (
        "\nThis authority binds accounts to one that you have with it: set webnet:gateway.tls.acme.eabKeyId, and "
        "webnet:acmeSecrets.eabHmacKey as a secret, to what it shows you."
    )


def noted():
    try:
        with open(f"{ACCOUNTS}/{NOTE}") as file:
            return file.read()
    except OSError:
        return ""


def kept(binding):
    """Where the accounts of another binding wait."""
    return f"{ACCOUNTS}.{hashlib.sha256(binding.encode()).hexdigest()[:16]}"


def move(folder, to):
    shutil.rmtree(to, ignore_errors=True)
    if os.path.isdir(folder):
        os.rename(folder, to)
