import { createClient } from '@redis/client';
import { ignore, type Open } from './client.ts';

export const openNodeRedis: Open = (url, step) => {
  const client = createClient({ url }).on('error', ignore);
  client.connect().catch(ignore);
  return () => async (question) => {
    const stored = await client.get(question);
    if (stored !== null) return JSON.parse(stored) as unknown;
    const answer = await step(question);
    await client.set(question, JSON.stringify(answer), { EX: 3_600 });
    return answer;
  };
};
