// Differences of sets of networks, as the core's calculator has them.
type Range = [first: bigint, last: bigint];

const WIDTHS = { 4: 32n, 6: 128n } as const;

/** The networks of `include` without those of `exclude`, as few as possible. */
export function subtract(include: string[], exclude: string[]): string[] {
  return ([4, 6] as const).flatMap((version) => {
    const without = ranges(exclude, version);
    const left = ranges(include, version).flatMap((range) => cut(range, without));
    return left.flatMap((range) => networks(range, version));
  });
}

function ranges(texts: string[], version: 4 | 6): Range[] {
  const found = texts.filter((text) => text.includes(":") === (version === 6)).map((text): Range => {
    const [address = "", prefix] = text.split("/");
    const width = WIDTHS[version];
    const size = 1n << (width - BigInt(prefix ?? width));
    const number = version === 4 ? ipv4(address) : ipv6(address);
    const first = (number / size) * size;
    return [first, first + size - 1n];
  });
  const joined: Range[] = [];
  for (const [first, last] of found.sort(([a], [b]) => (a < b ? -1 : 1))) {
    const before = joined.at(-1);
    if (before && first <= before[1] + 1n) before[1] = last > before[1] ? last : before[1];
    else joined.push([first, last]);
  }
  return joined;
}

function cut([first, last]: Range, without: Range[]): Range[] {
  const left: Range[] = [];
  let begin = first;
  for (const [from, to] of without) {
    if (to < begin || from > last) continue;
    if (from > begin) left.push([begin, from - 1n]);
    begin = to + 1n;
  }
  return begin <= last ? [...left, [begin, last]] : left;
}

function networks([first, last]: Range, version: 4 | 6): string[] {
  const found: string[] = [];
  const width = WIDTHS[version];
  let begin = first;
  while (begin <= last) {
    let bits = 0n;
    while (bits < width && begin % (1n << (bits + 1n)) === 0n && begin + (1n << (bits + 1n)) - 1n <= last) bits += 1n;
    found.push(`${version === 4 ? writtenIpv4(begin) : writtenIpv6(begin)}/${width - bits}`);
    begin += 1n << bits;
  }
  return found;
}

const ipv4 = (text: string) => text.split(".").reduce((number, part) => (number << 8n) + BigInt(part), 0n);
const writtenIpv4 = (number: bigint) => [24n, 16n, 8n, 0n].map((shift) => String((number >> shift) & 255n)).join(".");

function ipv6(text: string): bigint {
  const [head = "", tail] = text.split("::").map((half) => half.split(":").filter(Boolean));
  const [begin, end] = [Array.isArray(head) ? head : [], tail ?? []];
  const groups = [...begin, ...Array<string>(8 - begin.length - end.length).fill("0"), ...end];
  return groups.reduce((number, group) => (number << 16n) + BigInt(`0x${group}`), 0n);
}

function writtenIpv6(number: bigint): string {
  const groups = Array.from({ length: 8 }, (_, at) => ((number >> BigInt(112 - at * 16)) & 0xffffn).toString(16));
  // The longest run of zeros is written as two colons.
  const runs = [...groups.map((group) => (group === "0" ? "0" : "x")).join("").matchAll(/0{2,}/g)].sort((a, b) => b[0].length - a[0].length);
  const [run] = runs;
  if (!run) return groups.join(":");
  return `${groups.slice(0, run.index).join(":")}::${groups.slice(run.index + run[0].length).join(":")}`;
}
