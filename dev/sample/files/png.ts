import { crc32, deflateSync } from "node:zlib";
import { noise } from "./noise.ts";

const signature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
const trueColor = { bitDepth: 8, colorType: 2 };
const bytesPerPixel = 3;

/** A picture of grainy sky over water. It takes about three bytes a pixel, like a photograph in good quality. */
export function picture(seed: string, width: number, height: number): Buffer {
  const grain = noise(seed, width * height * bytesPerPixel);
  const lines = Array.from({ length: height }, (_, y) => {
    const line = Buffer.alloc(1 + width * bytesPerPixel);
    const [red, green, blue] = y < height / 2 ? [110, 160, 220] : [20, 70, 120];
    for (let x = 0; x < width; x += 1) {
      const at = 1 + x * bytesPerPixel;
      const from = (y * width + x) * bytesPerPixel;
      line[at] = red + ((grain[from] ?? 0) >> 2);
      line[at + 1] = green + ((grain[from + 1] ?? 0) >> 2) - 16;
      line[at + 2] = blue + ((grain[from + 2] ?? 0) >> 3);
    }
    return line;
  });
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.writeUInt8(trueColor.bitDepth, 8);
  header.writeUInt8(trueColor.colorType, 9);
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(Buffer.concat(lines), { level: 1 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
