// Program (`npm run picture`): films a run of the example on its page and writes docs/pictures/run.png, a moving PNG. What it
// shows is real but for the models, which are rehearsed, slowed to what a small model takes.
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PNG } from 'pngjs';
import UPNG from 'upng-js';
import { projectPath } from '../../src/project-root.ts';
import { startRehearsalServer } from '../../workers/models/rehearsal/server.ts';
import { launch, open } from './browser.ts';

const SIZE = { width: 1100, height: 760 };
const FRAME_MS = 500;
const LAST_FRAME_MS = 4000;
const MOST_FRAMES = 40;
const COLOURS = 64;
const TOKEN_MS = 12;
const FILE = projectPath('docs', 'pictures', 'run.png');

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pgwave-picture-'));
const models = await startRehearsalServer({ port: 0, tokenMs: TOKEN_MS });
const env: NodeJS.ProcessEnv = { ...process.env, OLLAMA_HOST: models.url, NO_COLOR: '1' };
delete env.DATABASE_URL;
const pgwave = projectPath('bin', 'pgwave.js');

/** Starts `pgwave up` and waits for the address of its pages. */
async function up(): Promise<{ child: ChildProcess; pages: string; api: string }> {
  const child = spawn(process.execPath, [pgwave, 'up', '--json', '--port', '0'], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  for await (const piece of child.stdout) {
    said += piece;
    if (said.includes('\n')) break;
  }
  const ready = JSON.parse(said.split('\n')[0] as string) as { url: string; pages: string };
  return { child, pages: ready.pages, api: ready.url };
}

async function ask(api: string, query: string): Promise<Record<string, never>> {
  const response = await fetch(api, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  const { data, errors } = (await response.json()) as { data: Record<string, never>; errors?: [] };
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data;
}

/** Pictures of a run's page, from its start until it is over. */
async function film(pages: string, api: string): Promise<Buffer[]> {
  const context = await launch();
  try {
    // From the extraction on, whatever an earlier run saved: every step has something to do.
    const data = await ask(
      api,
      `mutation { startWorkflow(input: { workflow: "posting-analysis", input: { posting_id: 176 },
         startAt: "extract" }) { result { workflowRunId } } }`,
    );
    const { workflowRunId } = (
      data as unknown as {
        startWorkflow: { result: { workflowRunId: string } };
      }
    ).startWorkflow.result;
    const { page } = await open(
      context,
      `${pages.replace(/\/$/, '')}/runs/${workflowRunId}?tab=list`,
    );
    await page.setViewportSize(SIZE);
    await page.getByText('extract').first().waitFor();
    const frames: Buffer[] = [];
    for (let over = false; frames.length < MOST_FRAMES && !over; ) {
      const status = await ask(
        api,
        `query { workflowRun(workflowRunId: "${workflowRunId}") { status } }`,
      );
      over = !/"(pending|running|PENDING|RUNNING)"/.test(JSON.stringify(status));
      if (over) await sleep(1000);
      frames.push(await page.screenshot());
      await sleep(FRAME_MS);
    }
    return frames;
  } finally {
    await context.browser()?.close();
  }
}

try {
  const demo = spawn(process.execPath, [pgwave, 'demo'], {
    cwd: folder,
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const code = await new Promise((resolve) => demo.once('exit', resolve));
  if (code !== 0) throw new Error(`pgwave demo ended with ${code}`);
  const { child, pages, api } = await up();
  const ended = new Promise((resolve) => child.once('exit', resolve));
  try {
    const frames = await film(pages, api);
    const pixels = frames.map((frame) => {
      const { data } = PNG.sync.read(frame);
      return data.buffer.slice(data.byteOffset, data.byteOffset + data.length) as ArrayBuffer;
    });
    const delays = frames.map((_, i) => (i + 1 < frames.length ? FRAME_MS : LAST_FRAME_MS));
    fs.mkdirSync(path.dirname(FILE), { recursive: true });
    const moving = UPNG.encode(pixels, SIZE.width, SIZE.height, COLOURS, delays);
    fs.writeFileSync(FILE, new Uint8Array(moving));
    console.log(
      `${path.relative(projectPath(), FILE)}: ${frames.length} frames, ${moving.byteLength} bytes`,
    );
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
} finally {
  await models.close();
  fs.rmSync(folder, { recursive: true, force: true });
}
