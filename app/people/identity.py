"""What a person types about themselves, made clean: e-mail address, name; and how a browser is called. Pure."""

import ipaddress
import re
import unicodedata

from app.errors import Invalid
from app.words import N_

#: One address as mail servers take it: no quotes, no comments, no spaces, a dotted domain.
EMAIL = re.compile(
    r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9][a-z0-9-]{0,61}[a-z0-9]"
)
NOT_AN_EMAIL = N_("Write an e-mail address, such as name@example.org.")
NO_NAME = N_("Write a name.")
LONG_NAME = N_("This is longer than %(most)s characters.")

BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def email_of(typed: str) -> str:
    """An e-mail address in lower case, as it is kept; Invalid when it cannot be one."""
    found = clean(typed).lower().removeprefix("mailto:").strip("<> ")
    if len(found) > 254 or len(found.partition("@")[0]) > 64 or not EMAIL.fullmatch(found):
        raise Invalid(NOT_AN_EMAIL, fields={"email": NOT_AN_EMAIL})
    return found


def name_of(typed: str, *, most: int = 120, field: str = "name") -> str:
    """A person's or organisation's name on one line; Invalid when there is none, or it is too long."""
    found = clean(typed)
    if not found:
        raise Invalid(NO_NAME, fields={field: NO_NAME})
    if len(found) > most:
        raise Invalid(LONG_NAME, fields={field: LONG_NAME}, most=most)
    return found


def clean(typed: str) -> str:
    """Typed words on one line: composed, without control or invisible characters, single spaces."""
    composed = unicodedata.normalize("NFC", typed)
    seen = "".join(
        " " if unicodedata.category(sign) in {"Cc", "Zs", "Zl", "Zp"} else sign
        for sign in composed
        if unicodedata.category(sign) not in {"Cf", "Cs", "Co", "Cn"}
    )
    return re.sub(r" +", " ", seen).strip()


def folded(name: str) -> str:
    """A name for comparing: "Kesatuan  Pekerja" and "kesatuan pekerja" are one."""
    return clean(unicodedata.normalize("NFKC", name)).casefold()


def device_of(user_agent: str) -> str:
    """A browser as people call it, "Firefox, Windows"; "" when it does not say."""
    browser = next((name for sign, name in BROWSERS if sign in user_agent), "")
    system = next((name for sign, name in SYSTEMS if sign in user_agent), "")
    return ", ".join(part for part in (browser, system) if part) or clean(user_agent)[:60]


def network_of(address: str) -> str:
    """What counts as one network: an IPv4 address, or the /64 that a household or office is given."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)
