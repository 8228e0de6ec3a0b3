import { answerTimes, percentile, type Result } from "../traffic/results.ts";
import type { Deploy } from "./phases.ts";

/** One run under load. The plot draws the panels side by side. */
export interface Panel {
  title: string;
  results: readonly Result[];
  deploys: readonly Deploy[];
}

const height = 460;
const plot = { left: 64, right: 16, top: 64, bottom: 52 };
const pixelsPerSecond = 2;
const gap = 56;
const slotMilliseconds = 1000;
const lowest = 0.5;
const colors: Record<Deploy["what"], string> = {
  switch: "#2b7bba",
  rollback: "#8a5fb0",
  "tag change": "#c98a1b",
  "gateway recreated": "#555",
};
const curves = { p50: "#2f9e62", p99: "#1d3f72", max: "#9aa7b8", failed: "#d1242f" };

/**
 * Draws the answer times as an SVG. Two lines show the p50 and p99 of each second, a dot its slowest answer. A band
 * marks each deploy. A red bar marks each second with failed requests; its height shows their number.
 */
export function renderPlot(panels: readonly Panel[]): string {
  const widths = panels.map(({ results }) => Math.max(120, (lastSecond(results) + 1) * pixelsPerSecond));
  const width = plot.left + sum(widths) + gap * (panels.length - 1) + plot.right;
  const highest = Math.max(100, ...panels.flatMap(({ results }) => answerTimes(results).at(-1) ?? 0));
  const y = logScale(lowest, 10 ** Math.ceil(Math.log10(highest)));
  const drawn = panels.map((panel, index) => {
    const left = plot.left + sum(widths.slice(0, index)) + gap * index;
    return renderPanel(panel, left, widths[index] ?? 0, y);
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="12" fill="#333">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...legend(),
    ...drawn,
    "</svg>",
    "",
  ].join("\n");
}

function renderPanel({ title, results, deploys }: Panel, left: number, width: number, y: Scale): string {
  const bottom = height - plot.bottom;
  const x = (milliseconds: number) => left + (milliseconds / 1000) * pixelsPerSecond;
  const slots = slotsOf(results);
  const bands = deploys.map(
    ({ what, start, end }) =>
      `<rect x="${at(x(start))}" y="${plot.top}" width="${at(Math.max(1.5, x(end) - x(start)))}" height="${bottom - plot.top}" fill="${colors[what]}" fill-opacity="0.16"/>` +
      `<rect x="${at(x(start))}" y="${plot.top - 5}" width="${at(Math.max(1.5, x(end) - x(start)))}" height="5" fill="${colors[what]}"/>`,
  );
  const curve = (share: number, color: string, thickness: number) => {
    const points = slots.map(({ start, times }) => `${at(x(start))},${at(y.at(percentile(times, share)))}`);
    return `<polyline fill="none" stroke="${color}" stroke-width="${thickness}" points="${points.join(" ")}"/>`;
  };
  const dots = slots.map(
    ({ start, times }) =>
      `<circle cx="${at(x(start))}" cy="${at(y.at(times.at(-1) ?? lowest))}" r="1.2" fill="${curves.max}"/>`,
  );
  return [
    `<text x="${left}" y="${plot.top - 14}" font-weight="600">${title}</text>`,
    ...bands,
    ...grid(left, width, y),
    ...dots,
    curve(0.99, curves.p99, 1.2),
    curve(0.5, curves.p50, 1.2),
    ...failureBars(results, x),
  ].join("\n");
}

function failureBars(results: readonly Result[], x: (milliseconds: number) => number): string[] {
  const counts = new Map<number, number>();
  for (const { start, milliseconds, failure } of results) {
    if (failure === undefined) continue;
    // The bar marks the end of the request: a stream can fail long after its start.
    const slot = Math.floor((start + milliseconds) / slotMilliseconds);
    counts.set(slot, (counts.get(slot) ?? 0) + 1);
  }
  return [...counts].map(([slot, count]) => {
    const tall = Math.min(60, 6 + 8 * Math.log2(count));
    return `<rect x="${at(x(slot * slotMilliseconds))}" y="${plot.top}" width="2.5" height="${at(tall)}" fill="${curves.failed}"><title>${count} failed</title></rect>`;
  });
}

function grid(left: number, width: number, y: Scale): string[] {
  const bottom = height - plot.bottom;
  const lines = [1, 10, 100, 1000, 10_000].filter((value) => value <= y.highest);
  const step = width > 400 ? 60 : 20;
  const seconds = Array.from({ length: Math.floor(width / pixelsPerSecond / step) + 1 }, (_, i) => i * step);
  return [
    ...lines.map(
      (value) =>
        `<line x1="${left}" x2="${at(left + width)}" y1="${at(y.at(value))}" y2="${at(y.at(value))}" stroke="#ddd"/>` +
        `<text x="${left - 6}" y="${at(y.at(value) + 4)}" text-anchor="end">${value < 1000 ? `${value} ms` : `${value / 1000} s`}</text>`,
    ),
    `<line x1="${left}" x2="${at(left + width)}" y1="${bottom}" y2="${bottom}" stroke="#888"/>`,
    ...seconds.map(
      (second) =>
        `<text x="${left + second * pixelsPerSecond}" y="${bottom + 16}" text-anchor="middle">${second}</text>`,
    ),
    `<text x="${left}" y="${bottom + 34}">seconds</text>`,
  ];
}

function legend(): string[] {
  const entries: [string, string][] = [
    ["p50", curves.p50],
    ["p99", curves.p99],
    ["slowest", curves.max],
    ["failed", curves.failed],
    ...Object.entries(colors),
  ];
  return entries.map(
    ([name, color], index) =>
      `<rect x="${plot.left + index * 112}" y="12" width="10" height="10" fill="${color}"/>` +
      `<text x="${plot.left + index * 112 + 15}" y="21">${name}</text>`,
  );
}

function slotsOf(results: readonly Result[]): { start: number; times: number[] }[] {
  const slots = new Map<number, Result[]>();
  for (const result of results) {
    if (result.failure !== undefined) continue;
    const slot = Math.floor(result.start / slotMilliseconds);
    const there = slots.get(slot);
    if (there === undefined) slots.set(slot, [result]);
    else there.push(result);
  }
  return [...slots]
    .sort(([a], [b]) => a - b)
    .map(([slot, inSlot]) => ({ start: slot * slotMilliseconds, times: answerTimes(inSlot) }))
    .filter(({ times }) => times.length > 0);
}

interface Scale {
  highest: number;
  at(value: number): number;
}

function logScale(from: number, to: number): Scale {
  const bottom = height - plot.bottom;
  const share = (value: number) => Math.log(Math.max(value, from) / from) / Math.log(to / from);
  return { highest: to, at: (value) => bottom - share(value) * (bottom - plot.top) };
}

function lastSecond(results: readonly Result[]): number {
  return Math.floor(results.reduce((latest, { start }) => Math.max(latest, start), 0) / 1000);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function at(value: number): string {
  return value.toFixed(1);
}
