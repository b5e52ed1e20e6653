# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections of services: encrypted when stored, decrypted and masked when shown, unmasked when they come back."""

from __future__ import annotations

from typing import Any

from .capabilities import Capabilities
from .catalogue import Catalogue
from .cipher import MASK, Cipher
from .errors import ApiError, bad_request
from .values import ConversionError

Json = dict[str, Any]


def _invalid(service_type: str, action: str) -> ApiError:
    return bad_request(
        f"InvalidServiceConnectionException for service [{service_type}] due to "
        f"[Failed to {action} connection instance of {service_type}]."
    )


def _masked(_path: str, _secret: str) -> str:
    return MASK


class Connections:
    """The rules for `connection.config` of one release."""

    def __init__(self, can: Capabilities, catalogue: Catalogue, cipher: Cipher) -> None:
        """Rules of a release's connection classes, with a key."""
        self.can = can
        self.catalogue = catalogue
        self.cipher = cipher

    def _refused(self, service_type: str, action: str, error: ConversionError) -> ApiError:
        """400 for a connection that doesn't convert.

        Server 1.2 names an unknown member when encrypting, but not when unmasking, and never a value; newer servers
        pass the converter's words on.
        """
        if error.unknown is not None and (action == "encrypt" or self.can.conversion_errors_told):
            return bad_request(
                f"Failed to {action} '{service_type}' connection stored in DB due to an unrecognized field: "
                f"'{error.unknown}'"
            )
        if self.can.conversion_errors_told:
            return bad_request(f"{error.text}\n at [Source: UNKNOWN; byte offset: #UNKNOWN]")
        return _invalid(service_type, action)

    def encrypt(self, service_type: str, config: Any) -> Any:
        """As stored. Raises ApiError 400."""
        if config is None:
            raise _invalid(service_type, "encrypt")
        try:
            converted = self.catalogue.convert(service_type, config)
        except ConversionError as error:
            raise self._refused(service_type, "encrypt", error) from None
        return self.catalogue.map_secrets(service_type, converted, lambda _, secret: self._sealed(secret))

    def _sealed(self, secret: str) -> str:
        return self.cipher.encrypt(self._opened(secret))

    def _opened(self, secret: str) -> str:
        try:
            return self.cipher.decrypt(secret)
        except ValueError:
            return secret

    def decrypt(self, service_type: str, config: Any) -> Any:
        """A stored connection with secrets in clear."""
        if config is None:
            return None
        return self.catalogue.map_secrets(service_type, config, lambda _, secret: self._opened(secret))

    def mask(self, service_type: str, config: Any) -> Any:
        """A stored connection with secrets hidden."""
        if config is None:
            return None
        return self.catalogue.map_secrets(service_type, config, _masked)

    def unmask(self, service_type: str, sent: Any, stored: Any) -> Any:
        """What an update sent, its masks replaced by the stored secrets in the same place.

        Raises ApiError 400 when either doesn't fit the service type.
        """
        if sent is None or stored is None:
            return sent
        known: dict[str, str] = {}

        def remember(path: str, secret: str) -> str:
            known[path] = self._opened(secret)
            return secret

        try:
            converted = self.catalogue.convert(service_type, sent)
            self.catalogue.map_secrets(service_type, self.catalogue.convert(service_type, stored), remember)
        except ConversionError as error:
            raise self._refused(service_type, "unmask", error) from None
        return self.catalogue.map_secrets(
            service_type,
            converted,
            lambda path, secret: known.get(path, MASK) if secret == MASK else self._opened(secret),
        )

    def cannot_unmask(self, service_type: str) -> ApiError:
        """400 for an update without a connection."""
        if not self.can.conversion_errors_told:
            return _invalid(service_type, "unmask")
        call = "org.openmetadata.schema.ServiceConnectionEntityInterface.getConfig()"
        return bad_request(f'Cannot invoke "{call}" because the return value of "getConnection()" is null')

    def shown(self, service_type: str, connection: Json | None, clear: bool) -> Json | None:
        """A stored connection as a reader sees it."""
        if connection is None:
            return None
        show = self.decrypt if clear else self.mask
        return {**connection, "config": show(service_type, connection.get("config"))}
