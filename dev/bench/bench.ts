import { setUp } from "../toolchain/setup.ts";
import { deployBench } from "./deploy.ts";
import { gatewayBench } from "./gateway.ts";
import { previewBench } from "./preview.ts";
import { switchBench } from "./switch.ts";
import { throughputBench } from "./throughput.ts";

const benches: Readonly<Record<string, () => Promise<void>>> = {
  deploy: deployBench,
  preview: previewBench,
  switch: switchBench,
  gateway: gatewayBench,
  throughput: throughputBench,
};
const [name = "deploy", ...rest] = process.argv.slice(2);
const bench = benches[name];

if (bench === undefined || rest.length > 0) {
  const asked = process.argv.slice(2).join(" ");
  process.stderr.write(
    `npm run bench -- ${asked}: there is no such bench. There are: ${Object.keys(benches).join(", ")}; the first without a name.\n`,
  );
  process.exitCode = 2;
} else {
  await setUp();
  await bench();
}
