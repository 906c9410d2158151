/**
 * Unmodified google-auth-library does each kind of workload identity federation. argv[2]: a JSON file with credential
 * files by name. Prints the access tokens by name as one JSON line.
 */
import { readFileSync } from "node:fs";
import { ExternalAccountClient } from "google-auth-library";

const files = JSON.parse(readFileSync(process.argv[2], "utf8"));
const tokens = {};
for (const [name, file] of Object.entries(files)) {
  const client = ExternalAccountClient.fromJSON(file);
  client.scopes = ["https://www.googleapis.com/auth/devstorage.read_only"];
  tokens[name] = (await client.getAccessToken()).token;
}
console.log(JSON.stringify(tokens));
