import { IN_MEMORY, redisProgram } from './redis.ts';
import { eventually, redisCommand } from './redis-command.ts';
import { freePort, ServerProcess } from './server-process.ts';

const SLOTS = 16_384;
const MASTERS = 3;

export interface ClusterNode {
  readonly id: string;
  readonly url: string;
  readonly port: number;
}

/** Three masters with a replica each, which share the slots evenly. */
export interface RedisCluster {
  readonly masters: readonly ClusterNode[];
  /** The master that has a slot. */
  ownerOf(slot: number): Promise<ClusterNode>;
  /** Begins to move a slot: from now on its owner answers ASK for keys that it does not have. */
  beginToMove(slot: number, to: ClusterNode): Promise<void>;
  /** Moves what is left in the slot, and tells every master: from now on the old owner answers MOVED. */
  finishMoving(slot: number, to: ClusterNode): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a cluster of six nodes on free ports of loopback; as `startRedis` where there is no server to start. */
export async function startRedisCluster(): Promise<RedisCluster | undefined> {
  const program = redisProgram();
  if (program === undefined) return undefined;
  const servers = await Promise.all(Array.from({ length: 2 * MASTERS }, () => startNode(program)));
  const stop = async (): Promise<void> => {
    await Promise.all(servers.map(({ server }) => server.stop()));
  };
  try {
    return { ...(await form(servers)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Started {
  readonly server: ServerProcess;
  readonly busPort: number;
}

async function startNode(program: string): Promise<Started> {
  const busPort = await freePort();
  const cluster = ['--cluster-enabled', 'yes', '--cluster-port', String(busPort), '--cluster-node-timeout', '2000'];
  return { server: await ServerProcess.start(program, { parameters: [...IN_MEMORY, ...cluster] }), busPort };
}

async function form(servers: readonly Started[]): Promise<Omit<RedisCluster, 'stop'>> {
  const nodes = await Promise.all(
    servers.map(async ({ server: { url, port } }, index): Promise<ClusterNode> => {
      await redisCommand(url, 'CLUSTER', 'SET-CONFIG-EPOCH', String(index + 1));
      return { url, port, id: String(await redisCommand(url, 'CLUSTER', 'MYID')) };
    }),
  );
  const masters = nodes.slice(0, MASTERS);
  const [first] = nodes as [ClusterNode];
  await Promise.all(
    masters.map(({ url }, index) => redisCommand(url, 'CLUSTER', 'ADDSLOTSRANGE', ...shareOf(index).map(String))),
  );
  for (const { server, busPort } of servers.slice(1)) {
    await redisCommand(first.url, 'CLUSTER', 'MEET', '127.0.0.1', String(server.port), String(busPort));
  }
  const knowsAll = async ({ url }: ClusterNode): Promise<boolean> => {
    const table = String(await redisCommand(url, 'CLUSTER', 'NODES'));
    return nodes.every(({ id }) => table.includes(id)) && !table.includes('handshake');
  };
  await eventually('every node knows the others', async () => (await Promise.all(nodes.map(knowsAll))).every(Boolean));
  await Promise.all(
    nodes.slice(MASTERS).map(({ url }, index) => redisCommand(url, 'CLUSTER', 'REPLICATE', masters[index]?.id ?? '')),
  );
  const isReady = async ({ url }: ClusterNode): Promise<boolean> => {
    const info = String(await redisCommand(url, 'CLUSTER', 'INFO'));
    const table = String(await redisCommand(url, 'CLUSTER', 'NODES'));
    return info.includes('cluster_state:ok') && table.split('slave').length - 1 === MASTERS;
  };
  await eventually('every node is ready', async () => (await Promise.all(nodes.map(isReady))).every(Boolean));
  return { masters, ...movesOf(masters) };
}

function shareOf(index: number): [number, number] {
  const share = Math.ceil(SLOTS / MASTERS);
  return [index * share, Math.min((index + 1) * share, SLOTS) - 1];
}

function movesOf(masters: readonly ClusterNode[]): Pick<RedisCluster, 'ownerOf' | 'beginToMove' | 'finishMoving'> {
  const ownerOf = async (slot: number): Promise<ClusterNode> => {
    const ranges = (await redisCommand(masters[0]?.url ?? '', 'CLUSTER', 'SLOTS')) as [number, number, unknown[]][];
    const range = ranges.find(([from, to]) => from <= slot && slot <= to);
    const owner = masters.find(({ id }) => id === range?.[2][2]);
    if (owner === undefined) throw new Error(`nobody has slot ${slot}`);
    return owner;
  };
  return {
    ownerOf,
    async beginToMove(slot, to) {
      const from = await ownerOf(slot);
      await redisCommand(to.url, 'CLUSTER', 'SETSLOT', String(slot), 'IMPORTING', from.id);
      await redisCommand(from.url, 'CLUSTER', 'SETSLOT', String(slot), 'MIGRATING', to.id);
    },
    async finishMoving(slot, to) {
      const from = await ownerOf(slot);
      const keys = (await redisCommand(from.url, 'CLUSTER', 'GETKEYSINSLOT', String(slot), '1000')) as string[];
      const target = ['127.0.0.1', String(to.port), '', '0', '5000', 'KEYS'];
      if (keys.length > 0) await redisCommand(from.url, 'MIGRATE', ...target, ...keys);
      for (const { url } of [to, from, ...masters.filter((each) => each !== to && each !== from)]) {
        await redisCommand(url, 'CLUSTER', 'SETSLOT', String(slot), 'NODE', to.id);
      }
    },
  };
}
