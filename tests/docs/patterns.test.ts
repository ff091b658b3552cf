import fs from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { projectPath } from '../../src/project-root.ts';
import { type Answer, type Driver, useDriver, type Work } from '../engine/driver.ts';
import { setClock } from '../helpers/database.ts';

// docs/patterns.md: its table, and every definition in it, driven through the courses under it.

const driver = useDriver();
const text = fs.readFileSync(projectPath('docs', 'patterns.md'), 'utf8');

const courseSchema = z.strictObject({
  steps: z.array(z.union([z.string(), z.record(z.string(), z.unknown())])),
  ends: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
  status: z.string(),
});
type Course = z.infer<typeof courseSchema>;
type Step = Course['steps'][number];

interface Section {
  title: string;
  definitions: string[];
  courses: Course[];
}

/** The sections, the first of them what stands before all headings. */
const sections: Section[] = text.split(/^## /m).map((part, index) => {
  const fences = [...part.matchAll(/^```([a-z ]+)\n([\s\S]*?)^```/gm)];
  const ofKind = (kind: string) => fences.filter(([, k]) => k === kind).map(([, , body]) => body);
  return {
    title: index === 0 ? '' : (part.split('\n')[0] ?? ''),
    definitions: ofKind('yaml definition') as string[],
    courses: ofKind('json').map((body) => courseSchema.parse(JSON.parse(body as string))),
  };
});
const [before, ...patterns] = sections as [Section, ...Section[]];

/** Defines what a fence holds. Returns the name of its first workflow. */
async function define(d: Driver, yaml: string): Promise<string> {
  const read = parse(yaml) as { name: string; actors?: object[]; workflows?: { name: string }[] };
  for (const actor of read.actors ?? []) {
    await d.db.query('select pgwave.define_actor($1)', [JSON.stringify(actor)]);
  }
  const workflows = read.workflows ?? (read.name === undefined ? [] : [read]);
  // A workflow comes before those that it starts.
  for (const workflow of workflows.toReversed()) {
    await d.db.query('select pgwave.define_workflow($1)', [JSON.stringify(workflow)]);
  }
  return workflows[0]?.name ?? '';
}

/** Takes a run, and the runs that it starts, through a course. */
class Player {
  private readonly d: Driver;
  private readonly run: string;
  private readonly begun: Work[] = [];

  constructor(d: Driver, run: string) {
    this.d = d;
    this.run = run;
  }

  async play({ steps, ends, status }: Course): Promise<void> {
    await this.settle();
    for (const step of steps) {
      await this.take(step);
      await this.settle();
    }
    if (status === 'completed') expect(this.names(), 'nothing is left').toEqual([]);
    expect(await this.ends()).toEqual(ends);
    expect((await this.d.run(this.run)).status).toBe(status);
  }

  /** Lets time and endings have their effect, and begins what is ready. */
  private async settle(): Promise<void> {
    await this.d.db.query('select pgwave.wake_interactions()');
    for (;;) {
      const work = await this.d.begin();
      if (work.length === 0) break;
      this.begun.push(...work);
    }
    // what lost a race is cancelled under its worker's hands
    const running = await this.d.db.query<{ id: string }>(
      "select interaction_id as id from pgwave.interactions where status = 'running' and interaction_id = any($1)",
      [this.begun.map(({ interaction_id }) => interaction_id)],
    );
    const isRunning = ({ interaction_id }: Work) =>
      running.some(({ id }) => String(id) === String(interaction_id));
    this.begun.splice(0, this.begun.length, ...this.begun.filter(isRunning));
  }

  private names(): string[] {
    return this.begun.map(({ conversation }) => conversation).sort();
  }

