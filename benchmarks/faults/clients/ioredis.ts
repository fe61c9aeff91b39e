import { Redis } from 'ioredis6';
import { ignore, type Open } from './client.ts';

export const openIoRedis: Open = (url, step) => {
  const client = new Redis(url).on('error', ignore);
  return () => async (question) => {
    const stored = await client.get(question);
    if (stored !== null) return JSON.parse(stored) as unknown;
    const answer = await step(question);
    await client.set(question, JSON.stringify(answer), 'EX', 3_600);
    return answer;
  };
};
