import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const folder = path.resolve(import.meta.dirname, '../../examples/posting-analysis');
const readYaml = (name: string): unknown => parse(readFileSync(path.join(folder, name), 'utf8'));

interface Conversation {
  name: string;
  conversation_id?: number;
  actor: string;
  prompt?: string;
  branches?: (string | { when: string; to: string })[];
}
interface Actor {
  name: string;
  type: string;
  model?: string;
  command?: [string];
  scripts?: string;
}
const workflow = readYaml('workflow.yaml') as {
  workflow_id: number;
  start: string[];
  entries: string[];
  conversations: Conversation[];
};
const { actors } = readYaml('actors.yaml') as { actors: Actor[] };
const conversations = new Map(workflow.conversations.map((c) => [c.name, c]));
const branchesOf = (name: string): { when?: string; to: string }[] =>
  (conversations.get(name)?.branches ?? []).map((b) => (typeof b === 'string' ? { to: b } : b));

/** The conversations that run, in order, where these answer with these tags: the ordinary join, nothing else. */
function walk(start: string, tags: Record<string, string>): string[] {
  const part = new Set<string>();
  const visit = (name: string): void => {
    if (part.has(name)) return;
    part.add(name);
    for (const { to } of branchesOf(name)) visit(to);
  };
  visit(start);
  const resolved = new Map<string, boolean>();
  const ran: string[] = [];
  const isTaken = (source: string, target: string): boolean =>
    branchesOf(source).some(({ when, to }) => {
      if (to !== target) return false;
      return when === undefined || when.includes(tags[source] ?? '(no tag)');
    });
  for (let moved = true; moved; ) {
    moved = false;
    for (const name of part) {
      const sources = [...part].filter((s) => branchesOf(s).some(({ to }) => to === name));
      if (resolved.has(name) || !sources.every((source) => resolved.has(source))) continue;
      const runs = name === start || sources.some((s) => resolved.get(s) && isTaken(s, name));
      resolved.set(name, runs);
      if (runs) ran.push(name);
      moved = true;
    }
  }
  expect(resolved.size).toBe(part.size);
  return ran;
}

const summary = ['extract', 'grade_a', 'grade_b', 'format', 'save_summary'];
const improvement = ['improve', 'ticket_improve', 'regrade'];
const skills = ['skills', 'ticket_skills', 'save_skills'];
const ihl = ['ihl_analyst', 'ihl_skeptic', 'ihl_expert', 'save_ihl'];
const checks = ['check_skills_exist', 'check_ihl_exists'];
const sorted = (...names: string[][]): string[] => names.flat().sort();
const run = { check_summary_exists: 'RUN', check_skills_exist: 'RUN', check_ihl_exists: 'RUN' };

describe('workflow 3001', () => {
  it('has the 21 conversations, with the ids of the documents', () => {
    expect(workflow.workflow_id).toBe(3001);
    expect(conversations.size).toBe(21);
    const ids = Object.fromEntries(
      workflow.conversations
        .filter((c) => c.conversation_id !== undefined)
        .map((c) => [c.name, c.conversation_id]),
    );
    expect(ids).toEqual({
      fetch_db_jobs: 9144,
      extract: 3335,
      format: 3341,
      skills: 3350,
      ihl_analyst: 9161,
      ihl_skeptic: 9162,
      ihl_expert: 9163,
    });
  });

  it('names actors, targets and scripts that are there', () => {
    for (const { name, actor } of workflow.conversations) {
      expect(actors.map((a) => a.name)).toContain(actor);
      for (const { to } of branchesOf(name)) expect([...conversations.keys()]).toContain(to);
    }
    expect(new Set(actors.map((a) => a.name)).size).toBe(10);
    for (const { command, scripts } of actors.filter((a) => a.type === 'script')) {
      expect(existsSync(path.resolve(folder, '../..', scripts ?? '', command?.[0] ?? ''))).toBe(
        true,
      );
    }
  });

  it.each([
    ['PASS', 'PASS', undefined, []],
    ['PASS', 'FAIL', 'PASS', improvement],
    ['FAIL', 'PASS', 'PASS', improvement],
    ['FAIL', 'FAIL', 'PASS', improvement],
    ['PASS', 'FAIL', 'FAIL', [...improvement, 'ticket_regrade']],
    ['FAIL', 'FAIL', 'FAIL', [...improvement, 'ticket_regrade']],
  ])('formats once and last: graders %s and %s, regrade %s', (gradeA, gradeB, regrade, more) => {
    const tags = { ...run, grade_a: gradeA, grade_b: gradeB, regrade: regrade ?? '' };
    const ran = walk('check_summary_exists', tags);
    expect(sorted(ran)).toEqual(
      sorted(['check_summary_exists'], summary, more, skills, checks, ihl),
    );
    expect(ran.filter((name) => name === 'format')).toHaveLength(1);
    for (const name of more.filter((n) => n !== 'ticket_improve')) {
      expect(ran.indexOf('format')).toBeGreaterThan(ran.indexOf(name));
    }
    expect(walk('extract', tags).length).toBeGreaterThanOrEqual(13);
    const models = ran.map((name) => conversations.get(name)?.actor);
    expect(new Set(actors.filter((a) => a.model && models.includes(a.name))).size).toBe(4);
  });

  it.each([
    ['SKIP', 'SKIP', 'SKIP', []],
    ['SKIP', 'SKIP', 'RUN', ihl],
    ['SKIP', 'RUN', 'SKIP', skills],
    ['SKIP', 'RUN', 'RUN', [...skills, ...ihl]],
    ['RUN', 'SKIP', 'SKIP', summary],
    ['RUN', 'SKIP', 'RUN', [...summary, ...ihl]],
    ['RUN', 'RUN', 'SKIP', [...summary, ...skills]],
  ])('does what is missing: summary %s, skills %s, ihl %s', (s, k, i, names) => {
    const tags = {
      check_summary_exists: s,
      check_skills_exist: k,
      check_ihl_exists: i,
      grade_a: 'PASS',
      grade_b: 'PASS',
    };
    expect(sorted(walk('check_summary_exists', tags))).toEqual(
      sorted(['check_summary_exists'], checks, names),
    );
  });

  it('may start anywhere', () => {
    const tags = { ...run, grade_a: 'FAIL', grade_b: 'PASS', regrade: 'FAIL' };
    expect(sorted(walk('skills', tags))).toEqual(sorted(skills, ['check_ihl_exists'], ihl));
    expect(sorted(walk('ihl_analyst', tags))).toEqual(sorted(ihl));
    expect(walk('fetch_db_jobs', tags)).toEqual(['fetch_db_jobs', 'validate_postings']);
    expect(walk('improve', tags)).toContain('save_ihl');
    expect(walk('grade_a', tags)).toContain('save_ihl');
  });
});
