# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """How to reach a server and as whom."""

    DOCUMENTATION = r"""
options:
  url:
    description:
      - The server's address, for example V(https://openmetadata.example.com:8585). A C(/api) behind it does no harm.
      - Without it, the environment variable E(OPENMETADATA_HOST) or E(OPENMETADATA_URL) is used.
    type: str
  token:
    description:
      - The JWT of a bot or user.
      - A bot's token is the better choice, since the server shows the stored secrets to bots only, so that drift in
        them can be seen.
      - Without it and without O(username), the environment variable E(OPENMETADATA_JWT_TOKEN) or E(OPENMETADATA_TOKEN)
        is used.
    type: str
  username:
    description:
      - Name or e-mail address of a user to log in as, in place of O(token). A name without C(@) is completed with the
        domain that the server is configured with.
      - A login is never repeated, since OpenMetadata blocks an account after three failures.
      - Without it and without O(token), the environment variable E(OPENMETADATA_USERNAME) is used.
    type: str
  password:
    description:
      - The password of O(username).
      - Without it, the environment variable E(OPENMETADATA_PASSWORD) is used.
    type: str
  validate_certs:
    description: Whether to verify the server's TLS certificate.
    type: bool
    default: true
  ca_path:
    description:
      - File (or hashed folder) with the CA certificates to verify the server's certificate with.
      - Without it, the environment variable E(OPENMETADATA_CA_BUNDLE) is used.
    type: path
  client_cert:
    description: File with a client certificate for TLS, and with its key unless O(client_key) is set.
    type: path
  client_key:
    description: File with the key of O(client_cert).
    type: path
  timeout:
    description: How many seconds to wait for the server to accept a connection, and to send the next part of an answer.
    type: float
    default: 30.0
  retries:
    description:
      - How often a request is repeated after a fault that may pass, such as a lost connection, or an answer with status
        429, 502, 503 or 504.
      - The pauses in between grow, or are as long as the server asks for, up to 30 seconds.
      - Creating is repeated only after looking whether the first try took effect.
    type: int
    default: 4
requirements:
  - requests
notes:
  - Proxies are taken from the environment (E(HTTPS_PROXY), E(HTTP_PROXY), E(NO_PROXY)).
  - The environment is that of the host on which the module runs.
  - Over the local connection, which C(localhost) and C(delegate_to=localhost) have, a task is done by Ansible's own
    process, which saves the time that starting a module takes. A task with C(become), C(async) or C(environment)
    starts the module, as does every task on macOS, where the Python of Ansible lacks C(requests), and where the
    variable C(openmetadata_in_controller) is V(false). Results are the same.
"""
