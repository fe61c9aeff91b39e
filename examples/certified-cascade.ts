// Learns a cascade from graded answers, certifies it with one command, and asks the expensive model only if the cheap answer is not trusted.
// Run it with: node --conditions=tta-source examples/certified-cascade.ts
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fileSink, RoutingLogPrimitive } from 'tta-evaluation';
import { certifiedCascade } from 'tta-observability-integration/primitives';

/** Stands in for a cheap model: one answer in three is wrong, and hedges. */
const mini = (question: string) => {
  const [one = 0, other = 0] = question.match(/\d+/g)?.map(Number) ?? [];
  const isRight = (one * 7 + other) % 3 !== 0;
  return isRight
    ? `${one} + ${other} = ${one + other}, I am sure.`
    : `${one} + ${other} = ${one + other + 1}, perhaps.`;
};
const large = (question: string) => mini(question).replace(/=.*/, 'is certain.');

const folder = await mkdtemp(join(tmpdir(), 'tta-example-'));
const [log, file] = [join(folder, 'log.jsonl'), join(folder, 'cascade.json')];

const logged = new RoutingLogPrimitive(mini, { sink: fileSink({ path: log }), includeAnswer: true });
for (let number = 0; number < 600; number += 1) {
  const question = `How much is ${number} and ${number % 11}?`;
  const text = mini(question);
  logged.record(question, [
    { model: 'mini', text, quality: text.includes('perhaps') ? 0 : 1, costUsd: 0.001 },
    { model: 'large', quality: 1, costUsd: 0.01 },
  ]);
}
await logged.close();

// Exits with 1, and writes nothing, if the rows do not show that 95 % of the quality is kept.
const tta = [
  ...['--conditions=tta-source', 'packages/cli/src/main.ts', 'router', 'certify', log],
  ...['--cheap', 'mini', '--strong', 'large', '--target', '0.95', '--hash-bits', '12', '--out', file],
];
await promisify(execFile)(process.execPath, tta);

const cascade = certifiedCascade<string, string>(await readFile(file, 'utf8'), { mini, large });
await rm(folder, { recursive: true });
for (const question of ['How much is 700 and 2?', 'How much is 701 and 2?']) {
  console.log(`${question} ${await cascade.execute(question)}`);
}
console.log(cascade.promise);
console.log(String(cascade));
