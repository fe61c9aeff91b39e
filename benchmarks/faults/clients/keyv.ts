import KeyvRedis from '@keyv/redis';
import { Keyv } from 'keyv';
import { ignore, type Open } from './client.ts';

export const openKeyv: Open = (url, step) => {
  const keyv = new Keyv(new KeyvRedis(url)).on('error', ignore);
  return () => async (question) => {
    const stored = await keyv.get<string>(question);
    if (stored !== undefined) return stored;
    const answer = await step(question);
    await keyv.set(question, answer, 3_600_000);
    return answer;
  };
};
