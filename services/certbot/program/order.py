"""Orders a certificate by certbot."""

import os
import re
import shutil
import subprocess

from lineage import prune, repair
from places import AUTHORITY, HOME, LINEAGE, ORDER, WEBROOT

ORDER_SECONDS = 540
NOISE = re.compile(
    r"^(Saving debug log|Ask for help|Account registered|(Certificate|Key) is saved|These files will be|"
    r"Certbot has set up|If you like Certbot| \* Donating|-( -)+$)"
)
# The words of Let's Encrypt's servers, Boulder and Pebble; certbot leaves out the error's name.
LOST_ACCOUNT = re.compile(r"accountDoesNotExist|account \S+ not found|account is not valid", re.IGNORECASE)


def order(*further):
    """Orders, unless there is one that is good for a while yet. Returns whether that went well, and what was said."""
    repair()
    good, said = certbot(*further)
    if not good and account_is_lost(said):
        print("the authority does not know the account any more: registering a new one", flush=True)
        forget_account()
        good, said = certbot(*further)
    if good:
        prune()
    return good, said


def certbot(*further):
    environment = dict(os.environ)
    if os.path.exists(AUTHORITY):
        environment["REQUESTS_CA_BUNDLE"] = AUTHORITY
    contact = ["--email", ORDER["email"], "--no-eff-email"] if "email" in ORDER else ["--register-unsafely-without-email"]
    profile = ["--required-profile", ORDER["profile"]] if "profile" in ORDER else []
    command = [
        *["certbot", "certonly", "--non-interactive", "--agree-tos", "--server", ORDER["directory"]],
        *["--config-dir", f"{HOME}/certbot", "--work-dir", f"{HOME}/work", "--logs-dir", f"{HOME}/logs"],
        *["--max-log-backups", "20", "--webroot", "--webroot-path", WEBROOT, "--key-type", "ecdsa"],
        # A new one only when the authority or two thirds of its life say so, or for other names.
        *["--cert-name", LINEAGE, "--keep-until-expiring", "--renew-with-new-domains"],
        *contact,
        *profile,
        *[word for host in ORDER["hosts"] for word in ("--domain", host)],
        *further,
    ]
    output = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    try:
        done = subprocess.run(command, env=environment, text=True, errors="replace", timeout=ORDER_SECONDS, **output)
    except subprocess.TimeoutExpired:
        return False, f"the authority's answers did not come within {ORDER_SECONDS} s"
    said = essence(done.stdout)
    if done.returncode < 0:
        said = f"certbot was ended by signal {-done.returncode}, as for lack of memory. {said}".strip()
    return done.returncode == 0, said or f"certbot ended with {done.returncode} and said nothing"


def essence(said):
    """What certbot said, without the lines that are the same every time."""
    lines = [line.rstrip() for line in said.splitlines()]
    return "\n".join(line for line in lines if line and not NOISE.match(line))[-2000:]


def account_is_lost(said):
    """True if the authority deactivated the account, or was set up anew."""
    return LOST_ACCOUNT.search(said) is not None


def forget_account():
    """Makes certbot register anew. The former account stays, for who wants to look."""
    accounts = f"{HOME}/certbot/accounts"
    shutil.rmtree(f"{accounts}.lost", ignore_errors=True)
    if os.path.isdir(accounts):
        os.rename(accounts, f"{accounts}.lost")
