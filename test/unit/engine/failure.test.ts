import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { engineFailure } from "../../../engine/client.ts";

const failureWith = (code: string, syscall?: string): string | undefined =>
  engineFailure(Object.assign(new Error("why"), { code, ...(syscall !== undefined && { syscall }) }));

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new assert.AssertionError({ message: "it was expected to fail" });
}

async function refusedBy(path: string): Promise<Error> {
  return await new Promise((resolve) => {
    connect(path).once("error", resolve);
  });
}

const silent = "the Docker engine doesn't answer: why";

describe("an engine's failure", () => {
  it("is told from every other error", () => {
    const refusal = Object.assign(new Error("(HTTP code 500) server error"), { statusCode: 500 });
    const own = Object.assign(new TypeError("not a string"), { code: "ERR_INVALID_ARG_TYPE" });
    assert.equal(
      engineFailure(refusal),
      "the Docker engine refused a question: (HTTP code 500) server error",
    );
    for (const other of [own, new Error("anything"), undefined])
      assert.equal(engineFailure(other), undefined);
  });

  it("is that of a connection, of a name and of a certificate", () => {
    for (const [code, syscall] of [
      ["ECONNRESET"],
      ["ECONNRESET", "read"],
      ["EPIPE", "write"],
      ["EACCES", "connect"],
      ["EAI_AGAIN", "getaddrinfo"],
      ["ENOTFOUND", "getaddrinfo"],
      ["CERT_HAS_EXPIRED"],
      ["DEPTH_ZERO_SELF_SIGNED_CERT"],
      ["SELF_SIGNED_CERT_IN_CHAIN"],
      ["UNABLE_TO_VERIFY_LEAF_SIGNATURE"],
      ["ERR_TLS_CERT_ALTNAME_INVALID"],
      ["EPROTO", "write"],
      ["HPE_INVALID_CONSTANT"],
    ] as const)
      assert.equal(failureWith(code, syscall), silent, code);
  });

  it("is none of a file or of a program", () => {
    for (const [code, syscall] of [
      ["ENOSPC", "write"],
      ["EISDIR", "read"],
      ["EACCES", "open"],
      ["ENOENT", "spawn pulumi"],
      ["ETIMEDOUT", "spawnSync pulumi"],
    ] as const)
      assert.equal(failureWith(code, syscall), undefined, `${code} of ${syscall}`);
    for (const missing of [
      thrownBy(() => readFileSync("/nowhere/Pulumi.prod.yaml")),
      thrownBy(() => {
        writeFileSync("/proc/version", "x");
      }),
    ])
      assert.equal(engineFailure(missing), undefined);
  });

  it("is that of a socket's file that is missing", async () => {
    assert.equal(
      engineFailure(await refusedBy("/nowhere/docker.sock")),
      "the Docker engine doesn't answer: connect ENOENT /nowhere/docker.sock",
    );
  });

  it("tells what each address of a name answered", () => {
    const each = ["::1", "127.0.0.1"].map((address) =>
      Object.assign(new Error(`connect ECONNREFUSED ${address}:2375`), {
        code: "ECONNREFUSED",
        syscall: "connect",
      }),
    );
    assert.equal(
      engineFailure(Object.assign(new AggregateError(each), { code: "ECONNREFUSED" })),
      "the Docker engine doesn't answer: connect ECONNREFUSED ::1:2375, connect ECONNREFUSED 127.0.0.1:2375",
    );
    assert.equal(engineFailure(new AggregateError([new Error("anything")])), undefined);
  });
});
