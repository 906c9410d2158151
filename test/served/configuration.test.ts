/**
 * Trees that come from outside: a dump of a real machine, the incumbent's file, keys that nobody has heard of, a folder
 * (interface.md, "Configuration file"; mds-behaviour.md 4).
 *
 * @module
 */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, describe, expect, inject, it } from "vitest";
import { setups } from "../contract/wire/setups.ts";
import { type RunningServer, type ServerOptions, startServer } from "../harness/server.ts";
import { get } from "../harness/walk.ts";

const runtime = inject("runtime");
const v1 = "/computeMetadata/v1";
const started: RunningServer[] = [];
const scratch = mkdtempSync(join(tmpdir(), "gce-metadata-configuration-"));

afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop()));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Starts a server and returns what reads a body below v1 from it. */
async function serve(options: ServerOptions): Promise<(path: string) => Promise<string>> {
  const server = await startServer(runtime, options);
  started.push(server);
  return async (path) => (await get(server.port, `${v1}/${path}`)).body.toString();
}

/** As a machine prints it: no blank, keys sorted, an id beyond 2^53, no universe, both entries of the account. */
const dump =
  '{"instance":{"attributes":{"gke-kk-secondary-ranges":"","ssh-keys":"a:ssh-rsa AAAA a\\nb:ssh-rsa BBBB b\\n","sshKeys":"x","under_score":"{\\"a\\": [1, 2]}"},"cpuPlatform":"Intel Broadwell","credentials":{},"description":"","disks":[{"deviceName":"boot","index":0,"interface":"SCSI","mode":"READ_WRITE","type":"PERSISTENT-BALANCED"}],"gceWorkloadCertificates":{},"guestAttributes":{},"hostname":"grr.us-central1-c.c.my-project.internal","id":18446744073709551615,"image":"projects/debian-cloud/global/images/debian-11-bullseye-v20230814","legacyEndpointAccess":{"0.1":0,"v1beta1":12},"licenses":[{"id":"3853522013536123851"}],"machineType":"projects/129731223780/machineTypes/e2-medium","maintenanceEvent":"NONE","name":"grr","networkInterfaces":[{"accessConfigs":[{"externalIp":"33.162.212.82","type":"ONE_TO_ONE_NAT"}],"dhcpv6Refresh":"1669766460","dnsServers":["169.254.169.254"],"forwardedIps":["203.0.113.7"],"forwardedIpv6s":["2600:1900:4000::/96"],"gateway":"10.138.0.1","gatewayIpv6":"fe80::1","ip":"10.138.0.7","ipAliases":[],"ipv6s":["2600:1900:4000:1::"],"mac":"42:01:0a:9a:0e:27","mtu":1460,"network":"projects/523926462582/networks/default","subnetmask":"255.255.240.0","targetInstanceIps":[]}],"partnerAttributes":{"iam.googleapis.com":{"workload_pool":{"kB_c":"v"}}},"preempted":"FALSE","remainingCpuTime":-1,"scheduling":{"automaticRestart":"TRUE","onHostMaintenance":"MIGRATE","preemptible":"FALSE"},"serviceAccounts":{"713826089555-compute@developer.gserviceaccount.com":{"aliases":["default"],"email":"713826089555-compute@developer.gserviceaccount.com","scopes":["https://www.googleapis.com/auth/cloud-platform"]},"default":{"aliases":["default"],"email":"713826089555-compute@developer.gserviceaccount.com","scopes":["https://www.googleapis.com/auth/cloud-platform"]}},"shutdownDetails":{"maxDuration":"0","requestTimestamp":"0","stopState":"UNSPECIFIED","targetState":"UNSPECIFIED"},"tags":["http-server"],"virtualClock":{"driftToken":"18446744073709551615"},"vlanNetworkInterfaces":{"0":{"5":{"mac":"42:01:0a:14:00:05","mtu":1460,"vlan":5}}},"zone":"projects/129731223780/zones/us-central1-c"},"oslogin":{"authenticate":{"sessions":{}}},"project":{"attributes":{"serial-port-enable":"1"},"numericProjectId":129731223780,"projectId":"example.com:my-project"}}';

