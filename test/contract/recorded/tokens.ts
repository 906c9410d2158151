/**
 * Tokens as they were recorded. Values of tokens, times and ids of another account differ; their form must not.
 *
 * @module
 */
import { account } from "../wire/expectations.ts";
import type { Explained, RecordedAnswer } from "./answer.ts";

const numbers: Explained = { where: "body", why: "Another account at another time", part: /\b\d{10}\b|\b\d{21}\b/ };

/** What was recorded of tokens. */
export const tokens: readonly RecordedAnswer[] = [
  {
    source: "CAP-2026",
    section: "6.1",
    setup: "captured",
    request: { target: `${account}/token` },
    status: 200,
    body: '{"access_token":"ya29.c.xxx","expires_in":3336,"token_type":"Bearer"}',
    explained: [
      { where: "body", why: "Another token", part: /ya29\.[^"]+/ },
      { where: "body", why: "Another time", part: /\b3[0-6]\d\d\b/ },
    ],
  },
  {
    source: "CAP-2026",
    section: "6.2",
    setup: "captured",
    request: { target: `${account}/identity?audience=https://foo.bar` },
    status: 200,
    claims: true,
    body: '{"aud":"https://foo.bar","azp":"112179062720391305885","exp":1686583887,"iat":1686580287,"iss":"https://accounts.google.com","sub":"112179062720391305885"}',
    explained: [numbers],
  },
  {
    source: "DOC-IDENTITY",
    section: "6.2",
    setup: "captured",
    request: { target: `${account}/identity?audience=https://foo.bar&format=full` },
    status: 200,
    claims: true,
    body: '{"aud":"https://foo.bar","azp":"112179062720391305885","email":"713826089555-compute@developer.gserviceaccount.com","email_verified":true,"exp":1686583887,"google":{"compute_engine":{"instance_confidentiality":1,"instance_creation_timestamp":1686491081,"instance_id":"5737554347302044216","instance_name":"dev-vm","project_id":"my-project","project_number":129731223780,"zone":"us-central1-c"}},"iat":1686580287,"iss":"https://accounts.google.com","sub":"112179062720391305885"}',
    explained: [
      numbers,
      { where: "body", why: "Only a Confidential VM has it", part: /"instance_confidentiality":1,/, oneSided: true },
    ],
  },
  {
    source: "hairyhenderson/go-fsimpl",
    section: "6.2",
    setup: "captured",
    request: { target: `${account}/identity` },
    status: 400,
    body: ["non-empty audience parameter required"],
  },
];
