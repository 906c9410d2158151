/**
 * OS Login's two-factor sessions, as pam_oslogin_login asks for them (mds-behaviour.md 9).
 *
 * @module
 */
import { notAllowed, v1 } from "./expectations.ts";
import { type BodyRule, type Expectation, type Rule, type RuleDraft, type Step, section } from "./rule.ts";
import { osLogin } from "./setups.ts";

const base = `${v1}/oslogin`;
const ok = (body: BodyRule): Expectation => ({ status: 200, headers: { "Content-Type": "application/json" }, body });
const { carol } = osLogin;

const email = `"email":"carol@example.com"`;
const post = (path: string, body: string): Step["request"] => ({
  method: "POST",
  target: `${base}/authenticate/sessions/${path}`,
  body,
});
const start = post("start", `{${email},"supportedChallengeTypes":["AUTHZEN","TOTP"]}`);
const started: Step = {
  request: start,
  expect: ok({ contains: ['"CHALLENGE_REQUIRED"'] }),
  remember: { session: { json: "sessionId" } },
};
const answer = (credential: string): Step["request"] =>
  post(
    "{session}/continue",
    `{${email},"challengeId":1,"action":"RESPOND","proposalResponse":{"credential":"${credential}"}}`,
  );
const challenge = /"challenges":\[\{"challengeId":1,"challengeType":"TOTP","status":"READY"\}\]/;

const sessions: readonly RuleDraft[] = [
  {
    id: "oslogin-session-start",
    grade: "CONFIRMED",
    title: "A session starts with a challenge (POST)",
    request: start,
    expect: ok(challenge),
  },
  {
    id: "oslogin-session-right",
    grade: "CONFIRMED",
    title: "The right answer authenticates",
    before: [started],
    request: answer(carol.credential),
    expect: ok({ contains: ['"status":"AUTHENTICATED"'] }),
  },
  {
    id: "oslogin-session-wrong",
    grade: "CONFIRMED",
    title: "A wrong answer does not, and says why",
    before: [started],
    request: answer("0"),
    expect: ok({
      says: "not authenticated",
      check: (body) => (/"AUTHENTICATED"/.test(body) || !body.includes("rejectionReason") ? "let in" : undefined),
    }),
  },
  {
    id: "oslogin-session-none",
    grade: "CONFIRMED",
    title: "A user without second factor has no challenges",
    request: post("start", '{"email":"alice@example.com","supportedChallengeTypes":["TOTP"]}'),
    expect: ok({ contains: ['"status":"NO_AVAILABLE_CHALLENGES"'] }),
  },
  {
    id: "oslogin-session-bad",
    grade: "UNKNOWN-chosen",
    title: "A body that is no JSON is refused",
    request: post("start", "{"),
    expect: { status: 400 },
  },
  {
    id: "oslogin-query-post",
    grade: "LIKELY",
    title: "POST on a query is 405",
    request: { method: "POST", target: `${base}/users`, body: "{}" },
    expect: notAllowed(/GET/),
  },
];

/** Rules about OS Login's sessions. */
export const osLoginSessionRules: readonly Rule[] = section("9", sessions, "bare");
