"""What a certificate with its key must be before a gateway serves it."""

import hashlib
from datetime import datetime, timezone

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key


def now():
    return datetime.now(timezone.utc)


def words(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def digest(chain, key):
    """Names a pair, as the gateway does."""
    return hashlib.sha256(f"{chain.strip()}\n{key.strip()}".encode()).hexdigest()[:16]


def facts(chain, key):
    """For who asks what there is."""
    try:
        leaf = x509.load_pem_x509_certificates(chain.encode())[0]
    except ValueError:
        return {}
    return {"from": words(leaf.not_valid_before_utc), "to": words(leaf.not_valid_after_utc), "digest": digest(chain, key)}


def public(key):
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def covers(pattern, host):
    if pattern.startswith("*."):
        return host.split(".", 1)[1:] == [pattern[2:]]
    return pattern.lower() == host


def damage(chain_text, key_text):
    """Why nobody could ever serve the pair; None if its parts can be read and belong together."""
    try:
        chain = x509.load_pem_x509_certificates(chain_text.encode())
        key = load_pem_private_key(key_text.encode(), None)
    except Exception as error:  # whatever the library throws
        return f"the certificate or its key can't be read: {error}"
    if public(chain[0].public_key()) != public(key.public_key()):
        return "the key is not the certificate's"
    return None


def unfit(chain_text, key_text, hosts):
    """Why the gateway must not serve the pair; None if it may."""
    damaged = damage(chain_text, key_text)
    if damaged is not None:
        return damaged
    chain = x509.load_pem_x509_certificates(chain_text.encode())
    leaf = chain[0]
    for certificate in chain:
        if now() < certificate.not_valid_before_utc:
            return f"it is not valid before {words(certificate.not_valid_before_utc)}, and this machine's clock says {words(now())}"
        if now() >= certificate.not_valid_after_utc:
            return f"it expired at {words(certificate.not_valid_after_utc)}, by this machine's clock ({words(now())})"
    for issued, issuer in zip(chain, chain[1:]):
        try:
            issued.verify_directly_issued_by(issuer)
        except Exception:
            return "the chain is out of order or mixed"
    try:
        names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value.get_values_for_type(x509.DNSName)
    except x509.ExtensionNotFound:
        names = []
    missing = [host for host in hosts if not any(covers(name, host) for name in names)]
    if missing:
        return f"it is for {', '.join(names) or 'no name'}, and not for {', '.join(missing)}"
    return None
