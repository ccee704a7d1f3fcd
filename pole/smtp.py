"""The mail server we hand over to. Asked to speak TLS, it does so with a certificate we trust, or nothing is said."""

import ssl

from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend


class Backend(EmailBackend):
    """Django's, which checks the server's certificate and name; and may know an authority of the house's own."""

    @property
    def ssl_context(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=settings.EMAIL_CA or None)
        if self.ssl_certfile:
            context.load_cert_chain(self.ssl_certfile, self.ssl_keyfile)
        return context
