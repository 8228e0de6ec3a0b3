import { close, isClosed } from "../../gateway/maintenance.ts";
import { runningGateway } from "../../gateway/live.ts";
import { configPath, opsLine, pulumiLine, recoverLine, setCommand } from "../../settings/commands.ts";
import type { Settings } from "../../settings/index.ts";
import type { OpsCommand } from "../command.ts";
import type { Target } from "../target.ts";

const onPath = ["gateway", "maintenance", "on"];
/** nginx keeps for so long what it has seen of a file. */
const seenSeconds = 5;

/** `npm run ops -- maintenance`. */
export const maintenanceCommand: OpsCommand = {
  summary: "closes the platform for clients, who get a page and 503, or opens it again; no update, no reload",
  argument: { name: "action", allowed: ["on", "off", "status"] },
  options: [],
  examples: [
    ["on --stack prod", "closes it at once; gateway.maintenance.guests, health and the guarded route go on"],
    ["off --stack prod", "opens it again"],
    ["status --stack prod", "whether it is closed, and by whom"],
  ],
  onlyLooks: (_values, action) => action === "status",
  async run(target, _values, say, action = "") {
    const { maintenance } = target.settings().gateway;
    const running = await runningGateway(target.docker(), target.stack);
    if (running === undefined)
      throw new Error(`no gateway of ${target.stack} runs. To bring it back: ${recoverLine(target)}`);
    const { exec } = running.gateway;
    if (action !== "status") await close(exec, action === "on");
    const closed = await isClosed(exec);
    say(inWords(target, maintenance, closed));
    if (action === "off" && maintenance.on)
      throw new Error(
        `${configPath(onPath)} keeps it closed. To open it:\n  ${setCommand(target.stack, onPath, "false")}\n  ${pulumiLine("up", target)}`,
      );
  },
};

function inWords(
  target: Target,
  { on, guests }: Settings["gateway"]["maintenance"],
  closed: boolean,
): string {
  if (!closed && !on) return `${target.stack} is open. Clients notice within ${seenSeconds} s.`;
  const by = closed ? "by this command" : `by ${configPath(onPath)}`;
  const who = guests.length === 0 ? "nobody is a guest" : `guests: ${guests.join(", ")}`;
  return [
    `${target.stack} is closed ${by}: clients get 503 and the maintenance page; ${who}. What is under way goes on to its end.`,
    `To open it: ${opsLine("maintenance off", target)}`,
  ].join("\n");
}
