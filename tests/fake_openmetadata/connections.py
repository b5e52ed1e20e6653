# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections of services: encrypted when stored, decrypted and masked when shown, unmasked when they come back."""

from __future__ import annotations

import copy
from typing import Any

from .catalogue import CUSTOM, Catalogue
from .cipher import MASK, Cipher
from .errors import ApiError, bad_request
from .values import ConversionError

Json = dict[str, Any]


def _invalid(service_type: str, action: str) -> ApiError:
    return bad_request(
        f"InvalidServiceConnectionException for service [{service_type}] due to "
        f"[Failed to {action} connection instance of {service_type}]."
    )


class Connections:
    """The rules for `connection.config` of one release."""

    def __init__(self, catalogue: Catalogue, cipher: Cipher) -> None:
        """Rules of a release's connection classes, with a key."""
        self.catalogue = catalogue
        self.cipher = cipher

    def encrypt(self, service_type: str, config: Any) -> Any:
        """As stored. Raises ApiError 400; only an unknown member is named."""
        if config is None:
            raise _invalid(service_type, "encrypt")
        try:
            converted = self.catalogue.convert(service_type, config)
        except ConversionError as error:
            if error.unknown is None:
                raise _invalid(service_type, "encrypt") from None
            raise bad_request(
                f"Failed to encrypt '{service_type}' connection stored in DB due to an unrecognized field: "
                f"'{error.unknown}'"
            ) from None
        return self.catalogue.map_secrets(service_type, converted, lambda _, secret: self._sealed(secret))

    def _sealed(self, secret: str) -> str:
        return self.cipher.encrypt(self._opened(secret))

    def _opened(self, secret: str) -> str:
        try:
            return self.cipher.decrypt(secret)
        except ValueError:
            return secret

    def decrypt(self, service_type: str, config: Any) -> Any:
        """With secrets in clear."""
        if config is None:
            return None
        converted = self.catalogue.convert(service_type, config)
        return self.catalogue.map_secrets(service_type, converted, lambda _, secret: self._opened(secret))

    def mask(self, service_type: str, config: Any) -> Any:
        """With secrets hidden."""
        if config is None:
            return None
        converted = self.catalogue.convert(service_type, config)
        return self.catalogue.map_secrets(service_type, converted, lambda _, secret: MASK)

    def unmask(self, service_type: str, sent: Any, stored: Any) -> Any:
        """What an update sent, its masks replaced by the stored secrets in the same place.

        Raises ApiError 400 when either doesn't fit the service type; no member is named.
        """
        if sent is None or stored is None or service_type == CUSTOM:
            return sent
        known: dict[str, str] = {}

        def remember(path: str, secret: str) -> str:
            known[path] = self._opened(secret)
            return secret

        try:
            converted = self.catalogue.convert(service_type, sent)
            self.catalogue.map_secrets(service_type, self.catalogue.convert(service_type, stored), remember)
        except ConversionError:
            raise _invalid(service_type, "unmask") from None
        return self.catalogue.map_secrets(
            service_type,
            converted,
            lambda path, secret: known.get(path, MASK) if secret == MASK else self._opened(secret),
        )

    def cannot_unmask(self, service_type: str) -> ApiError:
        """400 for an update without a connection."""
        return _invalid(service_type, "unmask")

    def shown(self, service_type: str, connection: Json | None, clear: bool) -> Json | None:
        """A stored connection as a reader sees it."""
        if connection is None:
            return None
        show = self.decrypt if clear else self.mask
        return {**connection, "config": show(service_type, copy.deepcopy(connection.get("config")))}
