import { expect, it } from 'vitest';
import { houseFindings } from './house.ts';

const CACHE = 'packages/observability/src/primitives/cache';
const lines = Array.from({ length: 11 }, (_, line) => `work(${line});\n`).join('');

it.each<[string, Readonly<Record<string, string>>]>([
  ['closes a circle', { [`${CACHE}/a.ts`]: "import './b.ts';", [`${CACHE}/b.ts`]: "import type { A } from './a.ts';" }],
  ['must not import', { [`${CACHE}/a.ts`]: "import type { RouterReason } from '../router/facts.ts';" }],
  ['names gpt', { [`${CACHE}/a.ts`]: "const model = 'gpt-4o';" }],
  ['assigns a function literal', { [`${CACHE}/a.ts`]: 'this.#note ??= async (name: string): Promise<void> => {};' }],
  ['has an accessor', { [`${CACHE}/a.ts`]: 'const answer = {\n  get output() {\n    return text;\n  },\n};' }],
  ['lines are the same', { [`${CACHE}/a.ts`]: lines, [`${CACHE}/b.ts`]: lines }],
])('a breach fails the check: %s', (finding, files) => {
  const found = houseFindings(Object.entries(files).map(([path, text]) => ({ path, text })));
  expect(found).toEqual([expect.stringContaining(finding)]);
});

it('tests may name providers, and repeat themselves', () => {
  const text = `const model = 'gpt-4o';\n${lines}`;
  expect(houseFindings(['a', 'b'].map((name) => ({ path: `${CACHE}/${name}.test.ts`, text })))).toEqual([]);
});

it('a function literal may stand in an object, a field or a variable', () => {
  const text =
    'class Work {\n  note = () => {};\n  get name(): string {\n    return name;\n  }\n}\nconst run = (): Work => new Work();\nconst step = { run: () => run() };\n';
  expect(houseFindings([{ path: `${CACHE}/a.ts`, text }])).toEqual([]);
});
