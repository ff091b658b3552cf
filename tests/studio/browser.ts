import fs from 'node:fs';
import axe from 'axe-core';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { type Server, type ServerOptions, startServer } from '../../graphql/server/server.ts';
import { startRehearsalServer } from '../../workers/models/rehearsal/server.ts';
import { startWorker } from '../../workers/worker.ts';
import type { TestDatabase } from '../helpers/database.ts';
import { define, FUNCTIONS } from './seed.ts';

/** The pages of a test database, with a worker and rehearsed models. */
export interface Studio {
  server: Server;
  /** Address of the pages, without a slash at its end. */
  url: string;
  /** Serves again at the same port, after the server was stopped. */
  serveAgain(): Promise<void>;
  stop(): Promise<void>;
}

export async function startStudio(
  db: TestDatabase,
  options: Partial<ServerOptions> & { works?: boolean } = {},
): Promise<Studio> {
  const { works = true, ...given } = options;
  await define((sql, params) => db.query(sql, params) as never);
  const models = await startRehearsalServer({ port: 0, anyModel: true });
  const worker = works
    ? await startWorker({ databaseUrl: db.url, functions: FUNCTIONS, ollamaHost: models.url })
    : undefined;
  const serve = (port: number) =>
    startServer({ databaseUrl: db.url, env: {}, maxConnections: 6, ...given, port });
  const studio = {
    server: await serve(0),
    get url() {
      return studio.server.pagesUrl?.replace(/\/$/, '') as string;
    },
    async serveAgain() {
      studio.server = await serve(studio.server.port);
    },
    async stop() {
      await studio.server.stop();
      await worker?.stop();
      await models.close();
    },
  };
  return studio;
}

const CHROMIUM = process.env.PGWAVE_CHROMIUM ?? '/usr/bin/chromium';

/** A browser whose pages share what they loaded. */
export async function launch(): Promise<BrowserContext> {
  if (!fs.existsSync(CHROMIUM)) {
    throw new Error(`no Chromium at ${CHROMIUM}: apt-get install chromium, or set PGWAVE_CHROMIUM`);
  }
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  return browser.newContext({ viewport: WIDE, colorScheme: 'light', reducedMotion: 'reduce' });
}

export const WIDE = { width: 1280, height: 860 };
export const NARROW = { width: 390, height: 844 };

/** Opens a page that remembers every error: of a script, on the console, and against the content security policy. */
export async function open(
  context: BrowserContext,
  url: string,
): Promise<{ page: Page; errors: string[] }> {
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  await page.goto(url);
  return { page, errors };
}

/** Goes to a path of the pages without loading them anew, as a link does. */
export async function follow(page: Page, path: string): Promise<void> {
  await page.evaluate((to) => {
    history.pushState({}, '', to);
    dispatchEvent(new PopStateEvent('popstate', { state: {} }));
  }, path);
}

/** What axe finds that is serious, as `rule: where`; without `rules` by all of them. */
export async function seriousFaults(page: Page, rules?: string[]): Promise<string[]> {
  // Once a page that was loaded: it takes longer to read than to run.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  return page.evaluate(async (runOnly) => {
    const { violations } = await (window as unknown as { axe: typeof axe }).axe.run(document, {
      preload: false,
      resultTypes: ['violations'],
      ...(runOnly && { runOnly }),
    });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)}`));
  }, rules);
}

/** Whether everything is as wide as the window at most. */
export const isAsWideAsWindow = (page: Page): Promise<boolean> =>
  page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth + 1);

/** Keeps a picture where PGWAVE_SCREENSHOTS names a folder. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  const folder = process.env.PGWAVE_SCREENSHOTS;
  if (folder) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
}
