// Times, sizes and rates.
import { direction, language, say } from "./catalogue.svelte.ts";

/** A span of time in milliseconds: `12 s`, `3 min`, `2 h 5 min`, `4 d`. Seconds are rounded up. */
export function span(milliseconds: number): string {
  const seconds = Math.ceil(Math.max(0, milliseconds) / 1000);
  if (seconds < 60) return say("span-seconds", { seconds });
  if (seconds < 3600) return say("span-minutes", { minutes: Math.floor(seconds / 60) });
  if (seconds >= 86_400) return say("span-days", { days: Math.floor(seconds / 86_400) });
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return minutes === 0 ? say("span-hours", { hours }) : say("span-hours-minutes", { hours, minutes });
}

/** How long ago `then` is at `now`, both Unix milliseconds. */
export function ago(then: number, now: number): string {
  const passed = now - then;
  return passed < 1000 ? say("ago-now") : say("ago", { span: span(Math.floor(passed / 1000) * 1000) });
}

/** The time until `then`: `14:59`, `1:00:00`. */
export function countdown(then: number, now: number): string {
  const seconds = Math.max(0, Math.ceil((then - now) / 1000));
  const two = (value: number) => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** A size in the largest binary unit of which there is at least one: `1.50 MiB`. */
export function bytes(count: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  const step = count < 1 ? 0 : Math.min(4, Math.floor(Math.log2(count) / 10));
  return step === 0 ? `${count} B` : `${decimal(count / 2 ** (step * 10), 2)} ${units[step]}`;
}

/** What rates are shown in. */
export type RateUnit = "bits" | "bytes";

/** A rate in bytes per second, as `41.2 Mbit/s` or `5.15 MB/s`. `scale` is the rate whose unit is used, so that a unit does not jump. */
export function rate(perSecond: number, unit: RateUnit, scale: number = perSecond): string {
  const factor = unit === "bits" ? 8 : 1;
  const names = unit === "bits" ? ["bit/s", "kbit/s", "Mbit/s", "Gbit/s"] : ["B/s", "kB/s", "MB/s", "GB/s"];
  const step = scale * factor < 1000 ? 0 : Math.min(3, Math.floor(Math.log10(scale * factor) / 3));
  const value = (perSecond * factor) / 1000 ** step;
  return `${decimal(value, step === 0 || value >= 100 ? 0 : 1)} ${names[step]}`;
}

/** A round rate, as an axis has it: `80 Mbit/s`. */
export function roundRate(perSecond: number, unit: RateUnit, scale: number = perSecond): string {
  return rate(perSecond, unit, scale).replace(/[.,٫]0(?= )|[.,٫]٠(?= )/u, "");
}

/** The time of day. */
export function clock(at: number, seconds = false): string {
  const options: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  if (seconds) options.second = "2-digit";
  return new Intl.DateTimeFormat(language(), options).format(at);
}

/** Date and time, as exactly as people need. */
export function exactly(at: number): string {
  return new Intl.DateTimeFormat(language(), { dateStyle: "medium", timeStyle: "medium", hourCycle: "h23" }).format(at);
}

/** The time of day if that is today, otherwise the day or the date too. */
export function moment(at: number, now: number): string {
  const day = (time: number) => new Date(time).setHours(0, 0, 0, 0);
  const daysAgo = Math.round((day(now) - day(at)) / 86_400_000);
  if (daysAgo === 1) return `${new Intl.RelativeTimeFormat(language(), { numeric: "auto" }).format(-1, "day")}${direction() === "rtl" ? "،" : ","} ${clock(at)}`;
  return daysAgo === 0 ? clock(at) : new Intl.DateTimeFormat(language(), { dateStyle: "medium", timeStyle: "short", hourCycle: "h23" }).format(at);
}

function decimal(value: number, digits: number): string {
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits, useGrouping: false };
  return new Intl.NumberFormat(language(), options).format(value);
}
