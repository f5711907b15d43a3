# SPDX-License-Identifier: Apache-2.0
"""A keystoneauth plugin that logs in by an application credential kept in a file.

The file is read again when it changes, so that a running service uses a new credential at its next call, without a
restart. A file that is absent, half written or refused by Keystone does not end what works: the token at hand is used
for as long as it is valid, and the file is tried again some seconds later.

The file is JSON: {"generation": 4, "id": "…", "secret": "…", "previous": {"generation": 3, "id": "…", "secret": "…"}},
where `previous` may be null. After each login a marker in `marker_folder` says which generation this process uses.
"""

import json
import os
import threading
import time

from keystoneauth1 import exceptions
from keystoneauth1 import loading
from keystoneauth1.identity import v3

# Between two tries of a file that did not let in. 5 s: a person who mends it sees the effect at once, and a service under
# load asks Keystone twelve times a minute at most.
RETRY_SECONDS = 5

# Keystone answers 401 for a wrong secret, and 404 for a credential that was deleted.
REFUSALS = (exceptions.Unauthorized, exceptions.NotFound)


class CredentialFileError(exceptions.AuthPluginException):
    """The file holds no credential that can be used, and there is no token at hand."""


def _read(path):
    """Return the credential and the signature of the very file it was read from."""
    with open(path, encoding="utf-8") as file:
        signature = _signature(os.fstat(file.fileno()))
        credential = json.load(file)
    for key in ("generation", "id", "secret"):
        if not credential.get(key):
            raise ValueError("it has no %s" % key)
    return credential, signature


def _signature(status):
    return (status.st_mtime_ns, status.st_ino, status.st_size)


def _method(credential):
    return v3.ApplicationCredentialMethod(
        application_credential_id=credential["id"],
        application_credential_secret=credential["secret"],
    )


class FileCredential(v3.Auth):
    """Logs in by the application credential of a file, and again when the file has changed."""

    _count = 0
    _count_lock = threading.Lock()

    def __init__(self, auth_url, credential_file, marker_folder=None, **kwargs):
        super().__init__(auth_url, [], **kwargs)
        self.credential_file = credential_file
        self.marker_folder = marker_folder
        self._used_signature = None
        self._retry_at = 0.0
        with FileCredential._count_lock:
            FileCredential._count += 1
            self._number = FileCredential._count

    def invalidate(self):
        # Two threads may meet the same dead token: both shall log in anew, also the one that comes second.
        super().invalidate()
        return True

    def _needs_reauthenticate(self):
        if super()._needs_reauthenticate():
            return True
        if time.monotonic() < self._retry_at:
            return False
        try:
            return _signature(os.stat(self.credential_file)) != self._used_signature
        except OSError:
            return False

    def get_auth_ref(self, session, **kwargs):
        try:
            credential, signature = _read(self.credential_file)
        except (OSError, ValueError) as error:
            return self._at_hand(
                CredentialFileError("%s cannot be used: %s" % (self.credential_file, error))
            )
        try:
            access = self._log_in(session, credential, **kwargs)
        except REFUSALS as refused:
            previous = credential.get("previous")
            if not previous:
                return self._at_hand(refused)
            try:
                access = self._log_in(session, previous, **kwargs)
            except REFUSALS:
                return self._at_hand(refused)
            # The new one is tried again: it may let in a moment later.
            self._retry_at = time.monotonic() + RETRY_SECONDS
            self._mark(previous)
            return access
        except exceptions.ClientException as error:
            return self._at_hand(error)
        self._used_signature = signature
        self._retry_at = 0.0
        self._mark(credential)
        return access

    def _log_in(self, session, credential, **kwargs):
        self.auth_methods = [_method(credential)]
        return super().get_auth_ref(session, **kwargs)

    def _at_hand(self, error):
        """Return the token that is there while it is valid; raise the error when there is none."""
        self._retry_at = time.monotonic() + RETRY_SECONDS
        if self.auth_ref is not None and not self.auth_ref.will_expire_soon(0):
            return self.auth_ref
        raise error

    def _mark(self, credential):
        """Say which generation is in use. A marker that cannot be written stops nobody."""
        if not self.marker_folder:
            return
        pid = os.getpid()
        name = os.path.join(self.marker_folder, "%d-%d" % (pid, self._number))
        try:
            os.makedirs(self.marker_folder, mode=0o755, exist_ok=True)
            _remove_dead(self.marker_folder)
            with open(name + ".new", "w", encoding="utf-8") as file:
                json.dump({"generation": credential["generation"], "started": _started(pid)}, file)
            os.replace(name + ".new", name)
        except OSError:
            pass


def _remove_dead(folder):
    """Remove the markers of processes that ended."""
    for name in os.listdir(folder):
        pid = name.split("-")[0]
        if pid.isdigit() and not os.path.exists("/proc/" + pid):
            os.unlink(os.path.join(folder, name))


def _started(pid):
    """Return the process's start in clock ticks since boot: a number is given to another process later."""
    with open("/proc/%d/stat" % pid, encoding="utf-8") as file:
        # Field 22; the name in parentheses may hold blanks.
        return int(file.read().rpartition(")")[2].split()[19])


class FileCredentialLoader(loading.BaseIdentityLoader):
    """Makes the plugin from a section of a configuration file: `auth_type = holdfast`."""

    @property
    def plugin_class(self):
        return FileCredential

    def get_options(self):
        options = super().get_options()
        options.extend(
            [
                loading.Opt("credential-file", required=True, help="JSON file with the application credential"),
                loading.Opt("marker-folder", help="Folder for the marker of the generation in use"),
            ]
        )
        return options
