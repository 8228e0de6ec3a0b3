"""Orders a certificate by certbot."""

import os
import re
import subprocess

import account
import challenge
from credentials import DNS, hidden
from lineage import prune, repair
from places import AUTHORITY, HOME, LINEAGE, ORDER

ORDER_SECONDS = 540 + DNS.get("propagationSeconds", 0)
NOISE = re.compile(
    r"^(Saving debug log|Ask for help|Account registered|(Certificate|Key) is saved|These files will be|"
    r"Certbot has set up|Waiting \d+ seconds for DNS|If you like Certbot| \* Donating|-( -)+$)"
)


def order(*further):
    """Orders, unless there is one that is good for a while yet. Returns whether that went well, and what was said."""
    lacking = challenge.missing_plugin()
    if lacking is not None:
        return False, lacking
    repair()
    account.bind()
    good, said = certbot(*further)
    if not good and account.is_lost(said):
        print("the authority does not know the account any more: registering a new one", flush=True)
        account.forget()
        good, said = certbot(*further)
    if good:
        prune()
    return good, said


def certbot(*further):
    environment = {**os.environ, **challenge.environment()}
    if os.path.exists(AUTHORITY):
        environment["REQUESTS_CA_BUNDLE"] = AUTHORITY
    contact = ["--email", ORDER["email"], "--no-eff-email"] if "email" in ORDER else ["--register-unsafely-without-email"]
    profile = ["--required-profile", ORDER["profile"]] if "profile" in ORDER else []
    command = [
        *["certbot", "certonly", "--non-interactive", "--agree-tos", "--server", ORDER["directory"]],
        *["--config-dir", f"{HOME}/certbot", "--work-dir", f"{HOME}/work", "--logs-dir", f"{HOME}/logs"],
        *["--max-log-backups", "20", "--key-type", "ecdsa"],
        *challenge.arguments(),
        *account.arguments(),
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
    said = essence(hidden(done.stdout))
    if done.returncode < 0:
        said = f"certbot was ended by signal {-done.returncode}, as for lack of memory. {said}".strip()
    if done.returncode != 0:
        said += account.advice(said)
    return done.returncode == 0, said or f"certbot ended with {done.returncode} and said nothing"


def essence(said):
    """What certbot said, without the lines that are the same every time."""
    lines = [line.rstrip() for line in said.splitlines()]
    return "\n".join(line for line in lines if line and not NOISE.match(line))[-2000:]
