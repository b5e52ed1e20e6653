# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Encryption of stored secrets, as the server does it: `fernet:` and a token."""

from __future__ import annotations

from cryptography.fernet import Fernet

PREFIX = "fernet:"
MASK = "*********"


class Cipher:
    """Encrypts and decrypts secrets with a key made per process; remembers plain texts, since lists read many."""

    def __init__(self) -> None:
        """Make a key."""
        self._fernet = Fernet(Fernet.generate_key())
        self._known: dict[str, str] = {}

    def encrypt(self, value: str) -> str:
        """Ciphertext of a plain value; a value that is ciphertext already stays."""
        if value.startswith(PREFIX):
            return value
        token = PREFIX + self._fernet.encrypt(value.encode()).decode()
        self._known[token] = value
        return token

    def decrypt(self, value: str) -> str:
        """Plain text of ciphertext; any other value stays. Raises ValueError for foreign ciphertext."""
        if not value.startswith(PREFIX):
            return value
        if value not in self._known:
            raise ValueError("ciphertext of another server")
        return self._known[value]

    def exported(self) -> dict[str, str]:
        """All that was ever encrypted, for a state file."""
        return dict(self._known)

    def imported(self, known: dict[str, str]) -> None:
        """Take up what `exported` gave."""
        self._known.update(known)
