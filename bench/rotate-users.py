# SPDX-License-Identifier: Apache-2.0
"""Rotates application credentials of users as a script of a timer does: one after another, each by a new password.

Arguments: a folder, then the names of the users. Each credential is written to the folder as USER.json. It looks at nothing
before it acts but at what the APIs make it ask for, and the former credentials are left to expire.
"""

import json
import secrets
import sys
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

import openstack

VALID = timedelta(days=7)


def rotate(conn, domain, project, name, folder):
    user = conn.identity.find_user(name, domain_id=domain.id)
    role = conn.identity.find_role("reader")
    conn.identity.assign_project_role_to_user(project, user, role)
    list(conn.identity.application_credentials(user=user))

    password = secrets.token_hex(32)
    conn.identity.update_user(user, password=password)
    # A token that is made in the second of the change is dead.
    time.sleep(1)

    expires_at = datetime.now(timezone.utc) + VALID
    own = conn.connect_as(username=name, password=password, project_name=project.name)
    credential = own.identity.create_application_credential(
        user=user,
        name=f"service_creds_{time.time()}",
        expires_at=expires_at.strftime("%Y-%m-%dT%H:%M:%S"),
    )
    (folder / f"{name}.json").write_text(json.dumps({"id": credential.id, "secret": credential.secret}))


def main():
    folder, *names = sys.argv[1:]
    conn = openstack.connect()
    domain = conn.identity.find_domain("Default")
    project = conn.identity.find_project("service")
    for name in names:
        rotate(conn, domain, project, name, Path(folder))


if __name__ == "__main__":
    main()
