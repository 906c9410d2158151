/**
 * The JSON bodies of OS Login, as worker/oslogin/ writes and reads them.
 *
 * @module
 */
import type { Schema } from "./types.ts";

type MakeObject = (required: Readonly<Record<string, Schema>>, optional?: Readonly<Record<string, Schema>>) => Schema;

const string: Schema = { type: "string" };
const digits: Schema = { type: "string", pattern: "^\\d{1,10}$" };
const list = (items: Schema): Schema => ({ type: "array", items });

/** Builds the schemas; `object` closes an object to other members. */
export function osLoginSchemas(object: MakeObject): Readonly<Record<string, Schema>> {
  const challenge = object({ challengeId: { type: "integer" }, challengeType: string, status: { const: "READY" } });
  const account = object({
    primary: { const: true },
    username: string,
    uid: digits,
    gid: digits,
    homeDirectory: string,
    shell: string,
    gecos: string,
    accountId: string,
    operatingSystemType: { const: "LINUX" },
  });
  const profile = object(
    { name: string, posixAccounts: list(account) },
    {
      sshPublicKeys: { type: "object", additionalProperties: object({ key: string, fingerprint: string }) },
      securityKeys: list(object({ publicKey: string })),
    },
  );
  const nextPageToken: Schema = { ...digits, description: "`0`: there is no further page" };
  return {
    OsLoginUsers: object({}, { loginProfiles: list(profile), usernames: list(string), nextPageToken }),
    OsLoginGroups: object({ posixGroups: list(object({ name: string, gid: { type: "integer" } })), nextPageToken }),
    OsLoginAuthorization: object({ success: { type: "boolean" } }),
    OsLoginCertificates: object({ trustedCertificateAuthorities: list(object({ publicKey: string })) }),
    OsLoginStart: {
      type: "object",
      required: ["email", "supportedChallengeTypes"],
      properties: {
        email: string,
        supportedChallengeTypes: { type: "array", description: "Names of challenge types" },
      },
    },
    OsLoginContinue: {
      type: "object",
      required: ["email", "action"],
      properties: {
        email: string,
        challengeId: { description: "Of the challenge that is answered; there is one" },
        action: { enum: ["RESPOND", "START_ALTERNATE"] },
        proposalResponse: { description: "An object with `credential`; anything else is a wrong answer" },
      },
    },
    OsLoginSession: object(
      { status: { enum: ["NO_AVAILABLE_CHALLENGES", "CHALLENGE_REQUIRED", "AUTHENTICATED"] } },
      { sessionId: string, challenges: list(challenge), rejectionReason: { const: "INVALID_CREDENTIAL" } },
    ),
  };
}
