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
 * Starts a browser for a running platform. Chromium aborts connections that it is opening whenever a network interface
 * changes, so whenever a container starts or stops. Therefore it runs in the gateway's network, where nothing changes.
 * Without root, or with an engine on another machine, it runs in this machine's network.
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

/** True if the process runs on this machine and is the gateway's nginx. */
function isNginx(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trim() === "nginx";
  } catch {
    return false;
  }
}
