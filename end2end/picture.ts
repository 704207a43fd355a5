// Makes real PNG files of any size.
import { crc32, deflateSync } from 'node:zlib';

/** Coloured hills with noise, different for every `number`. */
export function picture(width: number, height: number, number: number): Buffer {
  const hill = (length: number, bends: number, turn: number) =>
    Array.from({ length }, (_, at) => 110 + 100 * Math.sin((at / length) * bends + turn));
  const across = hill(width, 5, number);
  const down = hill(height, 7, number * 2);
  const slanted = hill(width + height, 6, number * 3);
  const rows = Buffer.alloc((width * 3 + 1) * height);
  let place = 0;
  for (let y = 0; y < height; y += 1) {
    // Each row begins with its filter type, 0.
    place += 1;
    for (let x = 0; x < width; x += 1) {
      const grain = ((x * 40503) ^ (y * 30011) ^ (number * 97)) & 15;
      rows[place] = across[x] + grain;
      rows[place + 1] = down[y] + grain;
      rows[place + 2] = slanted[x + y] + grain;
      place += 3;
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  // Eight bits for each of the three colours.
  head.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const data = deflateSync(rows, { level: 1 });
  return Buffer.concat([signature, chunk('IHDR', head), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
