import type Docker from "dockerode";
import { orMissing } from "../../engine/client.ts";
import { exceptions, exceptionsOf } from "../../policy/exceptions.ts";
import { ofStack, roleOf } from "../../workload/labels.ts";
import { judged, type Checked } from "./check.ts";
import { cisRules, type EngineFacts, type Inspected } from "./cis-rules.ts";

/** The benchmark that the rules are of. */
export const benchmark = "CIS Docker Benchmark 5.x";

/** Names the service whose trial a container is. */
const trialLabel = "webnet.trial";

/** Judges containers by the benchmark. What `policy/exceptions.ts` lists is no finding. */
export function judgeByCis(containers: readonly Inspected[], engine: EngineFacts): Checked {
  const findings: string[] = [];
  const excepted = new Map<string, string>();
  for (const container of containers) {
    const allowed = exceptionsOf(rolesOf(container));
    for (const { number, title, broken } of cisRules) {
      const words = broken(container, engine);
      if (words === undefined) continue;
      const exception = allowed.find(({ cis }) => cis.includes(number));
      if (exception === undefined) findings.push(`${number} ${title}: ${nameOf(container)}: ${words}`);
      else
        excepted.set(
          `${number} ${exception.role}`,
          `${number} ${exception.role}: ${words}. ${exception.reason}`,
        );
    }
  }
  const tool = `own rules, ${cisRules.length} of 32`;
  return judged({ check: benchmark, tool }, { findings, excepted: [...excepted.values()] });
}

/** Describes the containers of a stack, and the engine, as the rules take them. */
export async function inspectForCis(
  docker: Docker,
  stack: string,
): Promise<{ containers: Inspected[]; engine: EngineFacts }> {
  const list = await docker.listContainers({ all: true, filters: { label: ofStack(stack) } });
  const containers = await Promise.all(
    list.map(async ({ Id, State }) => {
      const container = docker.getContainer(Id);
      const inspected = await container.inspect();
      return State === "running" ? { ...inspected, processes: await commandsIn(container) } : inspected;
    }),
  );
  return { containers, engine: await engineFacts(docker) };
}

/** Describes the engine as the rules take it. */
export async function engineFacts(docker: Docker): Promise<EngineFacts> {
  const { SecurityOptions = [], Swarm } = (await docker.info()) as {
    SecurityOptions?: string[];
    Swarm?: { LocalNodeState?: string };
  };
  return { securityOptions: SecurityOptions, inSwarm: Swarm?.LocalNodeState === "active" };
}

/** The command lines in a container; none if it has ended meanwhile. */
async function commandsIn(container: Docker.Container): Promise<string[]> {
  const top = (await orMissing(container.top())) as { Processes?: string[][] } | undefined;
  return (top?.Processes ?? []).map((columns) => columns.at(-1) ?? "");
}

/** A trial may what the service may that it is a trial of. */
function rolesOf({ Config }: Inspected): string[] {
  const tried = Config.Labels[trialLabel] ?? "";
  const services = exceptions.map(({ role }) => role).filter((role) => tried.endsWith(`-${role}`));
  return [roleOf(Config), ...services];
}

function nameOf({ Name, Config }: Inspected): string {
  const name = Name.replace(/^\//, "");
  const role = roleOf(Config);
  return role === "copy" ? `${role} (${commandOf(Config)})` : name;
}

/** What a short-lived container was to run: its image may say nothing of that. */
function commandOf({ Entrypoint, Cmd }: Inspected["Config"]): string {
  return [Entrypoint ?? [], (Cmd as string[] | null) ?? []]
    .flat()
    .join(" ")
    .replaceAll(/\s+/g, " ")
    .slice(0, 60);
}
