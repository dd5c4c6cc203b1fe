"""Where to go after the door: only ever to a page of this site."""

from urllib.parse import urlsplit

LONGEST = 400


def checked(path: str) -> str:
    r"""`path` when it leads to a page of this site, else "/".

    Browsers read `//host`, `/\\host` and paths with tabs or line ends in them as other sites' addresses.
    """
    if len(path) > LONGEST or not path.startswith("/") or path[1:2] in {"/", "\\"}:
        return "/"
    if "\\" in path or any(ord(sign) <= 32 or ord(sign) == 127 for sign in path):
        return "/"
    parts = urlsplit(path)
    if parts.scheme or parts.netloc or parts.path.startswith(("/sign-in", "/sign-out", "/language")):
        return "/"
    return path
