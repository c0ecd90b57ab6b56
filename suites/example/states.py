import json
from http.server import BaseHTTPRequestHandler


def states(cloud):
    """Arranges provider states on your server. cloud has new_group(instances, min_size, active) and delete_group(group)."""
    setups = {
        "a scaling group with detachable instances": lambda n: cloud.new_group(n, 0, True),
        "a scaling group at its minimum size": lambda n: cloud.new_group(n, n, True),
        "an inactive scaling group": lambda n: cloud.new_group(n, 0, False),
    }

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            params, values, status = message["params"], {}, 200
            if message["action"] == "teardown":
                cloud.delete_group(params["scalingGroupId"])
            elif message["state"] in setups:
                group, ids = setups[message["state"]](params.get("instances", 0))
                values = {"scalingGroupId": group, "instanceIds": ids}
            else:  # the cases that need it are reported as not run, and the state as missing
                status = 404
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(values).encode())

    return Handler
