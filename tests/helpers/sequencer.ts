import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that wait more than they work: for leases, grace times, elections. What takes longest comes first. */
const WAITING = [
  /\/tests\/ha\//,
  /\/tests\/chaos\//,
  /\/tests\/studio\/load\./,
  /\/tests\/workers\//,
  /\/tests\/database\/(base-backup|pgbackrest)\./,
  /\/tests\/studio\/live\./,
];

const rank = ({ moduleId }: TestSpecification): number =>
  WAITING.findIndex((files) => files.test(moduleId));

/** Long files first, as Vitest has it, and those that wait spread evenly among those that work. */
export class Sequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const working = sorted.filter((file) => rank(file) < 0);
    const waiting = sorted.filter((file) => rank(file) >= 0).sort((a, b) => rank(a) - rank(b));
    const share = working.length / waiting.length;
    return waiting
      .flatMap((file, i) => [
        file,
        ...working.slice(Math.round(i * share), Math.round((i + 1) * share)),
      ])
      .concat(waiting.length === 0 ? working : []);
  }
}
