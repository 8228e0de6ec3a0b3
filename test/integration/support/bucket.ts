import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { localPaths } from "../../../dev/toolchain/environment.ts";
import { buildFromModules } from "../../../dev/toolchain/go.ts";

const name = "states";

/** A bucket of an object store on this machine. It ends with the test. */
export interface Bucket extends Disposable {
  /** The URL of a Pulumi backend in the bucket. */
  backend: string;
  /** The environment in which the Pulumi CLI reaches the bucket. */
  environment: Readonly<Record<string, string>>;
  /** Puts an object into the bucket. */
  put(key: string, text: string): Promise<void>;
}

/** Starts an S3 server with an empty bucket. Builds the server the first time. */
export async function startBucket(): Promise<Bucket> {
  const output = join(localPaths.made, "s3");
  const version = { variable: "main.version", value: "test" };
  await buildFromModules({ module: "s3", version, output }, () => undefined);
  const server = spawn(output, [name], { stdio: ["pipe", "pipe", "inherit"] });
  server.stdout.setEncoding("utf8");
  const [address] = (await once(server.stdout, "data")) as [string];
  const url = `http://${address.trim()}`;
  return {
    backend: `s3://${name}?endpoint=${url}&use_path_style=true&region=us-east-1`,
    environment: {
      AWS_ACCESS_KEY_ID: "any",
      AWS_SECRET_ACCESS_KEY: "any",
      AWS_EC2_METADATA_DISABLED: "true",
    },
    put: async (key, body) => {
      const { ok, status } = await fetch(`${url}/${name}/${key}`, { method: "PUT", body });
      if (!ok) throw new Error(`the bucket answers ${status}`);
    },
    [Symbol.dispose]: () => {
      server.kill("SIGKILL");
    },
  };
}
