#!/usr/bin/env node
// An older Node must be able to read this file, so that it can say what it lacks: no new syntax here.
import { fileURLToPath } from "node:url";

const wanted = 24;
const root = fileURLToPath(new URL("..", import.meta.url));

function fail(message) {
  console.error(message);
  process.exitCode = 1;
}

if (Number(process.versions.node.split(".")[0]) < wanted) {
  fail(
    `webnet needs Node ${wanted} or newer, and this is ${process.versions.node} (${process.execPath}).\n` +
      `Put a newer one first on PATH. Without one: npm run ops -- <command>, in ${root}, brings its own.`,
  );
} else {
  const program = process.env.npm_lifecycle_event === "npx" ? "npx webnet" : "webnet";
  import("../ops/ops.ts")
    .then(({ mainOps }) => mainOps(undefined, program))
    .catch((error) => {
      if (error.code !== "ERR_MODULE_NOT_FOUND") throw error;
      fail(`webnet's dependencies aren't there, or not all of them: cd ${root} && npm ci\n${error.message}`);
    });
}
