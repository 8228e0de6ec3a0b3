import assert from "node:assert/strict";
import type Docker from "dockerode";
import { judgeByCis } from "../../../../dev/audit/cis.ts";
import { cisRules, type EngineFacts, type Inspected } from "../../../../dev/audit/cis-rules.ts";
import { exceptions } from "../../../../policy/exceptions.ts";

const plain: EngineFacts = { securityOptions: ["name=seccomp,profile=builtin"], inSwarm: false };
const confining: EngineFacts = { securityOptions: ["name=apparmor", "name=selinux"], inSwarm: false };

interface Change {
  host?: Partial<Docker.HostConfig> & { UTSMode?: string };
  mounts?: Partial<Docker.ContainerInspectInfo["Mounts"][number]>[];
  networks?: string[];
  health?: string[] | undefined;
  image?: string;
  role?: string;
  apparmor?: string;
  processes?: string[];
  labels?: Record<string, string>;
}

/** A container as ours are, with changes. */
function container(change: Change = {}): Inspected {
  const {
    host,
    mounts = [],
    networks = ["webnet-x"],
    image = "sha256:1",
    role = "database-of-others",
  } = change;
  return {
    Id: "1",
    Name: "/webnet-x-service",
    AppArmorProfile: change.apparmor ?? "docker-default",
    Config: {
      Image: image,
      Labels: { "webnet.stack": "x", "webnet.role": role, ...change.labels },
      Healthcheck: { Test: "health" in change ? change.health : ["CMD", "true"] },
      Cmd: null,
    },
    HostConfig: {
      Privileged: false,
      CapAdd: [],
      CapDrop: ["ALL"],
      NetworkMode: "bridge",
      Memory: 1,
      MemorySwap: 1,
      NanoCpus: 1,
      CpuShares: 0,
      ReadonlyRootfs: true,
      RestartPolicy: { Name: "no", MaximumRetryCount: 0 },
      PidMode: "",
      IpcMode: "private",
      SecurityOpt: ["no-new-privileges:true"],
      PidsLimit: 1,
      UsernsMode: "",
      ...host,
    },
    Mounts: mounts.map((mount) => ({ Propagation: "", ...mount })),
    NetworkSettings: { Networks: Object.fromEntries(networks.map((name) => [name, {}])) },
    processes: change.processes ?? ["nginx: master process"],
  } as unknown as Inspected;
}

const bind = (Source: string, further = {}) => ({
  Type: "bind" as const,
  Source,
  Destination: "/x",
  RW: false,
  ...further,
});
const binding = (HostIp: string, HostPort: string, inside = "80/tcp") => ({
  PortBindings: { [inside]: [{ HostIp, HostPort }] },
});

/** A container that breaks each rule. */
const bad: Record<string, [Change, EngineFacts?]> = {
  "5.1": [{}, { ...plain, inSwarm: true }],
  "5.2": [{ apparmor: "unconfined" }, confining],
  "5.3": [{ host: { SecurityOpt: ["no-new-privileges:true", "label=disable"] } }, confining],
  "5.4": [{ host: { CapAdd: ["NET_ADMIN"] } }],
  "5.5": [{ host: { Privileged: true } }],
  "5.6": [{ mounts: [bind("/etc")] }],
  "5.7": [{ processes: ["/usr/sbin/sshd -D"] }],
  "5.8": [{ host: binding("127.0.0.1", "443", "443/tcp") }],
  "5.9": [{ host: binding("127.0.0.1", "8081", "8081/tcp") }],
  "5.10": [{ host: { NetworkMode: "host" } }],
  "5.11": [{ host: { Memory: 0 } }],
  "5.12": [{ host: { NanoCpus: 0, CpuShares: 1024 } }],
  "5.13": [{ host: { ReadonlyRootfs: false } }],
  "5.14": [{ host: binding("0.0.0.0", "8080") }],
  "5.15": [{ host: { RestartPolicy: { Name: "always" } } }],
  "5.16": [{ host: { PidMode: "host" } }],
  "5.17": [{ host: { IpcMode: "host" } }],
  "5.18": [
    { host: { Devices: [{ PathOnHost: "/dev/kvm", PathInContainer: "/dev/kvm", CgroupPermissions: "r" }] } },
  ],
  "5.19": [{ host: { Ulimits: [{ Name: "nofile", Soft: 1, Hard: 1 }] } }],
  "5.20": [{ mounts: [{ Type: "volume", Source: "v", Destination: "/x", Propagation: "rshared" }] }],
  "5.21": [{ host: { UTSMode: "host" } }],
  "5.22": [{ host: { SecurityOpt: ["no-new-privileges:true", "seccomp=unconfined"] } }],
  "5.25": [{ host: { CgroupParent: "/other" } }],
  "5.26": [{ host: { SecurityOpt: [] } }],
  "5.27": [{ health: undefined }],
  "5.28": [{ image: "nginx:latest" }],
  "5.29": [{ host: { PidsLimit: null as unknown as number } }],
  "5.30": [{ networks: ["bridge"] }],
  "5.31": [{ host: { UsernsMode: "host" } }],
  "5.32": [{ mounts: [bind("/var/run/docker.sock")] }],
};

describe("the rules of the CIS benchmark", () => {
  it("find nothing in a container that is confined", () => {
    assert.deepEqual(judgeByCis([container()], confining).findings, []);
  });

  it("each have a container that breaks it", () => {
    assert.deepEqual(
      cisRules.map(({ number }) => number),
      Object.keys(bad),
    );
  });

  for (const [number, [change, engine = plain]] of Object.entries(bad)) {
    it(`find what breaks ${number}, and nothing else`, () => {
      const { findings, passed } = judgeByCis([container(change)], engine);
      assert.deepEqual(
        findings.map((line) => line.split(" ")[0]),
        [number],
      );
      assert.equal(passed, false);
    });
  }
});

describe("the exceptions", () => {
  it("name rules that are there, once for each role, with a reason in words", () => {
    const numbers = cisRules.map(({ number }) => number as string);
    const seen = new Set<string>();
    for (const { role, cis, reason } of exceptions) {
      assert.match(reason, /^[A-Z].{40,}\.$/);
      for (const number of cis) {
        assert.ok(numbers.includes(number), number);
        assert.ok(!seen.has(`${role} ${number}`), `${role} ${number}`);
        seen.add(`${role} ${number}`);
      }
    }
  });

  it("count for their own role alone, and are told with their reason", () => {
    const open = { host: { PidMode: "host" } };
    const { findings, excepted } = judgeByCis(
      [container({ ...open, role: "node-exporter" }), container({ ...open, role: "prometheus" })],
      plain,
    );
    assert.equal(findings.length, 1);
    assert.match(findings[0] ?? "", /^5\.16 /);
    assert.match(excepted.join("\n"), /^5\.16 node-exporter: pid host\. It measures the host/);
  });

  it("count for the trial of a service as for the service", () => {
    const trial = {
      host: { PidMode: "host" },
      role: "copy",
      labels: { "webnet.trial": "webnet-x-node-exporter" },
    };
    assert.deepEqual(judgeByCis([container(trial)], plain).findings, []);
  });
});
