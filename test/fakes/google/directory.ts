/**
 * Who exists at the fake Google and who may act as whom. Tests fill it; the endpoints read it.
 *
 * @module
 */
import { exportPKCS8 } from "jose";
import { rsaKey } from "./keys.ts";

/** A key file as Google writes it. */
export interface KeyFile {
  readonly type: "service_account";
  readonly project_id: string;
  readonly private_key_id: string;
  readonly private_key: string;
  readonly client_email: string;
  readonly client_id: string;
  readonly token_uri: string;
  readonly universe_domain: string;
}

export interface FakeUser {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly refreshToken: string;
  readonly email: string;
  /** What the user consented to. Default: cloud-platform and openid. */
  readonly scopes?: readonly string[];
  /** Whether an ID token for the client comes along, as with the `openid` scope. Default true. */
  readonly openid?: boolean;
}

/** A foreign token that the STS takes. */
export interface FakeSubjectToken {
  readonly audience: string;
  readonly type: string;
  /** The federated principal that it stands for. */
  readonly principal: string;
  /** OAuth client that must authenticate by HTTP Basic, where the provider wants one. */
  readonly client?: { readonly id: string; readonly secret: string };
  /** `userProject` that must be in `options`. */
  readonly userProject?: string;
}

export interface SubjectTokenAttempt {
  readonly token: string;
  readonly type: string;
  readonly audience: string;
}

/** The two things that one account may do as another. */
export type Role = "serviceAccountTokenCreator" | "serviceAccountOpenIdTokenCreator";

export class Directory {
  readonly accounts = new Set<string>();
  /** By key id. */
  readonly keys = new Map<string, { readonly email: string; readonly publicKey: CryptoKey }>();
  readonly users: FakeUser[] = [];
  readonly workforceUsers: FakeUser[] = [];
  readonly #subjectTokens = new Map<string, FakeSubjectToken>();
  readonly #grants = new Set<string>();
  /** Accounts whose organisation allows tokens of up to 12 hours. */
  readonly longLived = new Set<string>();
  /** Judges subject tokens that were not registered. */
  verifySubjectToken:
    | ((attempt: SubjectTokenAttempt) => FakeSubjectToken | undefined | Promise<FakeSubjectToken | undefined>)
    | undefined;

  /** Makes a service account and gives its key file. `key` picks a key; default: one that no other account here has. */
  async createServiceAccount(
    email: string,
    options: { projectId?: string; tokenUri?: string; key?: number } = {},
  ): Promise<KeyFile> {
    const { privateKey, publicKey } = await rsaKey(options.key ?? this.keys.size);
    const keyId = `key${this.keys.size + 1}-${crypto.randomUUID().slice(0, 8)}`;
    this.accounts.add(email);
    this.keys.set(keyId, { email, publicKey });
    return {
      type: "service_account",
      project_id: options.projectId ?? "fake-project",
      private_key_id: keyId,
      private_key: await exportPKCS8(privateKey),
      client_email: email,
      client_id: "100000000000000000001",
      token_uri: options.tokenUri ?? "https://oauth2.googleapis.com/token",
      universe_domain: "googleapis.com",
    };
  }

  addSubjectToken(token: string, accepted: FakeSubjectToken): void {
    this.#subjectTokens.set(token, accepted);
  }

  async subjectToken(attempt: SubjectTokenAttempt): Promise<FakeSubjectToken | undefined> {
    return this.#subjectTokens.get(attempt.token) ?? this.verifySubjectToken?.(attempt);
  }

  /** Lets `caller` act as `target`; without roles in both ways. The target need not have a key. */
  allow(
    caller: string,
    target: string,
    roles: readonly Role[] = ["serviceAccountTokenCreator", "serviceAccountOpenIdTokenCreator"],
  ): void {
    this.accounts.add(target);
    for (const role of roles) this.#grants.add(`${caller} ${role} ${target}`);
  }

  /** Whether a chain of impersonation holds: each but the last link needs the token creator's role on the next. */
  mayAct(chain: readonly string[], role: Role): boolean {
    return chain.slice(1).every((target, index) => {
      const last = index === chain.length - 2;
      const caller = chain[index];
      const creator = this.#grants.has(`${caller} serviceAccountTokenCreator ${target}`);
      return creator || (last && this.#grants.has(`${caller} ${role} ${target}`));
    });
  }
}
