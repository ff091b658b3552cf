import { createStore, useStore } from './store.ts';

const KEY = 'pgwave-zone';

/** The zone of all times: of the browser, UTC, or another by its name. */
export const zoneStore = createStore<string>(localStorage.getItem(KEY) ?? 'browser');

export function setZone(zone: string): void {
  localStorage.setItem(KEY, zone);
  zoneStore.set(zone);
}

const browserZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
export const zoneName = (zone: string): string => (zone === 'browser' ? browserZone : zone);
export const useZone = (): string => zoneName(useStore(zoneStore));

/** A time to the second, 24 hours, with its zone. */
export function exactTime(time: string | number, zone: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
  }).format(new Date(time));
  return parts.replace(',', '');
}

export function clockTime(time: string | number, zone: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(new Date(time));
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
];
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' });

export function relativeTime(time: string | number, now: number): string {
  const seconds = Math.round((new Date(time).getTime() - now) / 1000);
  if (Math.abs(seconds) < 5) return 'just now';
  const [unit, size] = STEPS.find(([, s]) => Math.abs(seconds) >= s) ?? ['second', 1];
  return relative.format(Math.trunc(seconds / size), unit);
}

/** Milliseconds as people say them; never negative, since clocks differ. */
export function duration(ms: number | null | undefined): string {
  if (ms == null) return '–';
  const t = Math.max(0, ms);
  if (t < 1000) return `${Math.round(t)} ms`;
  if (t < 60_000) return `${(t / 1000).toFixed(t < 10_000 ? 1 : 0)} s`;
  const minutes = Math.floor(t / 60_000);
  if (minutes < 60) return `${minutes} min ${Math.floor((t % 60_000) / 1000)} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

const whole = new Intl.NumberFormat('en-US');
const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 });

export const count = (n: number | string | null | undefined): string =>
  n == null ? '–' : whole.format(Number(n));
export const short = (n: number | string | null | undefined): string =>
  n == null ? '–' : Number(n) < 10_000 ? whole.format(Number(n)) : compact.format(Number(n));

/** A cost in the unit of the actors' prices, which nobody but their author knows. */
export function cost(value: string | number | null | undefined): string {
  const n = Number(value ?? 0);
  if (n === 0) return '0';
  return n < 0.01 ? n.toPrecision(2) : n.toFixed(2);
}

export function bytes(n: number): string {
  if (n < 1000) return `${n} B`;
  if (n < 1_000_000) return `${(n / 1000).toFixed(1)} kB`;
  return `${(n / 1_000_000).toFixed(1)} MB`;
}

export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}
