import { setTimeout as sleep } from 'node:timers/promises';
import { type RedisService, startRedis } from '../../scripts/services/redis.ts';

/** A Redis that is killed, stopped and started again, all the time. */
export class TroubledRedis {
  readonly url: string;
  readonly #server: RedisService;
  /** How often each kind of trouble came. */
  readonly counts = { killed: 0, stopped: 0 };

  private constructor(server: RedisService) {
    this.#server = server;
    this.url = server.url;
  }

  static async start(): Promise<TroubledRedis> {
    const server = await startRedis({ mustBeOurs: true });
    if (server === undefined) throw new Error('npm run soak needs a Redis server');
    return new TroubledRedis(server);
  }

  /** Makes trouble until the time is over, and leaves the server running. Redis is healthy for about half of the time. */
  async troubleUntil(endsAt: number): Promise<void> {
    for (let turn = 0; ; turn += 1) {
      if (!(await sleptUntil(endsAt, 3_000))) return;
      if (turn % 2 === 0) {
        this.counts.killed += 1;
        await this.#server.kill();
        await sleep(2_000);
        await this.#server.restart();
      } else {
        this.counts.stopped += 1;
        await this.#server.pause();
        await sleep(2_000);
        await this.#server.resume();
      }
    }
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }
}

/** Sleeps. @returns false if the time is over before */
async function sleptUntil(endsAt: number, ms: number): Promise<boolean> {
  const left = endsAt - performance.now();
  await sleep(Math.max(0, Math.min(ms, left)));
  return left > ms;
}
