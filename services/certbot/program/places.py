"""What is ordered, and where things are in this container."""

import hashlib
import json
import os

HERE = os.path.dirname(os.path.abspath(__file__))
with open(f"{HERE}/order.json") as file:
    ORDER = json.load(file)

# The account and the certificates.
HOME = ORDER["home"]
# Shared with the gateway, which only reads it.
WEBROOT = ORDER["webroot"]
OFFERS = ORDER["offers"]
AUTHORITY = f"{HERE}/authority.pem"

# Another directory or profile is another certificate: the former one must not pass for it.
LINEAGE = "webnet-" + hashlib.sha256(f"{ORDER['directory']} {ORDER.get('profile', '')}".encode()).hexdigest()[:8]


def write(path, text):
    """Writes a file in one step: a full disk or a kill leaves the former one."""
    with open(f"{path}.next", "w") as next_file:
        next_file.write(text)
        next_file.flush()
        os.fsync(next_file.fileno())
    os.replace(f"{path}.next", path)
