"""A mail as a message, ready for a server or a file."""

import hashlib
import mimetypes
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from app.mail.models import OutgoingMail
from app.mail.rules import SECRET, one_line


def message(mail: OutgoingMail, sender: str, now: datetime, *, secret: str) -> EmailMessage:
    """The mail with `secret` in its text's place for it; ValueError when an address cannot be one.

    Its Message-ID comes from the mail's key: a mail that goes out twice, because a process died between
    sending and noting it, is one mail to those who read it.
    """
    made = EmailMessage(policy=SMTP)
    name, address = parseaddr(sender)
    made["From"] = Address(one_line(name), addr_spec=address)
    made["To"] = Address(addr_spec=mail.recipient)
    made["Subject"] = mail.subject
    made["Date"] = format_datetime(now)
    domain = address.partition("@")[2]
    made["Message-ID"] = (
        f"<{hashlib.sha256(f'{mail.key} {mail.created_at}'.encode()).hexdigest()[:40]}@{domain}>"
    )
    made["Auto-Submitted"] = "auto-generated"
    made["Content-Language"] = mail.language
    made.set_content(mail.text.replace(SECRET, secret))
    if mail.html:
        made.add_alternative(mail.html.replace(SECRET, secret), subtype="html")
    if mail.attachment_name:
        kind = mimetypes.guess_type(mail.attachment_name)[0] or "text/plain"
        main, _, sub = kind.partition("/")
        if main == "text":
            made.add_attachment(mail.attachment, subtype=sub, filename=mail.attachment_name)
        else:
            made.add_attachment(
                mail.attachment.encode(), maintype=main, subtype=sub, filename=mail.attachment_name
            )
    return made