describe(`Trees from outside, on ${runtime}`, () => {
  it("serves a real machine's dump byte for byte", async () => {
    const read = await serve({ config: dump });
    expect(await read("?recursive=true")).toBe(dump);
    expect(await read("instance/id")).toBe("18446744073709551615");
    expect(await read("instance/service-accounts/default/email")).toBe(
      "713826089555-compute@developer.gserviceaccount.com",
    );
  });

  it("serves its own dump byte for byte", async () => {
    const before = await (await serve(setups.rich))("?recursive=true");
    expect(await (await serve({ config: before }))("?recursive=true")).toBe(before);
  });

  it("serves the incumbent's file, e-mail with placeholder and ids as strings", async () => {
    const email = "metadata-sa@$PROJECT.iam.gserviceaccount.com";
    const account = { aliases: ["default"], email, scopes: ["https://www.googleapis.com/auth/userinfo.email"] };
    const tree = {
      instance: {
        id: "5775171277418378001",
        name: "instance-1",
        serviceAccounts: { [email]: account, default: account },
        tags: ["tag1", "tag2"],
      },
      oslogin: { authenticate: { sessions: {} } },
      project: { numericProjectId: "708288290784", projectId: "mineral-minutia-820" },
      universe: { universeDomain: "googleapis.com" },
    };
    const read = await serve({ config: { computeMetadata: { v1: tree } } });
    const real = "metadata-sa@mineral-minutia-820.iam.gserviceaccount.com";
    expect(await read("instance/service-accounts/")).toBe(`default/\n${real}/\n`);
    expect(await read("instance/service-accounts/default/email")).toBe(real);
    expect(await read("instance/id?alt=json")).toBe("5775171277418378001");
    expect(await read("project/numeric-project-id?alt=json")).toBe("708288290784");
    expect(JSON.parse(await read(`instance/service-accounts/${real}/token`))).toMatchObject({ token_type: "Bearer" });
  });

  it("shows keys that nobody has heard of in listings, text and JSON", async () => {
    const extra = { aList: ["x", 2], aNumber: 3, anObject: { innerKey: true }, rows: [{ oneCell: "a" }], text: "t" };
    const read = await serve({ config: { metadata: { instance: { myThing: extra }, ownRoot: { k: "v" } } } });
    expect(await read("")).toBe("instance/\noslogin/\nown-root/\nproject/\n");
    expect(await read("instance/")).toContain("\nmy-thing/\n");
    expect(await read("instance/my-thing/")).toBe("a-list\na-number\nan-object/\nrows/\ntext\n");
    expect(await read("instance/my-thing/?recursive=true")).toBe(JSON.stringify(extra));
    expect(await read("instance/my-thing/?recursive=true&alt=text")).toBe(
      "a-list x\na-list 2\na-number 3\nan-object/inner-key true\nrows/0/one-cell a\ntext t\n",
    );
    expect(await read("instance/my-thing/rows/0/one-cell")).toBe("a");
    expect(await read("?recursive=true")).toContain('"ownRoot":{"k":"v"}');
  });

  it("takes a key of the user's own beside instance and project of a bare dump", async () => {
    const read = await serve({ config: { instance: { name: "n" }, ownRoot: { someKey: 1 } } });
    expect(await read("own-root/some-key")).toBe("1");
    expect(await read("instance/name")).toBe("n");
  });
});

/** Writes files by their path; a value `-> path` is a link. */
function folder(name: string, files: Readonly<Record<string, string>>): string {
  const root = join(scratch, name);
  for (const [path, text] of Object.entries(files)) {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    if (text.startsWith("-> ")) symlinkSync(text.slice(3), file);
    else writeFileSync(file, text);
  }
  return root;
}

// workerd has no files.
if (runtime !== "workerd")
  describe(`--metadata-dir on ${runtime}`, () => {
    it("lays a folder over the tree: text leaves, one newline dropped, types kept", async () => {
      const root = folder("layers", {
        "instance/attributes/__proto__": "p",
        "instance/attributes/key": "two\n\n",
        "instance/machineType": "projects/1/machineTypes/n2-standard-4\r\n",
        "instance/tags": "a\nb\n",
        "own-dir/sub-dir/leaf": "",
        "project/numeric-project-id": "99\n",
        "project/project-id": "proj-x\n",
      });
      const read = await serve({ flags: ["--metadata-dir", root, "--zone", "europe-west1-b"] });
      expect(await read("instance/attributes/?recursive=true")).toBe('{"__proto__":"p","key":"two\\n"}');
      expect(await read("instance/machine-type")).toBe("projects/1/machineTypes/n2-standard-4");
      expect(await read("instance/tags")).toBe('["a","b"]');
      expect(await read("own-dir/?recursive=true&alt=text")).toBe("sub-dir/leaf \n");
      expect(await read("project/?recursive=true")).toBe(
        '{"attributes":{},"numericProjectId":99,"projectId":"proj-x"}',
      );
      expect(await read("instance/hostname")).toBe("emulated-vm.europe-west1-b.c.proj-x.internal");
      expect(await read("instance/service-accounts/default/email")).toBe("99-compute@developer.gserviceaccount.com");
    });

    it("leaves out dot files and links that lead out or round, and follows the others", async () => {
      const outside = folder("outside", { secret: "s" });
      // Its path begins as that of the folder does.
      const beside = folder("links-beside", { secret: "s" });
      const root = folder("links", {
        ".git/config": "x",
        "own/.hidden": "x",
        "own/file": "-> ../other/value",
        "own/out": `-> ${outside}`,
        "own/out-file": `-> ${join(outside, "secret")}`,
        "own/beside": `-> ${beside}`,
        "own/round": "-> ..",
        "own/gone": "-> nowhere",
        "other/value": "v",
      });
      const read = await serve({ flags: ["--metadata-dir", root] });
      expect(await read("own/?recursive=true")).toBe('{"file":"v"}');
      expect(await read("")).toBe("instance/\noslogin/\nother/\nown/\nproject/\n");
    });

    it("names what the tree cannot hold, and ends with 2", async () => {
      const root = folder("wrong", { "instance/attributes/key/below": "x" });
      await expect(serve({ flags: ["--metadata-dir", root] })).rejects.toThrow(
        /ended with 2 [\s\S]*--metadata-dir: "instance\/attributes\/key": the value must be a string/,
      );
    });
  });
