/**
 * The answers of OS Login's query endpoints, in the shapes that guest-oslogin's NSS and PAM modules parse
 * (mds-behaviour.md 9). Pure: a query in, a JSON value or nothing (404) out.
 *
 * @module
 */
import type { Json, JsonObject } from "../lib/json.ts";
import type { OsLoginGroup, OsLoginSettings, OsLoginUser } from "./schema.ts";

/** Page size when a client names none. */
const defaultPage = 2048;
/** "No further page" to the clients. */
const end = "0";

/** A user with every default filled in. */
type KnownUser = OsLoginUser & { readonly email: string; readonly uid: string; readonly gid: string };

export class Directory {
  readonly #users: readonly KnownUser[];
  readonly #settings: OsLoginSettings;

  constructor(settings: OsLoginSettings) {
    this.#settings = settings;
    this.#users = (settings.users ?? []).map((user, i) => {
      const uid = user.uid ?? String(1_000_001 + i);
      return { ...user, email: user.email ?? user.username, uid, gid: user.gid ?? uid };
    });
  }

  /** `users?…`: one profile, the members of a group, or a page. */
  users(query: URLSearchParams): Json | undefined {
    const view = query.get("view");
    const [username, uid, group] = [query.get("username"), query.get("uid"), query.get("groupname")];
    if (username !== null) return this.#profile((user) => user.username === username, view);
    if (uid !== null) return this.#profile((user) => user.uid === uid, view);
    return group === null ? this.#userPage(query, view) : this.#members(group);
  }

  /** `groups?…`: one group, the groups of a user, or a page. */
  groups(query: URLSearchParams): Json | undefined {
    const all = this.#settings.groups ?? [];
    const [email, name, gid] = [query.get("email"), query.get("groupname"), query.get("gid")];
    if (name !== null) return one(all.find((group) => group.name === name));
    if (gid !== null) return one(all.find((group) => group.gid === gid));
    if (email === null) return groupPage(all, query);
    const user = this.find(email);
    if (user === undefined) return undefined;
    return {
      posixGroups: all.filter(({ members }) => members?.includes(user.username)).map(groupJson),
      nextPageToken: end,
    };
  }

  /** `authorize?email=&policy=`: whether the user may log in or become root; `undefined` for a malformed query. */
  authorize(query: URLSearchParams): Json | undefined {
    const policy = query.get("policy");
    const email = query.get("email") ?? "";
    if (email === "" || (policy !== "login" && policy !== "adminLogin")) return undefined;
    const user = this.find(email);
    const allowed = user !== undefined && user.login !== false && (policy === "login" || user.adminLogin === true);
    return { success: allowed };
  }

  /** `certificates`. */
  certificates(): Json {
    return { trustedCertificateAuthorities: (this.#settings.certificates ?? []).map((publicKey) => ({ publicKey })) };
  }

  /** Returns the user that an e-mail or user name means. */
  find(name: string): OsLoginUser | undefined {
    return this.#users.find(({ email, username }) => email === name || username === name);
  }

  #profile(matches: (user: KnownUser) => boolean, view: string | null): Json | undefined {
    const user = this.#users.find(matches);
    return user === undefined ? undefined : { loginProfiles: [profileJson(user, view)] };
  }

  /** The last page has no profiles, only the end token: the NSS client reads on until it sees that one. */
  #userPage(query: URLSearchParams, view: string | null): Json {
    const { from, size } = pageOf(query);
    const profiles = this.#users.slice(from, from + size);
    if (profiles.length === 0) return { nextPageToken: end };
    return {
      loginProfiles: profiles.map((user) => profileJson(user, view)),
      nextPageToken: String(from + profiles.length),
    };
  }

  #members(name: string): Json | undefined {
    const group = this.#settings.groups?.find((candidate) => candidate.name === name);
    if (group === undefined) return undefined;
    const usernames = group.members ?? [];
    return usernames.length === 0 ? { nextPageToken: end } : { usernames, nextPageToken: end };
  }
}

function one(group: OsLoginGroup | undefined): Json | undefined {
  return group === undefined ? undefined : { posixGroups: [groupJson(group)], nextPageToken: end };
}

/** Unlike users, the last page of groups does hold entries. */
function groupPage(all: readonly OsLoginGroup[], query: URLSearchParams): Json {
  const { from, size } = pageOf(query);
  const next = from + size;
  return { posixGroups: all.slice(from, next).map(groupJson), nextPageToken: next < all.length ? String(next) : end };
}

function pageOf(query: URLSearchParams): { from: number; size: number } {
  const size = Number(query.get("pagesize") ?? defaultPage);
  const from = Number(query.get("pagetoken") ?? 0);
  return {
    from: Number.isInteger(from) && from > 0 ? from : 0,
    size: Number.isInteger(size) && size > 0 ? size : defaultPage,
  };
}

const groupJson = ({ gid, name }: OsLoginGroup): JsonObject => ({ name, gid: Number(gid) });

/** A profile as Google's API shows it: uid and gid are strings, keys a map by fingerprint. */
function profileJson(user: KnownUser, view: string | null): JsonObject {
  const { email, gecos = "", gid, homeDirectory = `/home/${user.username}`, shell = "/bin/bash", uid, username } = user;
  const account = {
    primary: true,
    username,
    uid,
    gid,
    homeDirectory,
    shell,
    gecos,
    accountId: email,
    operatingSystemType: "LINUX",
  };
  const keys = (user.sshPublicKeys ?? []).map((key): [string, JsonObject] => {
    const fingerprint = fingerprintOf(key);
    return [fingerprint, { key, fingerprint }];
  });
  const securityKeys =
    view?.toLowerCase() === "securitykey"
      ? { securityKeys: (user.securityKeys ?? []).map((publicKey) => ({ publicKey })) }
      : {};
  return {
    name: email,
    posixAccounts: [account],
    ...(keys.length === 0 ? {} : { sshPublicKeys: Object.fromEntries(keys) }),
    ...securityKeys,
  };
}

/** A stable name for a key inside its profile; clients use it as a map key only. */
function fingerprintOf(key: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const character of key)
    hash = ((hash ^ BigInt(character.codePointAt(0) ?? 0)) * 0x100000001b3n) & 0xffffffffffffffffn;
  return hash.toString(16).padStart(16, "0").repeat(4);
}
