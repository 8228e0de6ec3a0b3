"""How the authority sees that the names are ours: by a file of the gateway's, or by a record in the DNS."""

from importlib.metadata import entry_points

from credentials import DNS
from places import WEBROOT

# This plugin reads what the provider's own programs read, and waits until the provider says that the record is there.
WITHOUT_OPTIONS = ("route53",)


def missing_plugin():
    """Says what to do where the image has no such plugin; None if it has."""
    if not DNS:
        return None
    wanted = f"dns-{DNS['plugin']}"
    if wanted in {point.name for point in entry_points(group="certbot.plugins")}:
        return None
    return (
        f"certbot's image has no plugin {wanted}: set webnet:images.certbot to one of certbot 5 or later that has it, "
        f"as certbot/{wanted} where the plugin is one of certbot's own"
    )


def arguments():
    """The words of certbot's command line."""
    if not DNS:
        return ["--webroot", "--webroot-path", WEBROOT]
    name = f"dns-{DNS['plugin']}"
    if DNS["plugin"] in WITHOUT_OPTIONS:
        return ["--authenticator", name]
    credentials = [f"--{name}-credentials", DNS["credentials"]] if "credentials" in DNS else []
    seconds = DNS.get("propagationSeconds")
    wait = [] if seconds is None else [f"--{name}-propagation-seconds", str(seconds)]
    return ["--authenticator", name, *credentials, *wait]


def environment():
    """The variables by which a plugin without options finds its credentials."""
    if DNS.get("plugin") in WITHOUT_OPTIONS and "credentials" in DNS:
        return {"AWS_SHARED_CREDENTIALS_FILE": DNS["credentials"]}
    return {}
