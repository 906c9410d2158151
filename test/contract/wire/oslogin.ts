/**
 * OS Login's query endpoints, in the shapes that guest-oslogin parses (mds-behaviour.md 9). The machine
 * `bare` has OS Login on, with the users of `setups.ts`; everywhere else it is off.
 *
 * @module
 */
import { jsonThat, text, v1 } from "./expectations.ts";
import { type BodyRule, type Expectation, type Rule, type RuleDraft, type Step, section } from "./rule.ts";
import { osLogin } from "./setups.ts";

const base = `${v1}/oslogin`;
const ok = (body: BodyRule): Expectation => ({ status: 200, headers: { "Content-Type": "application/json" }, body });
const { alice } = osLogin;

interface Users {
  readonly loginProfiles?: readonly {
    readonly name: string;
    readonly posixAccounts: readonly Readonly<Record<string, unknown>>[];
    readonly sshPublicKeys?: Readonly<Record<string, { readonly key: string; readonly fingerprint: string }>>;
    readonly securityKeys?: readonly { readonly publicKey: string }[];
  }[];
  readonly nextPageToken?: string;
}

/** The users of one answer, by name. */
const users = (...names: string[]): BodyRule =>
  jsonThat(`profiles of ${names.join(", ")}`, ({ loginProfiles = [] }: Users) => {
    const got = loginProfiles.map(({ posixAccounts }) => String(posixAccounts[0]?.username)).join();
    return got === names.join() ? undefined : `has ${got}`;
  });

const profile: BodyRule = jsonThat("alice's account and key", ({ loginProfiles = [] }: Users) => {
  const [only, ...others] = loginProfiles;
  const account = only?.posixAccounts[0];
  if (only === undefined || account === undefined || others.length > 0) return "not exactly one profile";
  if (account.uid !== alice.uid || account.gid !== alice.uid)
    return `uid ${String(account.uid)} and gid are no strings`;
  if (account.primary !== true || account.homeDirectory !== "/home/alice")
    return "account lacks primary or homeDirectory";
  const [[print, { key, fingerprint }] = ["", { key: "", fingerprint: "" }]] = Object.entries(only.sshPublicKeys ?? {});
  return key === alice.key && print === fingerprint ? undefined : "sshPublicKeys is no map by fingerprint";
});

const off = section("9", [
  ...[
    "users?pagesize=10",
    "users?username=alice",
    "groups?pagesize=10",
    "authorize?email=a&policy=login",
    "certificates",
  ].map(
    (query): RuleDraft => ({
      id: `oslogin-off-${query.replaceAll(/[^a-z]+/g, "-")}`,
      grade: "CONFIRMED",
      title: `oslogin/${query} is 404 while OS Login is off`,
      request: { target: `${base}/${query}` },
      expect: { status: 404, absent: ["ETag"] },
    }),
  ),
  {
    id: "oslogin-listing",
    grade: "UNKNOWN-chosen",
    title: "oslogin/ lists authenticate/",
    request: { target: `${base}/` },
    expect: text("authenticate/\n"),
  },
  {
    id: "oslogin-flavor",
    grade: "CONFIRMED",
    title: "oslogin/ asks for the header",
    request: { target: `${base}/users?pagesize=1`, flavor: null },
    expect: { status: 403 },
  },
]);

const ask = (
  id: string,
  query: string,
  title: string,
  expect: Expectation,
  before: readonly Step[] = [],
): RuleDraft => ({
  id: `oslogin-${id}`,
  grade: "CONFIRMED",
  title,
  before,
  request: { target: `${base}/${query}` },
  expect,
});

const page = (query: string, body: BodyRule): Step => ({
  request: { target: `${base}/${query}` },
  expect: ok(body),
  remember: { token: { json: "nextPageToken" } },
});

const lastUsers = '{"nextPageToken":"0"}';
const emptyGroup = '{"nextPageToken":"0"}';
const groups = (names: string, token: RegExp): BodyRule =>
  jsonThat(
    `groups ${names}`,
    (value: { posixGroups?: readonly { name: string; gid: number }[]; nextPageToken?: string }) => {
      const got = (value.posixGroups ?? []).map(({ name, gid }) => `${name}:${gid}`).join();
      return got === names && token.test(value.nextPageToken ?? "")
        ? undefined
        : `has ${got}, token ${value.nextPageToken}`;
    },
  );
const first = page("users?pagesize=2", users("alice", "bob"));
const second = page("users?pagesize=2&pagetoken={token}", users("carol"));

const queries: readonly RuleDraft[] = [
  ask("users-page", "users?pagesize=2", "A page of users has as many profiles as asked for", ok(users("alice", "bob"))),
  ask("users-next", "users?pagesize=2&pagetoken={token}", "The token leads to the next page", ok(users("carol")), [
    first,
  ]),
  ask(
    "users-last",
    "users?pagesize=2&pagetoken={token}",
    "The last page is the token 0 and nothing else",
    ok(lastUsers),
    [first, second],
  ),
  ask("user-by-name", "users?username=alice", "A user by name is one profile, uid and gid as strings", ok(profile)),
  ask("user-by-uid", `users?uid=${alice.uid}`, "A user by uid is the same profile", ok(profile)),
  ask(
    "user-security-keys",
    "users?username=alice&view=securityKey",
    "view=securityKey adds the security keys",
    ok({ contains: [`"securityKeys":[{"publicKey":"${alice.securityKey}"}]`] }),
  ),
  ask("user-unknown", "users?username=nobody", "An unknown user is 404", { status: 404 }),
  ask("uid-unknown", "users?uid=99", "An unknown uid is 404", { status: 404 }),
  ask(
    "members",
    "users?groupname=demo",
    "A group's members are user names",
    ok({ json: { usernames: ["alice", "bob"], nextPageToken: "0" } }),
  ),
  ask("members-none", "users?groupname=empty", "An empty group is only the token", ok(emptyGroup)),
  ask("groups-page", "groups?pagesize=1", "A page of groups", ok(groups("demo:123452", /^[1-9]/))),
  ask(
    "groups-last",
    "groups?pagesize=1&pagetoken={token}",
    "The last page of groups does contain groups",
    ok(groups("empty:123453", /^0$/)),
    [page("groups?pagesize=1", groups("demo:123452", /^[1-9]/))],
  ),
  ask("group-by-name", "groups?groupname=empty", "A group by name is exactly one", ok(groups("empty:123453", /^0$/))),
  ask("group-by-gid", "groups?gid=123452", "A group by gid is exactly one", ok(groups("demo:123452", /^0$/))),
  ask("groups-of-user", "groups?email=alice@example.com", "The groups of a user", ok(groups("demo:123452", /^0$/))),
  ...(
    [
      ["alice@example.com", "login", true],
      ["alice@example.com", "adminLogin", true],
      ["carol@example.com", "login", true],
      ["carol@example.com", "adminLogin", false],
      ["bob@example.com", "login", false],
    ] as const
  ).map(([email, policy, success]) =>
    ask(
      `authorize-${email.split("@")[0]}-${policy}`,
      `authorize?email=${email}&policy=${policy}&fingerprint=ab`,
      `${policy} of ${email} is answered with 200 and ${success}`,
      ok(`{"success":${success}}`),
    ),
  ),
  ask(
    "certificates",
    "certificates",
    "The trusted certificate authorities",
    ok(`{"trustedCertificateAuthorities":[{"publicKey":"${osLogin.authority}"}]}`),
  ),
];

/** Rules about OS Login. */
export const osLoginRules: readonly Rule[] = [...off, ...section("9", queries, "bare")];
