import json
import threading
import unittest
import urllib.error
import urllib.request
from http.server import HTTPServer

from states import states


class Cloud:
    def __init__(self):
        self.groups = set()

    def new_group(self, instances, min_size, active):
        group = "asg-%d" % (len(self.groups) + 1)
        self.groups.add(group)
        return group, ["i-%s-%d" % (group, i) for i in range(instances)]

    def delete_group(self, group):
        self.groups.discard(group)


class StatesTest(unittest.TestCase):
    def setUp(self):
        self.cloud = Cloud()
        handler = states(self.cloud)
        handler.log_message = lambda *_: None
        self.server = HTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def tearDown(self):
        self.server.shutdown()
        self.server.server_close()

    def post(self, **message):
        url = "http://127.0.0.1:%d/_states" % self.server.server_port
        return json.load(urllib.request.urlopen(urllib.request.Request(url, json.dumps(message).encode())))

    def test_setup_and_teardown(self):
        state = "an inactive scaling group"
        values = self.post(action="setup", state=state, params={"instances": 2})
        self.assertEqual(values, {"scalingGroupId": "asg-1", "instanceIds": ["i-asg-1-0", "i-asg-1-1"]})
        self.post(action="teardown", state=state, params={"instances": 2, **values})
        self.assertEqual(self.cloud.groups, set())

    def test_unknown_state(self):
        with self.assertRaises(urllib.error.HTTPError) as caught:
            self.post(action="setup", state="a state of tomorrow", params={})
        self.assertEqual(caught.exception.code, 404)
        caught.exception.close()


if __name__ == "__main__":
    unittest.main()
