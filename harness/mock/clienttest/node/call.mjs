// One call with the official client: what to send comes as JSON on standard input, what the client made of the answer goes as JSON to
// standard output.
import {readFileSync} from "node:fs";
import Core from "@alicloud/pop-core";

const {endpoint, version, id, secret, action, method, params} = JSON.parse(readFileSync(0, "utf8"));
const client = new Core({endpoint, apiVersion: version, accessKeyId: id, accessKeySecret: secret});
try {
  const data = await client.request(action, params, {method});
  console.log(JSON.stringify({data}));
} catch (error) {
  const {code, message, data} = error;
  console.log(JSON.stringify({error: {code, message, status: error.entry?.response?.statusCode, requestId: data?.RequestId, hostId: data?.HostId}}));
}
