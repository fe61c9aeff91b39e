// Logs graded answers, learns from the log which answers of a cheap model will do, and asks a dear model for the others only.
// Run it with: node --conditions=tta-source examples/cascade-verifier.ts
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fileSink, RoutingLogPrimitive } from 'tta-evaluation';
import { verifierOf } from 'tta-observability-integration/learning';
import { acceptLearned, CascadePrimitive } from 'tta-observability-integration/primitives';

/** Stands in for a cheap model, whose answers show when it has lost its way: one in three is wrong. */
const mini = (question: string) => {
  const [one = 0, other = 0] = question.match(/\d+/g)?.map(Number) ?? [];
  const isRight = (one * 7 + other) % 3 !== 0;
  return isRight
    ? `${one} + ${other} = ${one + other}, so that is it.`
    : `${one} + ${other} = ${one + other + 1}, perhaps.`;
};
const large = (question: string) => mini(question).replace(/=.*/, 'is certain.');

const folder = await mkdtemp(join(tmpdir(), 'tta-example-'));
const [log, weights] = [join(folder, 'log.jsonl'), join(folder, 'verifier.json')];
const tta = (...args: readonly string[]) =>
  promisify(execFile)(process.execPath, ['--conditions=tta-source', 'packages/cli/src/main.ts', 'router', ...args]);

const logged = new RoutingLogPrimitive(mini, { sink: fileSink({ path: log }), includeAnswer: true });
for (let number = 0; number < 300; number += 1) {
  const question = `How much is ${number} and ${number % 11}?`;
  const text = mini(question);
  logged.record(question, [
    { model: 'mini', text, quality: text.includes('perhaps') ? 0 : 1, costUsd: 0.001 },
    { model: 'large', quality: 1, costUsd: 0.01 },
  ]);
}
await logged.close();
await tta('train', log, '--verifier', '--cheap', 'mini', '--strong', 'large', '--hash-bits', '12', '--out', weights);
await tta('calibrate', log, '--verifier', '--weights', weights); // exits with 1, and writes nothing, if the rows do not show the target

const verifier = verifierOf(await readFile(weights, 'utf8'));
await rm(folder, { recursive: true });
const cascade = new CascadePrimitive({ mini, large }, { accept: acceptLearned(verifier) });
for (const question of ['How much is 400 and 2?', 'How much is 401 and 2?']) {
  console.log(`trusted by ${verifier(question, mini(question)).toFixed(2)}: ${await cascade.execute(question)}`);
}
console.log(String(cascade));
