/**
 * OS Login (worker/http/handlers/oslogin.ts). Its answers are what Google's NSS and PAM modules parse.
 *
 * @module
 */
import { answer, answerRef, flavor, guarded, json, schemaRef } from "./answers.ts";
import type { Operation, Parameter, Paths } from "./types.ts";

const text = (name: string, description: string, example?: string): Parameter => ({
  name,
  in: "query",
  description,
  schema: { type: "string" },
  ...(example === undefined ? {} : { example }),
});
const page: readonly Parameter[] = [
  text("pagesize", "Entries of a page; what is no positive number means 2048"),
  text("pagetoken", "`nextPageToken` of the page before"),
];

function operation(operationId: string, summary: string, schema: string, more: Partial<Operation>): Operation {
  return {
    operationId,
    summary,
    tags: ["OS Login"],
    security: flavor,
    ...more,
    responses: {
      ...guarded,
      "200": answer(summary, json(schemaRef(schema))),
      "404": answerRef("NotFound"),
    },
  };
}

const session = (operationId: string, summary: string, body: string, example: unknown): Operation => {
  const described = operation(operationId, summary, "OsLoginSession", {
    requestBody: { required: true, content: { "application/json": { schema: schemaRef(body), example } } },
  });
  return {
    ...described,
    responses: { ...described.responses, "408": answerRef("TooSlow"), "413": answerRef("TooLarge") },
  };
};

const root = "/computeMetadata/v1/oslogin/";

export const osLoginPaths: Paths = {
  [`${root}users`]: {
    get: operation("listUsers", "Login profiles: one, the members of a group, or a page", "OsLoginUsers", {
      parameters: [
        text("username", "The profile of this user"),
        text("uid", "The profile with this uid"),
        text("groupname", "The members of this group"),
        text("view", "`securityKey` adds security keys"),
        ...page,
      ],
    }),
  },
  [`${root}groups`]: {
    get: operation("listGroups", "Groups: one, those of a user, or a page", "OsLoginGroups", {
      parameters: [
        text("groupname", "The group of this name"),
        text("gid", "The group with this gid"),
        text("email", "The groups of this user"),
        ...page,
      ],
    }),
  },
  [`${root}authorize`]: {
    get: operation("authorizeUser", "Whether a user may log in, or become root", "OsLoginAuthorization", {
      parameters: [
        {
          name: "email",
          in: "query",
          required: true,
          description: "E-mail or user name",
          schema: { type: "string", minLength: 1 },
          example: "jane@example.com",
        },
        {
          name: "policy",
          in: "query",
          required: true,
          description: "What for",
          schema: { enum: ["login", "adminLogin"] },
          example: "login",
        },
      ],
    }),
  },
  [`${root}certificates`]: {
    get: operation("listCertificateAuthorities", "SSH certificate authorities", "OsLoginCertificates", {}),
  },
  [`${root}authenticate/sessions/start`]: {
    post: session("startSession", "Starts a two-factor session", "OsLoginStart", {
      email: "jane@example.com",
      supportedChallengeTypes: ["AUTHZEN"],
    }),
  },
  [`${root}authenticate/sessions/{session}/continue`]: {
    post: {
      ...session("continueSession", "Answers a challenge", "OsLoginContinue", {
        email: "jane@example.com",
        challengeId: 1,
        action: "RESPOND",
        proposalResponse: { credential: "123456" },
      }),
      parameters: [
        {
          name: "session",
          in: "path",
          required: true,
          description: "`sessionId` of the start",
          schema: { type: "string", minLength: 1 },
          example: "0b5a1f0e-8d3c-4a52-9f0d-6f2a5f8f3c11",
        },
      ],
    },
  },
};
