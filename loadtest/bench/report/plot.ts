// The report as one small SVG for a README: panels of grouped bars on a log scale, readable on light and dark. Pure.
import type { Report, ServerId } from "../results.ts";
import { figureOf, scenariosOf, serversOf } from "./figures.ts";
import { type Row, rows } from "./rows.ts";
import { spelled } from "./tables.ts";

const plotted: readonly ServerId[] = ["holdfast", "plain", "sio", "bare"];
const colours: Readonly<Record<string, string>> = {
  holdfast: "#2f7de1",
  plain: "#d9722b",
  sio: "#8b8f98",
  bare: "#2a9d74",
};
const titles: Readonly<Record<string, string>> = {
  holdfast: "Holdfast",
  plain: "Colyseus, plain room",
  sio: "Socket.IO 4",
  bare: "bare ws (the limit)",
};
const panels: readonly (readonly [Row, string])[] = [
  [rows.joinsPerSecond, "joins per second (more is better)"],
  [rows.dropTold, "30 % drop at once: everyone told, ms (less is better)"],
  [rows.returnsPerSecond, "returns per second (more is better)"],
  [rows.returnTold, "all of them back, everyone told, ms (less is better)"],
];

const [width, panelHeight, panelWidth] = [900, 230, 430];
const [plotHeight, plotLeft, plotTop] = [140, 40, 40];
const style = `<style>
text { font: 11px system-ui, sans-serif; fill: #30363d }
.title { font-weight: 600; font-size: 12px }
.value { font-size: 8.5px; text-anchor: middle }
.name { text-anchor: middle }
.tick { text-anchor: end; fill-opacity: .7 }
.grid { stroke: #8b949e; stroke-opacity: .3 }
@media (prefers-color-scheme: dark) { text { fill: #d1d7de } }
</style>`;

const escaped = (text: string) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;");
const at = (value: number) => value.toFixed(1);

/** Powers of ten that hold all values between them. */
export function decades(values: readonly number[]): readonly [number, number] {
  const positive = values.filter((value) => value > 0);
  if (positive.length === 0) return [0, 1];
  const low = Math.floor(Math.log10(Math.min(...positive)));
  return [low, Math.max(low + 1, Math.ceil(Math.log10(Math.max(...positive))))];
}

/** Two digits: four bars have the room of a word. */
function compact(value: number): string {
  const isLarge = value >= 1000;
  return `${spelled(Number((isLarge ? value / 1000 : value).toPrecision(2)))}${isLarge ? "k" : ""}`;
}

function panel(report: Report, row: Row, title: string, x: number, y: number): string {
  const scenarios = scenariosOf(report);
  const figures = scenarios.map((scenario) =>
    plotted
      .filter((server) => serversOf(report, scenario).includes(server))
      .map((server) => ({ server, figure: figureOf(report, server, scenario, row) })),
  );
  const values = figures.flat().flatMap(({ figure }) => (figure === undefined ? [] : [figure.value]));
  const [low, high] = decades(values);
  const levelOf = (value: number) =>
    plotTop + plotHeight * (1 - (Math.log10(Math.max(value, 10 ** low)) - low) / (high - low));
  const grid = Array.from({ length: high - low + 1 }, (_, k) => {
    const level = at(levelOf(10 ** (low + k)));
    const label = compact(10 ** (low + k));
    return `<line class="grid" x1="${plotLeft}" x2="${panelWidth - 10}" y1="${level}" y2="${level}"/><text class="tick" x="${plotLeft - 5}" y="${Number(level) + 4}">${label}</text>`;
  });
  const groupWidth = (panelWidth - plotLeft - 10) / Math.max(1, scenarios.length);
  const barWidth = (groupWidth - 10) / plotted.length;
  const bars = figures.flatMap((group, g) =>
    group.map(({ server, figure }, k) => {
      const left =
        plotLeft + g * groupWidth + 5 + ((plotted.length - group.length) * barWidth) / 2 + k * barWidth;
      const middle = at(left + barWidth / 2);
      if (figure === undefined)
        return `<text class="value" x="${middle}" y="${plotTop + plotHeight - 4}">×</text>`;
      const top = levelOf(figure.value);
      const partial = figure.isPartial ? ' fill-opacity=".35" stroke-dasharray="2 2"' : "";
      const height = at(Math.max(1, plotTop + plotHeight - top));
      const mark = figure.isPartial ? "!" : "";
      return `<rect x="${at(left)}" y="${at(top)}" width="${at(barWidth - 2)}" height="${height}" fill="${colours[server]}" stroke="${colours[server]}"${partial}/><text class="value" x="${middle}" y="${at(top - 3)}">${compact(figure.value)}${mark}</text>`;
    }),
  );
  const labels = scenarios.map(
    (scenario, g) =>
      `<text class="name" x="${at(plotLeft + (g + 0.5) * groupWidth)}" y="${plotTop + plotHeight + 16}">${escaped(scenario.replace("x", " x "))}</text>`,
  );
  const content = [...grid, ...bars, ...labels].join("\n");
  return `<g transform="translate(${x} ${y})"><text class="title" x="${plotLeft}" y="16">${escaped(title)}</text>\n${content}\n</g>`;
}

export function svgOf(report: Report): string {
  const legend = plotted.map(
    (server, k) =>
      `<g transform="translate(${40 + k * 170} 10)"><rect width="12" height="12" fill="${colours[server]}"/><text x="18" y="10">${escaped(titles[server] ?? server)}</text></g>`,
  );
  const drawn = panels.map(([row, title], k) =>
    panel(report, row, title, (k % 2) * (width / 2), 36 + Math.floor(k / 2) * panelHeight),
  );
  const height = 36 + 2 * panelHeight + 20;
  const note = `participants in one event, and events x participants; log scale; faded and "!": not done in its bound; ×: failed. ${report.machine}, ${report.at.slice(0, 10)}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="Holdfast beside other servers">
${style}
${legend.join("\n")}
${drawn.join("\n")}
<text class="tick" style="text-anchor: start" x="40" y="${height - 8}">${escaped(note)}</text>
</svg>
`;
}
