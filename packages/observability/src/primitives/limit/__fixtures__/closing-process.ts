import { LimitPrimitive, redisLimits } from '../../index.ts';
import { answer, request } from './limited-calls.ts';

// A process whose last statement closes the store, while what its request used is still being written.
const [url, prefix] = process.argv.slice(2);
const store = redisLimits({ url, prefix, deadlineMs: 20_000, connectDeadlineMs: 20_000 });
await new LimitPrimitive(async () => answer(1), { key: 'tenant', tokensPerMinute: 1_000, store }).execute(request());
await store.close();
process.stdout.write('closed');
