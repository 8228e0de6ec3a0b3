"""What of an order is secret: kept out of the command line, and out of all that is said."""

import ipaddress
import json
import re

from places import ORDER

DNS = ORDER.get("dns", {})
BINDING = ORDER.get("binding", {})
LEAST_LETTERS = 8
# Whoever looks for a fault needs to see these.
OPEN = re.compile(r"(server|port|name|algorithm|endpoint|region|type|kid)$", re.IGNORECASE)


def hidden(said):
    """The same without what the files hold: whatever a plugin quotes must not reach a log or an operator's screen."""
    for word in sorted(words(), key=len, reverse=True):
        said = said.replace(word, "***")
    return said


def words():
    found = set()
    for path in (DNS.get("credentials"), BINDING.get("file")):
        if path is not None:
            try:
                with open(path, errors="replace") as file:
                    found.update(word for value in values(file.read()) for word in parts(value))
            except OSError:
                pass
    return found


def values(text):
    """The values of an INI or JSON file that are secret, or may be."""
    try:
        return [str(value) for name, value in json.loads(text).items() if not OPEN.search(name)]
    except (ValueError, AttributeError):
        pass
    pairs = [line.split("=", 1) for line in text.splitlines() if not line.lstrip().startswith(("#", ";", "["))]
    return [pair[-1] for pair in pairs if len(pair) == 1 or not OPEN.search(pair[0].strip())]


def parts(value):
    """The words of a value, each as a program may quote it by itself."""
    for word in [value.strip(), *re.split(r"[\s\"',=]+", value)]:
        if len(word) >= LEAST_LETTERS and not is_address(word):
            yield word


def is_address(word):
    try:
        ipaddress.ip_address(word)
    except ValueError:
        return False
    return True
