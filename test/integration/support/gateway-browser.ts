import { readFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import { gatewayPorts } from "../../../gateway/layout.ts";
import type { BrowserProgram } from "../../../dev/toolchain/browser-program.ts";
import { startBrowser } from "../../../dev/toolchain/browser.ts";
import type { TestPlatform } from "../../../dev/platform/platform.ts";

/** A browser, and the address at which it reaches the platform. */
export interface GatewayBrowser {
  browser: Browser;
  url: string;
  close: () => Promise<void>;
}

/**
 * Starts a browser for a platform that is up. On each change of its machine's network interfaces, and so whenever a
 * container comes or goes, Chromium gives up what it is connecting to. Therefore it runs in the gateway's own network,
 * where nothing changes; without root, or with an engine that is elsewhere, it has to run in the machine's.
 */
export async function startGatewayBrowser(
  platform: TestPlatform,
  program: BrowserProgram,
): Promise<GatewayBrowser> {
  const { State } = await (await platform.gateway()).inspect();
  if (process.getuid?.() !== 0 || !isNginx(State.Pid)) {
    return { ...(await startBrowser(program)), url: platform.url };
  }
  return { ...(await startBrowser(program, State.Pid)), url: `http://127.0.0.1:${gatewayPorts.public}` };
}

/** Tells whether that process, if it is on this machine at all, is the gateway's. */
function isNginx(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trim() === "nginx";
  } catch {
    return false;
  }
}
