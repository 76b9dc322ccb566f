"""Reads login-alert mails: what they say, and whether the platform's own signature (DKIM) vouches for it."""

from countersign.sources.access.mail.box import mailbox
from countersign.sources.access.mail.keys import key_files, key_name
from countersign.sources.access.mail.notice import alert
from countersign.sources.access.mail.parts import Mail, looks_like_a_mail, message

__all__ = ["Mail", "alert", "key_files", "key_name", "looks_like_a_mail", "mailbox", "message"]
