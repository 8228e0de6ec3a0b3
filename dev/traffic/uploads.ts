import { createHash, randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { checkAnswer } from "./answers.ts";
import type { TrafficKinds } from "./options.ts";
import { send } from "./request.ts";
import { onConnections } from "./requests.ts";
import { pause, record, type Run } from "./run.ts";

const pieceMilliseconds = 250;
const millisecondsAfter = 100;

/** Sends bodies slowly, one after the other on each connection. The backend stores a row for each. */
export function uploads(run: Run, settings: NonNullable<TrafficKinds["uploads"]>): Promise<void>[] {
  const { connections, bytes, seconds } = settings;
  return onConnections(run, connections, async (target, index) => {
    const patient = { ...target, timeoutSeconds: target.timeoutSeconds + seconds };
    let count = 0;
    do {
      count += 1;
      const id = `${run.rowPrefix}u${index}-${count}`;
      const body = randomBytes(bytes);
      const sha256 = createHash("sha256").update(body).digest("hex");
      const upload = async () => {
        const sent = { bytes, pieces: slowly(body, seconds) };
        const answer = await send(patient, "POST", `/api/uploads/${id}`, sent);
        return { answeredBy: checkAnswer(answer, { id, bytes, sha256 }) };
      };
      await record(run, "uploads", upload, id);
    } while (await pause(run, millisecondsAfter));
  });
}

async function* slowly(body: Buffer, seconds: number): AsyncGenerator<Buffer> {
  const pieces = Math.max(1, Math.round((seconds * 1000) / pieceMilliseconds));
  const size = Math.ceil(body.length / pieces);
  for (let start = 0; start < body.length; start += size) {
    yield body.subarray(start, start + size);
    await sleep(pieceMilliseconds);
  }
}
