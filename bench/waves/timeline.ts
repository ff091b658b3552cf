/** Something that took its time on a host. */
export interface Bar {
  host: number;
  model: string;
  fromMs: number;
  toMs: number;
  kind: 'call' | 'load';
}

const COLORS = ['#4c78a8', '#f58518', '#54a24b', '#b279a2', '#e45756', '#72b7b2'];
const ROW = 9;
const LEFT = 90;
const WIDTH = 1100;

/** Draws what hosts did, a block a chart: loads hatched over calls, a row for each call at once. */
export function drawTimeline(charts: { title: string; bars: Bar[]; hosts: number }[]): string {
  const models = [...new Set(charts.flatMap(({ bars }) => bars.map((bar) => bar.model)))].sort();
  const color = (model: string) => COLORS[models.indexOf(model) % COLORS.length] ?? '#888';
  const longest = Math.max(1, ...charts.flatMap(({ bars }) => bars.map((bar) => bar.toMs)));
  const scale = (WIDTH - LEFT - 20) / longest;
  const parts: string[] = [];
  let y = 24;
  models.forEach((model, i) => {
    parts.push(
      `<rect x="${LEFT + i * 160}" y="8" width="10" height="10" fill="${color(model)}"/>`,
      `<text x="${LEFT + i * 160 + 15}" y="17">${model}</text>`,
    );
  });
  for (const { title, bars, hosts } of charts) {
    y += 24;
    parts.push(`<text x="8" y="${y}" font-weight="bold">${title}</text>`);
    y += 8;
    for (let host = 0; host < hosts; host += 1) {
      const own = bars.filter((bar) => bar.host === host).sort((a, b) => a.fromMs - b.fromMs);
      const ends: number[] = [];
      const placed = own.map((bar) => {
        const free = ends.findIndex((end) => end <= bar.fromMs);
        const row = free < 0 ? ends.length : free;
        ends[row] = bar.toMs;
        return { bar, row };
      });
      parts.push(`<text x="8" y="${y + 10}">host ${host + 1}</text>`);
      for (const { bar, row } of placed) {
        const x = LEFT + bar.fromMs * scale;
        const width = Math.max(0.5, (bar.toMs - bar.fromMs) * scale);
        const seconds = ((bar.toMs - bar.fromMs) / 1000).toFixed(2);
        parts.push(
          `<rect x="${x.toFixed(1)}" y="${y + row * ROW}" width="${width.toFixed(1)}" height="${ROW - 1}" ` +
            `fill="${bar.kind === 'load' ? 'url(#load)' : color(bar.model)}" stroke="${color(bar.model)}" stroke-width="0.4">` +
            `<title>${bar.kind} ${bar.model}, ${seconds} s</title></rect>`,
        );
      }
      y += Math.max(1, ends.length) * ROW + 6;
    }
  }
  y += 6;
  const step = 10 ** Math.floor(Math.log10(longest / 1000 || 1)) * 1000;
  for (let at = 0; at <= longest; at += step) {
    const x = (LEFT + at * scale).toFixed(1);
    parts.push(
      `<line x1="${x}" x2="${x}" y1="30" y2="${y}" stroke="#ddd"/>`,
      `<text x="${x}" y="${y + 12}" text-anchor="middle">${at / 1000} s</text>`,
    );
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y + 20}" font-family="sans-serif" font-size="11">
<defs><pattern id="load" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="4" height="4" fill="#fff"/><rect width="2" height="4" fill="#999"/></pattern></defs>
${parts.join('\n')}
</svg>
`;
}
