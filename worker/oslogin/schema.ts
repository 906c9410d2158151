/**
 * OS Login users and groups as the configuration names them under `oslogin`.
 *
 * @module
 */
import * as v from "valibot";

const id = v.pipe(
  v.union([v.string(), v.pipe(v.number(), v.integer()), v.bigint()]),
  v.transform(String),
  v.regex(/^\d{1,10}$/, "must be a whole number"),
);

const user = v.strictObject({
  /** POSIX name, e.g. `jane_example_com`. */
  username: v.pipe(v.string(), v.regex(/^[a-z_][a-z0-9_.-]{0,31}$/, "must be a POSIX user name")),
  /** Default: the user name. What `authorize` and sessions call the user. */
  email: v.optional(v.string()),
  /** Default: counted up from 1000001. */
  uid: v.optional(id),
  /** Default: the uid. */
  gid: v.optional(id),
  gecos: v.optional(v.string()),
  homeDirectory: v.optional(v.string()),
  shell: v.optional(v.string()),
  sshPublicKeys: v.optional(v.array(v.string())),
  securityKeys: v.optional(v.array(v.string())),
  /** May log in. Default true. */
  login: v.optional(v.boolean()),
  /** May become root. Default false. */
  adminLogin: v.optional(v.boolean()),
  /** Second factor and the answer that passes it. Default none. */
  challenge: v.optional(
    v.strictObject({
      type: v.picklist(["INTERNAL_TWO_FACTOR", "SECURITY_KEY_OTP", "AUTHZEN", "TOTP", "IDV_PREREGISTERED_PHONE"]),
      credential: v.string(),
    }),
  ),
});

const group = v.strictObject({ name: v.string(), gid: id, members: v.optional(v.array(v.string())) });

export const osLoginSchema = v.strictObject({
  users: v.optional(v.array(user)),
  groups: v.optional(v.array(group)),
  /** SSH certificate authorities, as lines of `TrustedUserCAKeys`. */
  certificates: v.optional(v.array(v.string())),
});

export type OsLoginSettings = v.InferOutput<typeof osLoginSchema>;
export type OsLoginUser = v.InferOutput<typeof user>;
export type OsLoginGroup = v.InferOutput<typeof group>;
