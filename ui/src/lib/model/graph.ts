// The numbers behind the graph of a tunnel's traffic.
import type { Sample } from "../api/generated.ts";

/** Times in Unix seconds, received above the axis, sent below it (negative). */
export type Series = [number[], number[], number[]];

/** What the graph shows of the last `length` seconds. A second without a sample is one without traffic. */
export function series(samples: Sample[], length: number, now: number): Series {
  const shown = inSight(samples, length, now);
  const [times, received, sent]: Series = [[], [], []];
  let before = now - length * 1000;
  const add = (at: number, down: number, up: number) => {
    times.push(at / 1000);
    received.push(down);
    sent.push(up === 0 ? 0 : -up);
  };
  for (const sample of shown) {
    if (sample.at - before > 1500) {
      add(before + (times.length === 0 ? 0 : 1000), 0, 0);
      if (sample.at - before > 2500) add(sample.at - 1000, 0, 0);
    }
    add(sample.at, sample.received, sample.sent);
    before = sample.at;
  }
  if (now - before > 1500) {
    if (times.length === 0 || now - before > 2500) add(before + (times.length === 0 ? 0 : 1000), 0, 0);
    add(now, 0, 0);
  }
  return [times, received, sent];
}

/** The ends of the axis, bytes per second: round values, so that they seldom change. Neither side is squeezed to nothing. */
export function axisOf(samples: Sample[], length: number, now: number): { received: number; sent: number } {
  const shown = inSight(samples, length, now);
  const received = round(Math.max(125, ...shown.map((sample) => sample.received)));
  const sent = round(Math.max(125, ...shown.map((sample) => sample.sent)));
  return { received: Math.max(received, sent / 3), sent: Math.max(sent, received / 3) };
}

function inSight(samples: Sample[], length: number, now: number): Sample[] {
  return samples.filter((sample) => sample.at > now - (length + 1) * 1000 && sample.at <= now + 1000);
}

/** The next larger of 1, 2, 4, 6, 8, 10, in any power of ten, of bits per second. */
function round(bytes: number): number {
  const bits = bytes * 8;
  const power = 10 ** Math.floor(Math.log10(bits));
  const step = [1, 2, 4, 6, 8, 10].find((step) => bits <= step * power) ?? 10;
  return (step * power) / 8;
}
