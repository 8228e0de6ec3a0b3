import { attempt, keeperStatus, rehearse } from "../../certificate/keeper.ts";
import { untilServed } from "../../gateway/certificate.ts";
import { configPath, opsLine, setCommand } from "../../settings/commands.ts";
import { certbotContainerName } from "../../workload/names.ts";
import { confirm } from "../confirm.ts";
import type { OpsCommand, OptionValues } from "../command.ts";
import type { Target } from "../target.ts";
import { UsageError } from "../usage.ts";
import { findCertificate, type CertificateFacts } from "./found.ts";

const actions = ["status", "issue", "renew"] as const;
const sourcePath = ["gateway", "tls", "certificate"];

/** `npm run ops -- cert`. */
export const certCommand: OpsCommand = {
  summary: "shows the gateway's certificate, and orders or rehearses the next one by ACME",
  argument: { name: "action", allowed: actions },
  options: [
    ["--dry-run", "with renew: goes through an order with the authority, and keeps nothing of it"],
    ["--json", "with status: as JSON on standard output; with npm run --silent, nothing else is there"],
    ["--yes", "with renew: doesn't ask before it begins"],
  ],
  examples: [
    [
      "status --stack prod",
      "what the gateway serves, until when, and how the next one comes; fails if something is wrong",
    ],
    ["issue --stack prod", "orders one now if there is none or it is due, as after the DNS was put right"],
    ["renew --dry-run --stack prod", "whether a renewal would go through"],
    ["renew --stack prod", "orders one in any case, as after a key became known; authorities limit that"],
  ],
  onlyLooks: (values, action) => action === "status" || values["dry-run"] === true,
  mustFit(values, action = "") {
    for (const [option, of] of [
      ["dry-run", "renew"],
      ["json", "status"],
      ["yes", "renew"],
    ] as const)
      if (values[option] === true && action !== of)
        throw new UsageError(`--${option} goes with ${of}, and not with ${action}`);
  },
  async run(target, values, say, action = "") {
    mustSpeakTls(target);
    if (action === "status") await showStatus(target, values, say);
    else await order(target, values, say, action);
  },
};

async function showStatus(target: Target, values: OptionValues, say: (text: string) => void): Promise<void> {
  const facts = await findCertificate(target, target.docker(), target.settings());
  say(values["json"] === true ? JSON.stringify(facts, null, 2) : describeCertificate(facts));
  const [first, ...others] = facts.problems;
  if (first === undefined) return;
  const next = facts.source === "acme" ? `\nTo try at once: ${opsLine("cert issue", target)}` : "";
  throw new Error(`${[first, ...others].join("; ")}.${next}`);
}

async function order(
  target: Target,
  values: OptionValues,
  say: (text: string) => void,
  action: string,
): Promise<void> {
  mustUseAcme(target);
  const docker = target.docker();
  const certbot = docker.getContainer(certbotContainerName(target.prefix));
  if (values["dry-run"] === true) {
    say("Going through an order; this takes some seconds, with an authority that is away some minutes.");
    const { good, said } = await rehearse(certbot);
    if (!good) throw new Error(`an order would fail:\n${said}`);
    say("An order would go through.");
    return;
  }
  if (action === "renew") {
    const question = `This orders a new certificate for ${target.stack}, although the present one may be good. Is it meant?`;
    if (!(await confirm(question, values["yes"] === true))) return;
  }
  say("Ordering; this takes some seconds, with an authority that is away some minutes.");
  const { problem } = await attempt(certbot, action === "renew" ? "renew" : "now");
  if (problem !== undefined)
    throw new Error(`no certificate came; the gateway goes on with the one that it has.\n${problem}`);
  const { certificate } = await keeperStatus(certbot);
  const wrong = await untilServed(docker, target.stack, certificate?.digest);
  if (wrong !== undefined) throw new Error(wrong);
  say(`The gateway serves the authority's certificate, valid until ${certificate?.to ?? "?"}.`);
}

/** The facts as text. */
export function describeCertificate({ source, serves, authority }: CertificateFacts): string {
  const at = (seconds: number | undefined) =>
    seconds === undefined ? "never" : new Date(seconds * 1000).toISOString();
  return [
    ...(serves === undefined
      ? ["What the gateway serves isn't known."]
      : [
          `The gateway serves a certificate for ${serves.names}, from ${serves.isSelfSigned ? "itself (self-signed)" : serves.issuer},`,
          `  valid from ${serves.from} until ${serves.to}: ${serves.daysLeft} days are left.`,
        ]),
    `It is to come from: ${source}.`,
    ...(authority === undefined
      ? []
      : [
          `Authority: ${authority.directory}`,
          `  last attempt ${at(authority.at)}, next one ${at(authority.next)}`,
          ...(authority.problem === undefined
            ? []
            : [`  the last one failed (${authority.failures} in a row): ${authority.problem}`]),
        ]),
  ].join("\n");
}

/** @throws Error if the gateway speaks http alone */
function mustSpeakTls(target: Target): void {
  if (target.settings().gateway.tls !== undefined) return;
  throw new Error(
    `the gateway of ${target.stack} speaks no TLS. For a certificate by ACME:\n  ${setCommand(target.stack, sourcePath, "acme")}`,
  );
}

/** @throws Error if certificates come another way */
function mustUseAcme(target: Target): void {
  const source = target.settings().gateway.tls?.certificate;
  if (source === "acme") return;
  throw new Error(
    `${configPath(sourcePath)} is ${source ?? ""}, and no authority is asked. For a certificate by ACME:\n  ${setCommand(target.stack, sourcePath, "acme")}`,
  );
}
