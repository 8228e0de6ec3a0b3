import type Docker from "dockerode";
import { attempt, keeperStatus } from "../certificate/keeper.ts";
import { firstCertificateScript } from "../contract/gateway.ts";
import { connectEngine } from "../engine/client.ts";
import { untilServed } from "../gateway/certificate.ts";
import { messageOf } from "../host/message.ts";
import { opsLine } from "../settings/commands.ts";
import { usualProcesses } from "../workload/workload.ts";
import { boundOrWarn } from "./bound-processes.ts";
import { runScript } from "./input.ts";

/** An order takes seconds; certbot goes on by itself after that. */
const orderSeconds = 240;

await runScript(firstCertificateScript, async ({ stack, container, propagationSeconds = 0 }) => {
  const docker = connectEngine();
  await boundOrWarn(docker.getContainer(container), usualProcesses);
  const seconds = orderSeconds + propagationSeconds;
  const problem = await whatIsMissing(docker, stack, docker.getContainer(container), seconds).catch(
    messageOf,
  );
  if (problem === undefined) return;
  // A warning: an update that brought a release must not fail because an authority was away.
  process.stderr.write(
    `warning: the authority's certificate does not serve yet; the gateway goes on with the one that it has.\n${problem}\n` +
      `certbot tries again by itself. To look, and to try at once: ${opsLine("cert status", { stack })}, ${opsLine("cert issue", { stack })}\n`,
  );
});

async function whatIsMissing(
  docker: Docker,
  stack: string,
  certbot: Docker.Container,
  seconds: number,
): Promise<string | undefined> {
  const { problem } = await attempt(certbot, "now", seconds);
  if (problem !== undefined) return problem;
  const { certificate } = await keeperStatus(certbot);
  return await untilServed(docker, stack, certificate?.digest);
}
