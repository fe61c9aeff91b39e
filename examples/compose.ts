// Builds one workflow from every way of composing steps: step, pipe, par, sequence, parallel, when and switchOn.
// Run it with: node --conditions=tta-source examples/compose.ts
import { parallel, sequence, step, switchOn, WorkflowContext, when } from 'tta-dev-primitives';

const tidy = step('tidy', (review: string) => review.trim().replaceAll(/\s+/g, ' '));

// `pipe` gives the output of one step to the next; the compiler knows every type in between.
const clipped = tidy.pipe(
  when(
    (review) => review.length > 60,
    (review) => `${review.slice(0, 59)}…`,
  ),
);

// `par` runs steps side by side on the same input: a tuple of outputs.
const measured = step('words', (review: string) => review.split(' ').length).par((review) => review.includes('!'));

// `parallel` does so for a record, and with options: here the first failure cancels the other branch through its signal.
const read = parallel({
  mood: async (review: string, { signal }) => {
    signal.throwIfAborted(); // pass `signal` on to fetch, or to the SDK of a model
    return /\b(love|great)\b/i.test(review) ? ('glad' as const) : ('cross' as const);
  },
  size: measured,
});

const reply = switchOn(({ mood }: { mood: 'glad' | 'cross' }) => mood, {
  glad: () => 'Thank you!',
  cross: async () => 'We are sorry, and will do better.',
});

const workflow = sequence(clipped, read, async (reading, context) => {
  const [words, isLoud] = reading.size;
  context.checkpoint('read');
  return { words, isLoud, reply: await reply.execute(reading, context) };
});

for (const review of [
  '  I love   this kettle! ',
  'The lid broke after a week, and nobody answers the letters that I write.',
]) {
  const context = new WorkflowContext({ tenantId: 'acme', signal: AbortSignal.timeout(5_000) });
  console.log(
    await workflow.execute(review, context),
    context.checkpoints.map(({ name }) => name),
  );
}
