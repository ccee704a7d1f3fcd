"""What a program sends: JSON that can be read, and be written back in an answer."""

import json
from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


class ReadableJSON(JSONParser):
    """Half a sign, a pit of brackets: not understood, and no error of ours."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Raises:
        ParseError
        """
        try:
            read = super().parse(stream, media_type, parser_context)
            json.dumps(read, ensure_ascii=False).encode()  # what is wrong is named with what was sent
        except (RecursionError, UnicodeEncodeError):
            raise ParseError(
                _("This is no JSON in UTF-8 that can be read. Mend it, then send it again.")
            ) from None
        return read
