// Records answers once and replays them in a test, where no model may be asked; the file holds no prompt, and its answers are encrypted.
// Run it with: node --conditions=tta-source examples/cassette.ts
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { WorkflowContext } from 'tta-dev-primitives';
import {
  CachePrimitive,
  exportEntries,
  importEntries,
  memoryStore,
  withCacheControl,
} from 'tta-observability-integration/primitives';

const folder = await mkdtemp(join(tmpdir(), 'tta-cassette-'));
const file = join(folder, 'answers.jsonl');

// In your code both come from where secrets are kept: 32 random bytes, and 16 or more.
const encryption = { current: { id: '2026-11', key: new Uint8Array(32).fill(7) } };
const secret = 'a secret of the tests';

try {
  const recorded = memoryStore();
  const live = new CachePrimitive((question: string) => `The answer to "${question}"`, {
    operation: 'qa',
    store: recorded,
    encryption,
    secret,
  });
  for (const question of ['Who?', 'Why?']) await live.execute(question);
  await new Promise((resolve) => setImmediate(resolve)); // answers are stored off their callers' path
  await pipeline(exportEntries(recorded), createWriteStream(file));

  const replayed = memoryStore();
  const { imported } = await importEntries(replayed, createInterface(createReadStream(file)), { ttlMs: 3_600_000 });
  console.log(`${imported} answers on the cassette`);

  const test = new CachePrimitive(
    (_question: string): string => {
      throw new Error('a test asks no model');
    },
    { operation: 'qa', store: replayed, encryption, secret },
  );
  const onlyRecorded = withCacheControl(new WorkflowContext(), { onlyIfCached: true });
  console.log(await test.execute('Why?', onlyRecorded));
  await test.execute('When?', onlyRecorded).catch((error: Error) => console.log(`When? is ${error.name}`));
} finally {
  await rm(folder, { recursive: true });
}
