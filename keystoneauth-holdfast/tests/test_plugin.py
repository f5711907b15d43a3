# SPDX-License-Identifier: Apache-2.0
"""The plugin against a double of Keystone's POST /v3/auth/tokens. The real Keystone is met by the test of a whole cloud."""

import datetime
import http.server
import json
import os
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import holdfast_keystoneauth as plugin  # noqa: E402
from keystoneauth1 import exceptions, session  # noqa: E402


class Keystone(http.server.BaseHTTPRequestHandler):
    """Lets in by `valid`, a map of id to secret; counts the logins."""

    valid = {}
    logins = []

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        credential = body["auth"]["identity"]["application_credential"]
        good = self.valid.get(credential["id"]) == credential["secret"]
        if good:
            self.logins.append(credential["id"])
        expires = datetime.datetime.utcnow() + datetime.timedelta(hours=1)
        token = {"token": {"methods": ["application_credential"], "catalog": [], "user": {"id": "u", "name": "glance",
                 "domain": {"id": "d", "name": "Default"}}, "expires_at": expires.strftime("%Y-%m-%dT%H:%M:%S.000000Z"),
                 "issued_at": datetime.datetime.utcnow().strftime("%Y-%m-%dT%H:%M:%S.000000Z")}}
        text = json.dumps(token if good else {"error": {"code": 401, "message": "no", "title": "Unauthorized"}}).encode()
        self.send_response(201 if good else 401 if credential["id"] in self.valid else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("X-Subject-Token", "token-of-" + credential["id"])
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


class PluginTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.path = os.path.join(self.folder, "glance.json")
        self.markers = os.path.join(self.folder, "markers")
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Keystone)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        Keystone.valid = {"one": "secret-1", "two": "secret-2"}
        Keystone.logins = []
        url = "http://127.0.0.1:%d/v3" % self.server.server_port
        loader = plugin.FileCredentialLoader()
        self.auth = loader.load_from_options(
            auth_url=url, credential_file=self.path, marker_folder=self.markers
        )
        self.session = session.Session(auth=self.auth)

    def tearDown(self):
        self.server.shutdown()
        self.server.server_close()

    def publish(self, generation, identity, secret, previous=None):
        text = json.dumps({"generation": generation, "id": identity, "secret": secret, "previous": previous})
        with open(self.path + ".new", "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(self.path + ".new", self.path)

    def generations(self):
        found = []
        for name in os.listdir(self.markers):
            with open(os.path.join(self.markers, name), encoding="utf-8") as file:
                found.append(json.load(file)["generation"])
        return found

    def test_uses_the_new_credential_at_the_next_call(self):
        self.publish(1, "one", "secret-1")
        self.assertEqual(self.session.get_token(), "token-of-one")
        self.assertEqual(self.session.get_token(), "token-of-one")
        self.assertEqual(Keystone.logins, ["one"])
        self.publish(2, "two", "secret-2")
        self.assertEqual(self.session.get_token(), "token-of-two")
        self.assertEqual(self.generations(), [2])

    def test_keeps_its_token_when_the_file_is_half_written_refused_or_gone(self):
        self.publish(1, "one", "secret-1")
        self.session.get_token()
        for spoil in (
            lambda: self.publish(2, "two", "wrong"),
            lambda: open(self.path, "w", encoding="utf-8").write('{"generation": 2, "id"'),
            lambda: os.unlink(self.path),
        ):
            spoil()
            self.auth._retry_at = 0
            self.assertEqual(self.session.get_token(), "token-of-one")

    def test_takes_a_mended_file_after_a_pause(self):
        self.publish(1, "one", "secret-1")
        self.session.get_token()
        self.publish(2, "two", "wrong")
        self.assertEqual(self.session.get_token(), "token-of-one")
        self.publish(3, "two", "secret-2")
        self.assertEqual(self.session.get_token(), "token-of-one")
        self.auth._retry_at = time.monotonic()
        self.assertEqual(self.session.get_token(), "token-of-two")

    def test_logs_in_by_the_previous_one_when_the_current_one_is_refused(self):
        previous = {"generation": 1, "id": "one", "secret": "secret-1"}
        self.publish(2, "two", "wrong", previous)
        self.assertEqual(self.session.get_token(), "token-of-one")
        self.assertEqual(self.generations(), [1])

    def test_logs_in_by_the_previous_one_when_the_current_one_was_deleted(self):
        previous = {"generation": 1, "id": "one", "secret": "secret-1"}
        self.publish(2, "deleted", "secret-2", previous)
        self.assertEqual(self.session.get_token(), "token-of-one")

    def test_says_what_is_wrong_with_the_file_when_it_has_no_token(self):
        with self.assertRaisesRegex(plugin.CredentialFileError, "glance.json cannot be used"):
            self.session.get_token()
        self.publish(1, "one", "")
        self.auth._retry_at = 0
        with self.assertRaisesRegex(plugin.CredentialFileError, "it has no secret"):
            self.session.get_token()

    def test_raises_what_keystone_said_when_nothing_lets_in(self):
        self.publish(1, "one", "wrong")
        with self.assertRaises(exceptions.Unauthorized):
            self.session.get_token()

    def test_tells_each_thread_that_meets_a_dead_token_to_log_in_anew(self):
        self.publish(1, "one", "secret-1")
        self.session.get_token()
        self.assertTrue(self.auth.invalidate())
        self.assertTrue(self.auth.invalidate())

    def test_works_without_a_folder_for_markers_and_removes_those_of_the_dead(self):
        self.publish(1, "one", "secret-1")
        os.makedirs(self.markers)
        open(os.path.join(self.markers, "4194999-1"), "w", encoding="utf-8").close()
        self.session.get_token()
        self.assertEqual(len(os.listdir(self.markers)), 1)
        self.auth.marker_folder = "/proc/nowhere"
        self.auth.invalidate()
        self.assertEqual(self.session.get_token(), "token-of-one")


if __name__ == "__main__":
    unittest.main()
