import { IN_MEMORY, redisProgram } from './redis.ts';
import { eventually, redisCommand } from './redis-command.ts';
import { ServerProcess } from './server-process.ts';

const NODES = 3;
const QUORUM = 2;

/** Three servers, one of them the master, watched by three sentinels. */
export interface RedisSentinels {
  /** By which the sentinels know their master. */
  readonly name: string;
  readonly sentinels: readonly { readonly host: string; readonly port: number }[];
  masterUrl(): Promise<string>;
  /** Ends the master as a crash does; the sentinels choose another within a second or two. */
  killMaster(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts them on free ports of loopback; as `startRedis` where there is no server to start. */
export async function startRedisSentinels(): Promise<RedisSentinels | undefined> {
  const program = redisProgram();
  if (program === undefined) return undefined;
  const master = await ServerProcess.start(program, { parameters: IN_MEMORY });
  const replicaOf = [...IN_MEMORY, '--replicaof', '127.0.0.1', String(master.port), '--repl-diskless-sync-delay', '0'];
  const replicas = await Promise.all(
    Array.from({ length: NODES - 1 }, () => ServerProcess.start(program, { parameters: replicaOf })),
  );
  const name = 'tta';
  const configuration = `
sentinel monitor ${name} 127.0.0.1 ${master.port} ${QUORUM}
sentinel down-after-milliseconds ${name} 500
sentinel failover-timeout ${name} 4000
`;
  const sentinels = await Promise.all(
    Array.from({ length: NODES }, () => ServerProcess.start(program, { configuration, parameters: ['--sentinel'] })),
  );
  const servers = [master, ...replicas];
  const stop = async (): Promise<void> => {
    await Promise.all([...servers, ...sentinels].map((server) => server.stop()));
  };
  const masterUrl = async (): Promise<string> => {
    const asked = sentinels[0]?.url ?? '';
    const [host, port] = (await redisCommand(asked, 'SENTINEL', 'GET-MASTER-ADDR-BY-NAME', name)) as [string, string];
    return `redis://${host}:${port}`;
  };
  const isComplete = async ({ url }: ServerProcess): Promise<boolean> => {
    const info = String(await redisCommand(url, 'INFO', 'sentinel'));
    return info.includes(`status=ok`) && info.includes(`slaves=${NODES - 1},sentinels=${NODES}`);
  };
  try {
    await eventually('the sentinels know each other and every replica', async () =>
      (await Promise.all(sentinels.map(isComplete))).every(Boolean),
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    name,
    sentinels: sentinels.map(({ port }) => ({ host: '127.0.0.1', port })),
    masterUrl,
    async killMaster() {
      const url = await masterUrl();
      await servers.find((server) => server.url === url)?.stop();
    },
    stop,
  };
}