  private async take(step: Step): Promise<void> {
    if (typeof step === 'string') return this.answer(step, { response: step });
    if ('ready' in step) return expect(this.names(), 'ready').toEqual(step.ready);
    if ('status' in step) {
      return expect((await this.d.run(this.run)).status, 'status').toBe(step.status);
    }
    if ('signal' in step) {
      await this.d.db.query('select pgwave.send_signal($1, $2, $3)', [
        this.run,
        step.signal,
        JSON.stringify(step.payload ?? null),
      ]);
    } else if ('decide' in step) {
      const id = (await this.d.interaction(this.run, String(step.decide))).interaction_id;
      await this.d.db.query('select pgwave.decide($1, $2)', [id, step.decision]);
    } else if ('after' in step) {
      const [later] = await this.d.db.query<{ at: Date }>(
        'select pgwave_private.now() + $1::interval as at',
        [step.after],
      );
      await setClock(this.d.db, later?.at as Date);
    } else if ('fail' in step) {
      this.takeBegun(String(step.fail));
      await this.d.db.query(
        `update pgwave.interactions set status = 'failed', error = '{"code": "cancelled", "message": "not wanted"}'
          where interaction_id = $1`,
        [(await this.d.interaction(this.run, String(step.fail))).interaction_id],
      );
    } else if ('cancel' in step) {
      await this.d.db.query('select pgwave.cancel_workflow_run($1)', [this.run]);
    } else {
      const [entry, ...more] = Object.entries(step);
      expect(more, `${JSON.stringify(step)} is one answer`).toEqual([]);
      const [conversation, answer] = entry as [string, unknown];
      await this.answer(
        conversation,
        answer === 'error'
          ? { error: { code: 'bad_request', message: 'no', retryable: false } }
          : { data: answer },
      );
    }
  }

  /** The oldest of a conversation that is begun. */
  private takeBegun(conversation: string): Work | undefined {
    const at = this.begun.findIndex((work) => work.conversation === conversation);
    return at < 0 ? undefined : this.begun.splice(at, 1)[0];
  }

  private async answer(conversation: string, answer: Answer): Promise<void> {
    const ready = this.names();
    const work = this.takeBegun(conversation);
    expect(work, `${conversation} is begun; begun are ${ready}`).toBeDefined();
    expect(await this.d.complete([[work, answer]])).toMatchObject({ late: [] });
  }

  private async ends(): Promise<Record<string, string | string[]>> {
    const all: Record<string, string[]> = {};
    for (const { conversation, status } of await this.d.interactions(this.run)) {
      all[conversation] = [...(all[conversation] ?? []), status];
    }
    return Object.fromEntries(
      Object.entries(all).map(([name, statuses]) => [
        name,
        statuses.length === 1 ? (statuses[0] as string) : statuses,
      ]),
    );
  }
}

describe('the table', () => {
  const rows = [...text.matchAll(/^\| (\d+) +\| (.+?) +\| (yes|partly|no) +\| (.+?) +\|$/gm)].map(
    ([, number, name, verdict, how]) => ({ title: `${number} ${name}`, verdict, how: how ?? '' }),
  );

  test('has all 43, in order', () => {
    expect(rows.map(({ title }) => Number(title.split(' ')[0]))).toEqual(
      Array.from({ length: 43 }, (_, i) => i + 1),
    );
  });

  test('leads from what works to a definition, and from nothing else', () => {
    const titles = patterns.map(({ title }) => title);
    const anchors = titles.map((title) => title.toLowerCase().replaceAll(' ', '-'));
    for (const { title, verdict, how } of rows) {
      const anchor = /\]\(#([^)]*)\)/.exec(how)?.[1];
      if (verdict === 'yes') expect(titles, title).toContain(title);
      if (verdict === 'no') expect(anchor, title).toBeUndefined();
      if (anchor !== undefined) expect(anchors, title).toContain(anchor);
    }
    const named = new Map(rows.map(({ title, verdict }) => [title, verdict]));
    for (const title of titles) expect(['yes', 'partly'], title).toContain(named.get(title));
  });
});

describe.each(patterns)('$title', ({ definitions, courses }) => {
  test('has one definition, and courses', () => {
    expect(definitions).toHaveLength(1);
    expect(courses).not.toHaveLength(0);
  });

  for (const [index, course] of courses.entries()) {
    test(`course ${index + 1}`, async () => {
      const d = driver();
      for (const yaml of before.definitions) await define(d, yaml);
      const run = await d.start(await define(d, definitions[0] as string));
      await new Player(d, run).play(course);
    });
  }
});
