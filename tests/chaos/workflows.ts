import path from 'node:path';

const retry = { max_attempts: 8, delay: '50ms', max_delay: '1s' };
const step = (name: string, branches: unknown[] = [], more: object = {}) => ({
  name,
  actor: 'step',
  params: { ms: 15 },
  ...(branches.length > 0 ? { branches } : {}),
  ...more,
});
const ask = (name: string, branches: unknown[] = []) => ({
  name,
  actor: 'gemma3:1b',
  prompt: 'Summarise this in one sentence: {{ input.text }} (run {{ input.n }})',
  timeout: '4s',
  retry,
  ...(branches.length > 0 ? { branches } : {}),
});

const undo = { actor: 'step', params: { ms: 15, of: '$output ?' }, retry };

// A cooldown as long as a fault: what opens in a storm closes soon after it.
const circuit = { failures: 6, cooldown: '250ms' };

export const ACTORS: object[] = [
  { name: 'step', type: 'function' },
  { name: 'count', type: 'function' },
  { name: 'list', type: 'function' },
  { name: 'refuse', type: 'function' },
  {
    name: 'gemma3:1b',
    type: 'ai_model',
    model: 'gemma3:1b',
    options: { temperature: 0, seed: 42 },
    circuit,
  },
  {
    name: 'note',
    type: 'script',
    command: ['note.js'],
    scripts: path.join(import.meta.dirname, 'scripts'),
    environment: ['PGWAVE_SCRIPT_URL'],
    timeout: '10s',
    circuit: false,
  },
  { name: 'look', type: 'sql', statement: 'select 1 as one', circuit: false },
];

export interface Shape {
  workflow: { name: string; conversations: object[] };
  /** How often it is started, against the others. */
  weight: number;
  /** What its runs may fail with, beside the loss of three workers. */
  mayFailWith: string[];
}

const MODEL_FAULTS = [
  'connection_lost',
  'server_error',
  'timeout',
  'rate_limited',
  'invalid_output',
];

export const SHAPES: Shape[] = [
  {
    workflow: {
      name: 'chain',
      conversations: Array.from({ length: 6 }, (_, i) => step(`s${i}`, i < 5 ? [`s${i + 1}`] : [])),
    },
    weight: 5,
    mayFailWith: [],
  },
  {
    workflow: {
      name: 'models',
      conversations: [ask('extract', ['grade']), ask('grade', ['format']), ask('format')],
    },
    weight: 4,
    mayFailWith: MODEL_FAULTS,
  },
  {
    workflow: {
      name: 'parallel',
      conversations: [
        step('open', ['left', 'middle', 'right']),
        step('left', ['close']),
        step('middle', ['close'], { params: { ms: 60 } }),
        step('right', ['close']),
        step('close'),
      ],
    },
    weight: 3,
    mayFailWith: [],
  },
  {
    workflow: {
      name: 'loop',
      conversations: [
        step('again', ['count']),
        {
          name: 'count',
          actor: 'count',
          branches: [{ when: '[AGAIN]', to: 'again', loop: 3 }, 'end'],
        },
        step('end'),
      ],
    },
    weight: 3,
    mayFailWith: [],
  },
  {
    workflow: {
      name: 'map',
      conversations: [
        { name: 'list', actor: 'list', params: { n: 9 }, branches: ['each'] },
        step('each', ['sum'], {
          actor: { choose: '$list.data.actor', from: ['step', 'count'] },
          for_each: '$list.data.items[*]',
          max_parallel: 3,
          params: { ms: 15, item: '$item' },
        }),
        step('sum'),
      ],
    },
    weight: 3,
    mayFailWith: [],
  },
  {
    workflow: {
      name: 'parent',
      conversations: [
        step('before', ['child']),
        {
          name: 'child',
          type: 'workflow',
          workflow: 'chain',
          params: { n: '$input.n' },
          branches: ['after'],
        },
        step('after'),
      ],
    },
    weight: 2,
    mayFailWith: ['child_failed'],
  },
  {
    workflow: {
      name: 'timer',
      conversations: [
        step('before', ['wait']),
        { name: 'wait', type: 'timer', wait: '700ms', branches: ['after'] },
        step('after'),
      ],
    },
    weight: 2,
    mayFailWith: [],
  },
  {
    workflow: {
      name: 'saga',
      conversations: [
        step('hotel', ['rooms'], { compensate: undo }),
        step('rooms', ['travel'], {
          for_each: [1, 2, 3],
          params: { ms: 15, item: '$item' },
          compensate: undo,
        }),
        {
          name: 'travel',
          compensate: true,
          block: {
            steps: [
              step('flight', [], { compensate: undo, params: { ms: 15, of: '$hotel.data ?' } }),
            ],
            finally: [step('tell')],
          },
          branches: ['pay'],
        },
        { name: 'pay', actor: 'refuse', retry: false },
      ],
    },
    weight: 3,
    mayFailWith: ['function_error', 'child_failed'],
  },
  {
    workflow: {
      name: 'approval',
      conversations: [
        step('before', ['approve']),
        {
          name: 'approve',
          type: 'human',
          prompt: 'May it?',
          due: [
            { after: '200ms', assign: ['grace'] },
            { after: '500ms', then: 'APPROVED' },
          ],
          branches: ['after'],
        },
        step('after'),
      ],
    },
    weight: 2,
    mayFailWith: [],
  },
  {
    workflow: {
      name: 'script',
      conversations: [
        step('before', ['note']),
        { name: 'note', actor: 'note', retry: { ...retry, max_attempts: 12 }, branches: ['look'] },
        { name: 'look', actor: 'look', retry, branches: ['after'] },
        step('after'),
      ],
    },
    weight: 1,
    mayFailWith: ['script_crashed', 'script_error', 'connection_lost', 'sql_error'],
  },
];
